import HTTPTypes
import Hummingbird
import TestKit
import Testing
import Vocabulary
import Web

@Suite struct PageTests {
    private static let layout = """
        <html>{{assets}}|{{page.title}}|{{page.path}}|{{page.message}}|{{#page.at.settings}}here{{/page.at.settings}}|{{site.name}}|\
        {{#page.styles}}{{.}},{{/page.styles}}|{{#viewer}}{{name}} {{initials}} {{hue}} {{presence}}{{#isStaff}} staff{{/isStaff}}{{/viewer}}|\
        {{#unreadNotices}}{{.}}{{/unreadNotices}}|{{#languages}}{{code}}{{#current}}*{{/current}} {{/languages}}|{{text.test.hello}}|{{{content}}}</html>
        """

    private struct Frame: Viewers {
        func viewer(_ member: Principal.Member, heard: Int?) async throws -> Viewer {
            Viewer(presence: "busy", unreadNotices: member.name.value == "Ana" ? 3 : 0)
        }
    }

    private static func stage(_ page: @escaping @Sendable () -> Page) throws -> Stage {
        var stage = Stage()
        let frontend = try Stage.frontend(
            with: [
                "design/layout.mustache": layout, "test.mustache": "{{word}}{{> part/inner}}", "part/inner.mustache": "[{{word}}]",
                "design/problem.mustache": "{{#problem}}{{status}} {{title}}{{/problem}}",
                "text/en/test.json": #"{"hello": "Hello", "title": "Page of {name}", "saved": "Saved."}"#,
            ].mapValues { Array($0.utf8) })
        stage.frontend = frontend
        let pages = PageRenderer(frontend, site: stage.site)
        pages.show(Frame())
        stage.routes = [
            Route(.get, "/page", .everyone, purpose: "Test.") { request, context in try await pages.respond(page(), request, context) }
        ]
        return stage
    }

    private static func page() -> Page {
        var page = Page("test", title: "test.title", model: ["word": "<i>"])
        page.titleValues = ["name": "Ana"]
        page.message = "test.saved"
        page.section = .settings
        page.styles = ["a.css", "b.css"]
        return page
    }

    @Test func aMemberSeesThePageInItsFrame() async throws {
        let answer = try await TestServer.run(try Self.stage(Self.page)) { try await TestBrowser($0, as: "Hugo").get("/page?a=1&b=2") }
        let parts = answer.text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        #expect(
            Array(parts.dropFirst()) == [
                "Page of Ana", "/page?a=1&amp;b=2", "Saved.", "here", "Sotto", "a.css,b.css,", "Hugo H 5 busy staff", "", "en* fr ru ar ",
                "Hello",
                "&lt;i&gt;[&lt;i&gt;]</html>",
            ])
    }

    @Test func aVisitorsFrameHasNobodyInIt() async throws {
        let text = try await TestServer.run(try Self.stage(Self.page)) { try await TestBrowser($0).get("/page").text }
        #expect(text.contains("|a.css,b.css,|||en*"))
    }

    @Test func unreadNoticesAreCounted() async throws {
        let text = try await TestServer.run(try Self.stage(Self.page)) { try await TestBrowser($0, as: "Ana").get("/page").text }
        #expect(text.contains("Ana A 5 busy|3|"))
    }

    @Test func aTextNobodyTranslatedYetIsEnglish() async throws {
        let text = try await TestServer.run(try Self.stage(Self.page)) {
            try await TestBrowser($0).get("/page", [.acceptLanguage: "ru"]).text
        }
        #expect(text.contains("ru* ar |Hello|"))
    }

    @Test func longPagesAreCompressedForWhoTakesIt() async throws {
        let stage = try Self.stage { Page("test", title: "t", model: ["word": String(repeating: "Ana and Ben. ", count: 500)]) }
        let (small, plain) = try await TestServer.run(stage) { server in
            let browser = TestBrowser(server)
            return (try await browser.get("/page", [.acceptEncoding: "gzip, br"]), try await browser.get("/page"))
        }
        #expect(small.headers[.contentEncoding] == "gzip")
        #expect(small.body.count < plain.body.count / 10)
        #expect(small.headers[.contentLength] == String(small.body.count))
        #expect(plain.text.contains("Ana and Ben. Ana"))
    }

    @Test func aTemplateNobodyWroteIsOurMistake() async throws {
        let answer = try await TestServer.run(try Self.stage { Page("nothing", title: "t") }) { try await TestBrowser($0).get("/page") }
        #expect(answer.status == 500)
    }

    @Test(arguments: [("Ana", "A"), ("Ana Maria Lopez", "AL"), ("  ", ""), ("李 小龙", "李小"), ("ångström", "Å"), ("(Ben) 7", "B7")])
    func initialsComeFromTheFirstAndLastWord(name: String, initials: String) {
        #expect(Face.initials(name) == initials)
    }
}
