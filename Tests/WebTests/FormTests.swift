import HTTPTypes
import Hummingbird
import TestKit
import Testing
import Vocabulary
import Web

@Suite struct FormTests {
    private static let form = Form(
        "/sign-up",
        [
            .line("name", maximum: 5), .paragraph("about", maximum: 10, isRequired: false), .secret("password"),
            .choice("band", ["minor", "adult"]), .choices("topics", ["calls", "people"]), .flag("listed"),
        ])
    private static let template = """
        {{#form}}{{action}}|{{problem}}|{{#problems}}{{field}}:{{words}};{{/problems}}|{{field.name.value}}|{{field.password.value}}|\
        {{field.name.problem}}|{{#field.band.chosen.adult}}adult{{/field.band.chosen.adult}}|{{#field.listed.isOn}}listed{{/field.listed.isOn}}{{/form}}
        """
    private static let good = [("name", "Ana"), ("password", "correct horse"), ("band", "adult")]

    private static func post(_ pairs: [(String, String)], _ headers: HTTPFields = [:]) async throws -> TestBrowser.Answer {
        var stage = Stage()
        let frontend = try Stage.frontend(with: ["sign-up.mustache": Array(template.utf8)])
        stage.frontend = frontend
        let pages = PageRenderer(frontend, site: stage.site)
        stage.routes = [
            Route(.post, "/sign-up", .everyone, purpose: "Test.") { request, context in
                let filled = try await form.read(request)
                guard !filled.isAccepted else { return Response(status: .noContent) }
                var page = Page("sign-up", title: "title")
                page.form = filled
                return try await pages.respond(page, request, context)
            }
        ]
        return try await TestServer.run(stage) { try await TestBrowser($0).post("/sign-up", pairs, headers) }
    }

    @Test func aGoodFormIsAccepted() async throws {
        #expect(try await Self.post(Self.good).status == 204)
        #expect(
            try await Self.post(Self.good + [("topics", "calls"), ("topics", "people"), ("listed", "yes"), ("about", "a\r\nb")]).status
                == 204)
    }

    @Test("C01 a field nobody asked for is refused, and nothing is stored") func unknownFieldsAreRefused() async throws {
        let answer = try await Self.post(Self.good + [("isAdministrator", "1")], [.accept: "application/json"])
        #expect(answer.status == 400)
        #expect(try answer.json(ProblemDocument.self).type == "urn:sotto:problem.unknownField")
    }

    @Test func whatWasTypedIsKeptExceptSecrets() async throws {
        let answer = try await Self.post([("name", "Ana Ana"), ("password", "hunter2"), ("band", "adult"), ("listed", "on")])
        #expect(answer.status == 422)
        #expect(answer.text.contains("/sign-up|problem.form|name:problem.field.tooLong;|Ana Ana||problem.field.tooLong|adult|listed"))
        #expect(!answer.text.contains("hunter2"))
    }

    @Test func everythingMissingIsNamedAtOnce() async throws {
        let answer = try await Self.post([("name", "  ")])
        #expect(answer.status == 422)
        #expect(
            answer.text.contains(
                "name:problem.field.missing;password:problem.field.missing;band:problem.field.unchosen;"))
    }

    @Test func typedTextCannotBecomeMarkup() async throws {
        let answer = try await Self.post([("name", "\"><script>alert(1)</script>")])
        #expect(!answer.text.contains("<script>"))
        #expect(answer.text.contains("&quot;&gt;&lt;script&gt;"))
    }

    @Test(
        arguments: [
            [("name", "Ana"), ("name", "Ben")], [("name", "A\u{0}")], [("name", "A\u{1B}[2J")], [("name", "A\nB")], [("band", "elder")],
            [("topics", "calls"), ("topics", "calls")], [("listed", "maybe")],
        ] as [[(String, String)]])
    func whatNoPageOfOursSendsIsMalformed(pairs: [(String, String)]) async throws {
        let rest = Self.good.filter { pair in !pairs.contains { $0.0 == pair.0 } }
        #expect(try await Self.post(pairs + rest).status == 400)
    }

    @Test(arguments: ["text/plain", "application/json", "multipart/form-data; boundary=x", ""])
    func anotherMediaTypeIsRefused(type: String) async throws {
        #expect(try await Self.post(Self.good, [.contentType: type]).status == 415)
    }

    @Test func aLengthIsCountedInCharactersAsPeopleSeeThem() async throws {
        #expect(try await Self.post([("name", "👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧")] + Self.good.dropFirst()).status == 204)
        #expect(try await Self.post([("name", "Zoë\u{301}Zo")] + Self.good.dropFirst()).status == 204)
        #expect(try await Self.post([("name", "ananas")] + Self.good.dropFirst()).status == 422)
    }

    @Test(
        arguments: [
            ("a=b", [("a", "b")]), ("a=", [("a", "")]), ("", []), ("&&a=1&", [("a", "1")]), ("a=b=c", [("a", "b=c")]),
            ("a+b=%2B+%C3%A9", [("a b", "+ é")]),
        ] as [(String, [(String, String)])])
    func bodiesDecode(body: String, pairs: [(String, String)]) throws {
        #expect(try FormDecoder.pairs(Array(body.utf8)).elementsEqual(pairs, by: ==))
    }

    @Test(arguments: ["a", "a=%", "a=%4", "a=%zz", "a=%ff", "a=%c3", "a=%00", "%E2%28%A1=1", "a=%C0%AF", "a=%ED%A0%80"])
    func damagedBodiesDoNot(body: String) {
        #expect(throws: Problem.malformed) { try FormDecoder.pairs(Array(body.utf8)) }
    }

    @Test func tooManyPairsAreRefused() {
        let body = Array(String(repeating: "a=1&", count: 257).utf8)
        #expect(throws: Problem.malformed) { try FormDecoder.pairs(body) }
        #expect(throws: Never.self) { try FormDecoder.pairs(Array(body.dropLast(4))) }
    }
}
