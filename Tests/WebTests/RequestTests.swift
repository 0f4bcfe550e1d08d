import HTTPTypes
import Hummingbird
import Storage
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

@Suite struct RequestTests {
    private static func get(_ path: String, _ handle: @escaping Route.Handler) async throws -> TestBrowser.Answer {
        try await TestServer.run(Stage([Route(.get, "/people/{name}", .everyone, purpose: "Test.", handle: handle)])) {
            try await TestBrowser($0).get(path)
        }
    }

    @Test(
        arguments: [
            ("/people/%3Cb%3E", "<b>"), ("/people/%C3%A9%2F", "é/"), ("/people/a+b", "a+b"), ("/people/%25", "%"), ("/people/%zz", nil),
            ("/people/%ff", nil), ("/people/%", nil), ("/people/%00", nil),
        ] as [(String, String?)]) func partsOfThePathAreDecodedOnce(path: String, name: String?) async throws
    {
        let answer = try await Self.get(path) { _, context in .json([try context.parameter("name", as: String.self)]) }
        #expect(answer.status == (name == nil ? 404 : 200))
        if let name { #expect(try answer.json([String].self) == [name]) }
    }

    @Test(arguments: ["/people/1", "/people/ABCDEFGHJKMNPQRSTVWXYZ0123", "/people/%2e%2e"])
    func whatCanBeNobodysIDIsNotFound(path: String) async throws {
        let answer = try await Self.get(path) { _, context in
            _ = try context.parameter("name", as: PersonID.self)
            return Response(status: .ok)
        }
        #expect(answer.status == 404)
    }

    @Test(
        arguments: [
            ("a=1&b=%C3%A9", ["a": "1", "b": "é"]), ("", [:]), ("a=1&a=2", ["a": "2"]), ("saved", nil), ("a=%", nil),
        ] as [(String, [String: String]?)])
    func queriesAreDecodedStrictly(query: String, values: [String: String]?) async throws {
        let answer = try await Self.get("/people/ana?\(query)") { request, _ in .json(try request.query()) }
        #expect(answer.status == (values == nil ? 400 : 200))
        if let values { #expect(try answer.json([String: String].self) == values) }
    }

    @Test(arguments: [(StorageError.full, 503), (.busy, 503), (.corrupt("page 7"), 500), (.duplicate(constraint: "account.email"), 500)])
    func troubleInTheDatabaseIsNotTheVisitorsFault(error: StorageError, status: Int) async throws {
        let answer = try await Self.get("/people/ana") { _, _ in throw error }
        #expect(answer.status == status)
        #expect(!answer.text.contains("page 7") && !answer.text.contains("account.email"))
        #expect((answer.headers[.retryAfter] != nil) == (status == 503))
    }
}

@Suite struct CookieTests {
    private static let session = CookieDeclaration("__Host-session", .necessary, purpose: "Test.", lifetime: nil)

    @Test(
        arguments: [
            (["__Host-session=abc"], "abc"), (["a=1; __Host-session=abc; b=2"], "abc"), (["a=1", "__Host-session=abc"], "abc"),
            (["__Host-session=abc; __Host-session=def"], "abc"), (["__Host-session="], nil), (["__Host-session"], nil), ([], nil),
            (["=abc"], nil),
            (["__host-session=abc"], nil), (["x__Host-session=abc"], nil), (["__Host-session=a b"], nil), (["__Host-session=\"abc\""], nil),
            (["__Host-session=a%20"], nil), (["__Host-session=é"], nil), ([";;;=;= ;;__Host-session=abc;"], "abc"),
            ([String(repeating: "a=1;", count: 64) + "__Host-session=abc"], nil),
        ] as [([String], String?)])
    func onlyValuesWeCouldHaveSetAreRead(headers: [String], value: String?) {
        #expect(SentCookies(headers)[Self.session] == value)
    }

    @Test("VZO-25 a cookie is ours alone, and scripts cannot read it") func cookiesAreClosed() {
        #expect(Self.session.header("aZ0-_") == "__Host-session=aZ0-_; Path=/; Secure; HttpOnly; SameSite=Lax")
        #expect(Self.session.removal == "__Host-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
    }

    @Test("VZO-23 nothing but what is declared can be set") func undeclaredCookiesAreNotSet() async throws {
        let stranger = CookieDeclaration("__Host-tracker", .preference, purpose: "Test.", lifetime: nil)
        let stage = Stage([
            Route(.get, "/page", .everyone, purpose: "Test.") { _, _ in
                var response = Response(status: .ok)
                response.set(stranger, to: "1")
                response.set(NamedPeople.cookie, to: "Ana")
                return response
            }
        ])
        let answer = try await TestServer.run(stage) { try await TestBrowser($0).get("/page") }
        #expect(answer.headers[values: .setCookie].count == 1)
        #expect(answer.headers[.setCookie]?.hasPrefix("__Host-session=Ana;") == true)
    }

    @Test func whoAsksForAnAssetIsNotLookedAt() async throws {
        final class Watcher: Authenticator {
            let asked = Mutex(0)
            func principal(for cookies: SentCookies) async throws -> Principal? {
                asked.withLock { $0 += 1 }
                return nil
            }
        }
        let watcher = Watcher()
        var stage = Stage()
        stage.authenticators = [watcher]
        let frontend = try Stage.frontend(with: ["a.js": [0x3B]])
        stage.frontend = frontend
        let path = frontend.assets.prefix + "/a.js"
        let status = try await TestServer.run(stage) { try await TestBrowser($0, as: "Ana").get(path).status }
        #expect(status == 200)
        #expect(watcher.asked.withLock { $0 } == 0)
    }
}

@Suite struct WellKnownTests {
    @Test func programsFindWhatTheyLookFor() async throws {
        let (robots, password) = try await TestServer.run(Stage(WellKnown.routes)) { server in
            let program = TestBrowser(server)
            return (try await program.get("/robots.txt"), try await program.get("/.well-known/change-password"))
        }
        #expect(robots.text == "User-agent: *\nDisallow: /\n")
        #expect(password.location == "/settings/security")
    }
}
