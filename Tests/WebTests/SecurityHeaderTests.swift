import HTTPTypes
import Hummingbird
import TestKit
import Testing
import Web

@Suite struct SecurityHeaderTests {
    private static func answers(isEncrypted: Bool = false) async throws -> [TestBrowser.Answer] {
        var stage = Stage([
            Route(.get, "/page", .everyone, purpose: "Test.") { _, _ in Response(status: .ok) },
            Route(.get, "/broken", .everyone, purpose: "Test.") { _, _ in throw CancellationError() },
        ])
        stage.settings.isEncrypted = isEncrypted
        let frontend = try Stage.frontend(with: ["calls/call.js": [0x3B]])
        stage.frontend = frontend
        let asset = frontend.assets.prefix + "/calls/call.js"
        return try await TestServer.run(stage) { server in
            let ana = TestBrowser(server, as: "Ana")
            return try await [
                ana.get("/page"), ana.get("/broken"), ana.get("/nowhere"), ana.post("/page", []), ana.get(asset),
                ana.send(.options, "/page"), ana.post("/settings/language", [("language", "ru")]),
            ]
        }
    }

    @Test func everyAnswerTellsTheBrowserWhatNotToDo() async throws {
        let answers = try await Self.answers()
        #expect(answers.map(\.status) == [200, 500, 404, 405, 200, 204, 303])
        for answer in answers {
            let headers = answer.headers
            #expect(headers[.xContentTypeOptions] == "nosniff")
            #expect(headers[HTTPField.Name("Referrer-Policy")!] == "same-origin")
            #expect(headers[HTTPField.Name("Cross-Origin-Opener-Policy")!] == "same-origin")
            #expect(headers[HTTPField.Name("Cross-Origin-Resource-Policy")!] == "same-origin")
            #expect(headers[HTTPField.Name("X-Frame-Options")!] == "DENY")
            #expect(headers[.strictTransportSecurity] == nil)
            #expect(headers[.contentSecurityPolicy] != nil)
            #expect(headers[.server] == nil)
            #expect(headers[.vary] != nil)
        }
    }

    @Test func thePolicyAllowsOurOwnOriginAndNoInlineCode() async throws {
        let policy = try #require(try await Self.answers().first?.headers[.contentSecurityPolicy])
        let directives = policy.split(separator: "; ").map(String.init)
        #expect(
            directives == [
                "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:", "media-src 'self' blob:",
                "font-src 'self'", "connect-src 'self' ws://sotto.test", "worker-src 'self'", "manifest-src 'self'", "form-action 'self'",
                "base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
            ])
        #expect(!policy.contains("unsafe"))
    }

    @Test func onlyOurOwnPagesMayUseCameraAndMicrophone() async throws {
        let policy = try #require(try await Self.answers().first?.headers[HTTPField.Name("Permissions-Policy")!])
        let features = Set(policy.split(separator: ", ").map(String.init))
        #expect(features.isSuperset(of: ["camera=(self)", "microphone=(self)", "display-capture=(self)", "geolocation=()", "payment=()"]))
        #expect(!policy.contains("*"))
    }

    @Test func pagesAreKeptByNobodyAndAssetsForEver() async throws {
        let answers = try await Self.answers()
        #expect(answers[0].headers[.cacheControl] == "no-store")
        #expect(answers[1].headers[.cacheControl] == "no-store")
        #expect(answers[4].headers[.cacheControl] == "public, max-age=31536000, immutable")
    }

    @Test("C57 over TLS the browser is told to stay with it") func encryptedConnectionsStayEncrypted() async throws {
        for answer in try await Self.answers(isEncrypted: true) {
            #expect(answer.headers[.strictTransportSecurity] == "max-age=63072000; includeSubDomains")
        }
    }
}
