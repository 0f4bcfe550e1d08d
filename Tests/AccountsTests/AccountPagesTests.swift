import Foundation
import HTTPTypes
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Accounts

@Suite("accounts over HTTP") struct AccountPagesTests {
    private static let signUp = [
        ("name", "Ana"), ("visibility-name", "members"), ("email", "ana@example.org"), ("visibility-email", "nobody"),
        ("password", Door.password), ("ageBand", "adult"),
    ]

    private static func signIn(_ name: String, password: String = Door.password) -> [(String, String)] {
        [("email", "\(name)@example.org"), ("password", password)]
    }

    @Test("somebody registers, signs in, looks at their settings and signs out", arguments: Engine.all)
    func fromSignUpToSignOut(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.serve { server in
            let browser = TestBrowser(server)
            #expect(try await browser.get("/sign-up").status == 200)
            let made = try await browser.post("/sign-up", Self.signUp)
            #expect(made.status == 200 && made.text.contains("ana@example.org"))
            #expect(browser.cookies.isEmpty)
            let entered = try await browser.post("/sign-in", Self.signIn("ana") + [("return", "/settings/devices")])
            #expect(entered.status == 303 && entered.location == "/settings/devices")
            for path in ["/settings/security", "/settings/devices"] { #expect(try await browser.get(path).status == 200, "\(path)") }
            #expect(try await browser.get("/administration").status == 403)
            #expect(try await browser.get("/sign-in").status == 303)
            #expect(try await browser.post("/sign-out", []).status == 303)
            #expect(try await browser.get("/settings/security").status != 200)
        }
    }

    @Test("VZO-06 a field that was not asked for is refused")
    func unknownFieldsAreRefused() async throws {
        let door = try await Door()
        try await door.serve { server async throws -> Void in
            let browser = TestBrowser(server)
            #expect(try await browser.post("/sign-up", Self.signUp + [("birthday", "2001-02-03")]).status == 400)
            #expect(try await browser.post("/sign-in", Self.signIn("ana") + [("role", "owner")]).status == 400)
            #expect(try await door.count("account") == 0)
        }
    }

    @Test("VZO-06 the page asks exactly for the declared fields")
    func thePageAsksForTheDeclaredFields() async throws {
        let door = try await Door { $0.registration = .invitation }
        try await door.serve { server in
            let html = try await TestBrowser(server).get("/sign-up").text
            let asked = Set(html.matches(of: /<(?:input|select)[^>]* name="([^"]+)"/).map { String($0.output.1) })
            let frame: Set<String> = ["return"]
            #expect(asked.subtracting(frame) == Set(door.accounts.signUpForm.fields.map(\.name)))
        }
    }

    @Test("ZAZ-34 too young: nothing typed comes back, nothing is stored, no cookie is set")
    func tooYoungLeavesNothing() async throws {
        let door = try await Door { $0.minimumAge = 16 }
        try await door.serve { server in
            let browser = TestBrowser(server)
            let form = Self.signUp.map { $0.0 == "ageBand" ? ("ageBand", "under") : $0 }
            let answer = try await browser.post("/sign-up", form)
            #expect(answer.status == 422)
            #expect(answer.text.contains("aged 16 and over"))
            #expect(!answer.text.contains("ana@example.org"))
            #expect(browser.cookies.isEmpty)
            #expect(try await door.count("account") == 0)
        }
    }

    @Test("what was typed comes back with the problem beside it, but no password")
    func typedValuesComeBack() async throws {
        let door = try await Door()
        try await door.serve { server in
            let browser = TestBrowser(server)
            let form = Self.signUp.map { $0.0 == "password" ? ("password", "tooshort") : $0 }
            let answer = try await browser.post("/sign-up", form)
            #expect(answer.status == 422)
            #expect(answer.text.contains("value=\"ana@example.org\"") && answer.text.contains("at least 10 characters"))
            #expect(!answer.text.contains("tooshort"))
            let wrong = try await browser.post("/sign-in", Self.signIn("ana", password: "a wrong password"))
            #expect(wrong.status == 422 && wrong.text.contains("do not belong together"))
        }
    }

    @Test("an address that is taken gets the same bytes as a free one")
    func aTakenAddressGetsTheSameBytes() async throws {
        let door = try await Door()
        try await door.serve { server in
            let browser = TestBrowser(server)
            let first = try await browser.post("/sign-up", Self.signUp)
            let second = try await browser.post("/sign-up", Self.signUp)
            #expect(first.status == second.status && first.body == second.body)
            #expect(first.headers[.setCookie] == nil && second.headers[.setCookie] == nil)
        }
    }

    @Test("VZO-25 the session cookie is host-bound, secure, out of reach of scripts, and kept only on request")
    func theCookieIsGuarded() async throws {
        let door = try await Door()
        try await door.register("Ana")
        try await door.serve { server in
            let browser = TestBrowser(server)
            let forgotten = try #require(try await browser.post("/sign-in", Self.signIn("ana")).headers[.setCookie])
            for part in ["__Host-session=", "Path=/", "Secure", "HttpOnly", "SameSite=Lax"] { #expect(forgotten.contains(part)) }
            #expect(!forgotten.contains("Max-Age") && !forgotten.contains("Domain"))
            let kept = try #require(
                try await TestBrowser(server).post("/sign-in", Self.signIn("ana") + [("remember", "on")]).headers[.setCookie])
            #expect(kept.contains("Max-Age="))
        }
    }

    @Test("a place that guesses is told how long to wait")
    func aGuesserIsToldToWait() async throws {
        let door = try await Door()
        try await door.register("Ana")
        try await door.serve { server in
            let browser = TestBrowser(server)
            for _ in 0..<5 { _ = try await browser.post("/sign-in", Self.signIn("ana", password: "guess guess guess")) }
            let answer = try await browser.post("/sign-in", Self.signIn("ana"))
            #expect(answer.status == 429 && answer.headers[.retryAfter] == "1")
            #expect(answer.text.contains("value=\"ana@example.org\""))
        }
    }

    @Test(
        "VZO-35 no security setting changes without the password",
        arguments: [
            ("/settings/security/password", [("password", "four loud sparrows")]),
            ("/settings/security/email", [("email", "new@example.org")]),
            ("/settings/security/recovery-codes", []),
            ("/settings/security/second-factor", [("code", "123456"), ("secret", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]),
            ("/settings/security/passkeys", [("name", "x"), ("credential", "{}")]),
        ] as [(String, [(String, String)])])
    func nothingChangesWithoutProof(path: String, form: [(String, String)]) async throws {
        let door = try await Door()
        try await door.register("Ana")
        try await door.serve { server in
            let browser = TestBrowser(server)
            _ = try await browser.post("/sign-in", Self.signIn("ana"))
            for proof in [[], [("proof", "")], [("proof", "guess guess guess")]] {
                let answer = try await browser.post(path, form + proof)
                #expect(answer.status == 422, "\(path)")
                #expect(answer.text.contains("Nothing was changed"))
            }
            #expect(try await door.letters("settingChanged", to: "Ana").isEmpty)
        }
    }

    @Test("the second factor is set up from the page, and its codes are shown once", arguments: Engine.all)
    func theSecondFactorFromThePage(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.register("Ana")
        try await door.serve { server in
            let browser = TestBrowser(server)
            _ = try await browser.post("/sign-in", Self.signIn("ana"))
            let page = try await browser.get("/settings/security").text
            let secret = try #require(page.firstMatch(of: /name="secret" value="([A-Z2-7]{32})"/)).output.1
            #expect(page.contains("<svg class=\"qr\""))
            let totp = TOTP(secret: try #require(Base32.decode(String(secret))))
            func code() -> String { totp.code(step: TOTP.step(atSecond: door.clock.now.milliseconds / 1000)) }
            let refused = try await browser.post(
                "/settings/security/second-factor", [("code", "000000"), ("secret", String(secret)), ("proof", Door.password)])
            // The app already holds this secret: the page keeps it.
            #expect(refused.status == 422 && refused.text.contains("value=\"\(secret)\""))
            let on = try await browser.post(
                "/settings/security/second-factor", [("code", code()), ("secret", String(secret)), ("proof", Door.password)])
            let codes = on.text.matches(of: /<code>([0-9a-z]{6}-[0-9a-z]{6})<\/code>/).map { String($0.output.1) }
            #expect(on.status == 200 && codes.count == 10)
            #expect(try await browser.get("/settings/security").text.contains(codes[0]) == false)
            #expect(try await browser.post("/settings/security/second-factor/off", [("proof", "guess guess guess")]).status == 422)
            #expect(try await door.accounts.hasSecondFactor(try await door.person("Ana")))
            _ = try await browser.post("/sign-out", [])
            door.clock.advance(by: .seconds(30))
            let half = try await browser.post("/sign-in", Self.signIn("ana") + [("remember", "on"), ("return", "/settings/devices")])
            #expect(half.location == "/sign-in/second-factor?remember=on&return=%2Fsettings%2Fdevices")
            #expect(try await browser.get("/settings/devices").status != 200)
            let asked = try await browser.get(try #require(half.location))
            #expect(asked.status == 200)
            let entered = try await browser.post(try #require(half.location), [("code", code())])
            #expect(entered.status == 303 && entered.location == "/settings/devices")
            #expect(entered.headers[.setCookie]?.contains("Max-Age=") == true)
            #expect(try await browser.get("/settings/devices").status == 200)
        }
    }

    @Test("a passkey is added and used from the page")
    func aPasskeyFromThePage() async throws {
        struct Question: Decodable { let challenge: String }
        let door = try await Door()
        try await door.register("Ana")
        try await door.serve { server in
            let browser = TestBrowser(server)
            _ = try await browser.post("/sign-in", Self.signIn("ana"))
            let device = SoftwareAuthenticator()
            let order = try await browser.post("/settings/security/passkeys/order", json: "{}").json(Question.self)
            let added = try await browser.post(
                "/settings/security/passkeys", [("name", "Laptop"), ("credential", device.make(order.challenge)), ("proof", Door.password)])
            #expect(added.status == 303)
            #expect(try await browser.get("/settings/security").text.contains("Laptop"))
            let passkey = try #require(
                try await door.database.read { try $0.passkeys(of: try $0.ids("SELECT person_id FROM account")[0]) }.first)
            let kept = try await browser.post("/settings/security/passkeys/\(passkey.id)/remove", [("proof", "guess guess guess")])
            #expect(kept.status == 422 && kept.text.contains("Nothing was changed"))
            let proof = try await browser.post("/settings/security/passkeys/question", json: "{}").json(Question.self)
            let changed = try await browser.post(
                "/settings/security/password", [("password", "four loud sparrows"), ("passkey", try device.use(proof.challenge))])
            #expect(changed.status == 303)
            let visitor = TestBrowser(server)
            let question = try await visitor.post("/sign-in/passkey/question", json: "{}").json(Question.self)
            let entered = try await visitor.post(
                "/sign-in/passkey", [("passkey", try device.use(question.challenge)), ("return", "/settings/devices")])
            #expect(entered.status == 303 && entered.location == "/settings/devices")
        }
    }

    @Test("the password is recovered by the mailed link", arguments: Engine.all)
    func recoveryFromThePage(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.register("Ana")
        try await door.serve { server in
            let browser = TestBrowser(server)
            let known = try await browser.post("/recover", [("email", "ana@example.org")])
            let unknown = try await browser.post("/recover", [("email", "eve@example.org")])
            #expect(known.status == 200 && unknown.status == 200)
            #expect(known.text.replacing("ana@example.org", with: "eve@example.org") == unknown.text)
            let token = try await door.token(in: "recover", to: "Ana")
            let path = "/recover/\(token.text.value)"
            #expect(try await browser.get(path).status == 200)
            #expect(try await browser.post(path, [("password", "short")]).status == 422)
            #expect(try await browser.post(path, [("password", "four loud sparrows")]).status == 303)
            #expect(try await browser.get("/settings/devices").status == 200)
            #expect(try await browser.get(path).status == 410)
        }
    }

    @Test("the owner opens the house by the link, chooses who comes in, invites and appoints", arguments: Engine.all)
    func theOwnerRunsTheHouse(on engine: Engine) async throws {
        let door = try await Door(on: engine) { $0.registration = .closed }
        let link = try await door.accounts.makeOwnerLink()
        try await door.serve { server in
            let path = String(link.dropFirst("https://sotto.test".count))
            let hugo = TestBrowser(server)
            #expect(try await hugo.get(path).status == 200)
            let opened = try await hugo.post(path, [("name", "Hugo"), ("email", "hugo@example.org"), ("password", Door.password)])
            #expect(opened.status == 303)
            #expect(try await TestBrowser(server).get(path).status == 410)
            #expect(try await TestBrowser(server).get("/sign-up").text.contains("name=\"password\"") == false)
            #expect(try await hugo.get("/administration").status == 403, "a password alone is not enough for those who run the house")
            try await hugo.enrolSecondFactor(at: door.clock.now.milliseconds / 1000)
            #expect(try await hugo.post("/administration/registration", [("mode", "open")]).status == 303)
            let invited = try await hugo.post("/administration/invitations", [("email", "")])
            #expect(invited.status == 200 && invited.text.contains("/sign-up?invitation="))
            let ben = try await door.register("Ben")
            #expect(try await hugo.get("/administration?q=ben").text.contains("ben@example.org"))
            #expect(try await hugo.post("/administration/members/\(ben)/role", [("role", "administrator")]).status == 303)
            #expect(try await hugo.post("/administration/members/\(ben)/role", [("role", "owner")]).status == 400)
            let administrator = TestBrowser(server)
            _ = try await administrator.post("/sign-in", Self.signIn("ben"))
            try await administrator.enrolSecondFactor(at: door.clock.now.milliseconds / 1000)
            #expect(try await administrator.get("/administration").status == 200)
            #expect(try await administrator.get("/administration/outbox").status == 403)
            #expect(try await administrator.post("/administration/members/\(ben)/role", [("role", "member")]).status == 403)
            #expect(try await hugo.get("/administration/outbox").text.contains("ben@example.org"))
            #expect(try await hugo.post("/administration/members/\(ben)/suspend", []).status == 303)
            #expect(try await administrator.get("/administration").status != 200)
        }
    }

    @Test("VZO-05 no page of a member opens without a session")
    func memberPagesAreShut() async throws {
        let door = try await Door()
        try await door.serve { server in
            for route in door.accounts.routes(door.mail) where route.access != .everyone {
                let path = route.path.replacing(/\{[a-z]+\}/, with: PersonID(at: door.clock.now).description)
                let browser = TestBrowser(server)
                let answer =
                    route.method == .get
                    ? try await browser.get(path, [.accept: "application/json"]) : try await browser.post(path, json: "{}")
                #expect(answer.status == 401, "\(route.method) \(route.path)")
            }
        }
    }
}
