import HTTPTypes
import Hummingbird
import TestKit
import Testing
import Web

@Suite struct AccessTests {
    private static let stage = Stage([
        Route(.get, "/open", .everyone, purpose: "Test.") { _, _ in Response(status: .ok) },
        Route(.get, "/call", .participants, purpose: "Test.") { _, _ in Response(status: .ok) },
        Route(.get, "/contacts", .members, purpose: "Test.") { _, _ in Response(status: .ok) },
        Route(.post, "/contacts", .members, purpose: "Test.") { _, _ in Response(status: .ok) },
        Route(.get, "/registers", .roles([.privacyOfficer]), purpose: "Test.") { _, _ in Response(status: .ok) },
        Route(.get, "/administration", .roles([.owner, .administrator]), purpose: "Test.") { _, _ in Response(status: .ok) },
    ])

    @Test(
        arguments: [
            (nil, "/open", 200), (nil, "/call", 303), (nil, "/contacts", 303), (nil, "/administration", 303),
            ("Cleo", "/open", 200), ("Cleo", "/call", 200), ("Cleo", "/contacts", 303), ("Cleo", "/administration", 303),
            ("Ana", "/open", 200), ("Ana", "/call", 200), ("Ana", "/contacts", 200), ("Ana", "/administration", 403),
            ("Gita", "/administration", 403), ("Gita", "/registers", 200), ("Hugo", "/registers", 403), ("Hugo", "/contacts", 200),
            ("Hugo", "/administration", 200),
        ] as [(String?, String, Int)])
    func everyoneComesAsFarAsTheRouteSays(name: String?, path: String, status: Int) async throws {
        let answer = try await TestServer.run(Self.stage) { try await TestBrowser($0, as: name).get(path) }
        #expect(answer.status == status)
    }

    @Test func aVisitorIsSentToSignInAndBack() async throws {
        let answer = try await TestServer.run(Self.stage) { try await TestBrowser($0).get("/contacts?q=%C3%A9") }
        #expect(answer.location == "/sign-in?return=%2Fcontacts%3Fq%3D%25C3%25A9")
    }

    @Test func aScriptOfAVisitorIsToldToSignIn() async throws {
        let answer = try await TestServer.run(Self.stage) { server in
            try await TestBrowser(server).send(.get, "/contacts", [.accept: "application/json"])
        }
        #expect(answer.status == 401)
        #expect(answer.headers[.contentType] == "application/problem+json; charset=utf-8")
        #expect(try answer.json(ProblemDocument.self).type == "urn:sotto:problem.signInRequired")
    }

    @Test func aVisitorsFormIsRefusedNotRedirected() async throws {
        let answer = try await TestServer.run(Self.stage) { try await TestBrowser($0).post("/contacts", []) }
        #expect(answer.status == 401)
    }

    @Test func anUnknownAddressIsAPageThatSaysSo() async throws {
        let answer = try await TestServer.run(Self.stage) { try await TestBrowser($0).get("/nowhere") }
        #expect(answer.status == 404)
        #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
    }

    @Test func aWrongMethodIsToldTheRightOnes() async throws {
        let (wrong, options, head) = try await TestServer.run(Self.stage) { server in
            let ana = TestBrowser(server, as: "Ana")
            return (
                try await ana.send(.delete, "/contacts", [.origin: server.origin]), try await ana.send(.options, "/contacts"),
                try await ana.send(.head, "/contacts")
            )
        }
        #expect(wrong.status == 405)
        #expect(wrong.headers[.allow] == "GET, HEAD, OPTIONS, POST")
        #expect(options.status == 204)
        #expect(options.headers[.allow] == "GET, HEAD, OPTIONS, POST")
        #expect(head.status == 200)
        #expect(head.body.isEmpty)
    }

    @Test func anUnheardOfMethodIsNotImplemented() async throws {
        let answer = try await TestServer.run(Self.stage) { server in
            try await TestBrowser(server).send(.trace, "/contacts", [.origin: server.origin])
        }
        #expect(answer.status == 501)
    }
}
