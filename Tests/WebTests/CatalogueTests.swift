import Foundation
import Testing
import Vocabulary
import Web

@Suite struct CatalogueTests {
    private static func pages(_ files: [String: String]) throws -> PageRenderer {
        let frontend = try Frontend(BrowserFolder(files: files.mapValues { Array($0.utf8) }))
        return PageRenderer(frontend, site: Site(origin: "http://sotto.test", name: "Sotto"))
    }

    @Test func placeholdersAreFilledAndUnknownOnesLeft() throws {
        let pages = try Self.pages(["text/en/calls.json": #"{"title": "Call with {name} {and} {"}"#])
        #expect(pages.text("calls.title", ["name": "{and}Ana"], in: .english) == "Call with {and}Ana {and} {")
    }

    @Test func aMissingTextIsEnglishAndOneNobodyWroteIsItsKey() throws {
        let pages = try Self.pages(["text/en/calls.json": #"{"title": "Call"}"#, "text/fr/calls.json": "{}"])
        #expect(pages.text("calls.title", [:], in: .french) == "Call")
        #expect(pages.text("calls.nothing", [:], in: .french) == "calls.nothing")
    }

    @Test func pluralsAreChosenByTheCount() throws {
        let pages = try Self.pages([
            "text/ru/people.json":
                #"{"unread": {"one": "{count} новое", "few": "{count} новых!", "many": "{count} новых", "other": "{count} нового"}}"#
        ])
        #expect(
            [1, 3, 5, 21].map { pages.text("people.unread", count: $0, [:], in: .russian) } == [
                "1 новое", "3 новых!", "5 новых", "21 новое",
            ])
    }

    @Test func aDamagedCatalogueStopsTheStart() {
        #expect(throws: Catalogue.Failure.malformed(file: "en/a.json")) { try Catalogue(["en/a.json": Array("[1]".utf8)]) }
        #expect(throws: Catalogue.Failure.malformed(file: "en/a.json")) { try Catalogue(["en/a.json": Array(#"{"a": 1}"#.utf8)]) }
        #expect(throws: Catalogue.Failure.malformed(file: "en/a.json")) {
            try Catalogue(["en/a.json": Array(#"{"a": {"some": "x"}}"#.utf8)])
        }
        #expect(throws: Catalogue.Failure.malformed(file: "tlh/a.json")) { try Catalogue(["tlh/a.json": Array("{}".utf8)]) }
        #expect(throws: Catalogue.Failure.overlapping(key: "a.b.c", language: "en")) {
            try Catalogue(["en/a.json": Array(#"{"b": "x", "b.c": "y"}"#.utf8)])
        }
    }

    @Test func aDamagedTemplateStopsTheStart() {
        #expect(throws: Frontend.Failure.self) { try Self.pages(["design/layout.mustache": "{{#open}}"]) }
    }
}
