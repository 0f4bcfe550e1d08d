import HTTPTypes
import Mail
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Accounts

@Suite("what a stranger can do to somebody's account") struct StrangerTests {
    @Test("wrong recovery codes for Ana's address do not slow Ana's own second factor", arguments: Engine.all)
    func noLockout(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.register("Ana")
        let ana = try await door.member("Ana")
        let codes = try await door.accounts.renewRecoveryCodes(of: ana.person, proof: try await door.proof(ana))
        for number in 0..<40 {
            await #expect(throws: Refusal.self) {
                try await door.accounts.recover(
                    email: "ana@example.org", code: "WRONG0-WRONG0", from: Door.visit(from: "198.51.100.\(number)"))
            }
        }
        #expect(try await door.accounts.isRight(codes[0].value, of: ana.person))
    }

    @Test("signing in over somebody's session ends that session: nobody could sign it out any more", arguments: Engine.all)
    func aSharedBrowser(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.register("Ana")
        try await door.register("Ben")
        let ana = try await door.signIn("Ana")
        let ben = try await door.signIn("Ben", from: Door.visit(bearing: ana.token))
        #expect(ben.token != ana.token, "a session's number is never taken over")
        #expect(try await door.accounts.principal(bearing: ana.token) == nil)
        #expect(try await door.accounts.principal(bearing: ben.token) != nil)
    }

    @Test("a session that stopped at the password opens nothing, and is not the one that opens later")
    func noFixation() async throws {
        let door = try await Door()
        try await door.register("Ana")
        let ana = try await door.member("Ana")
        let offer = try door.accounts.offerTOTP(to: "ana@example.org")
        let second = door.clock.now.milliseconds / 1000
        let codes = try await door.accounts.enableTOTP(
            offer, code: offer.totp.code(step: TOTP.step(atSecond: second)), of: ana.person, proof: try await door.proof(ana))
        let half = try await door.signIn("Ana")
        #expect(!half.isOpen)
        #expect(try await door.accounts.principal(bearing: half.token) == nil)
        let whole = try await door.accounts.completeSignIn(code: codes[0].value, from: Door.visit(bearing: half.token))
        #expect(whole.token != half.token)
        await #expect(throws: Problem.signInRequired) {
            try await door.accounts.completeSignIn(code: codes[1].value, from: Door.visit(bearing: half.token))
        }
    }

    @Test("links in mails lead to this server, whatever host the asker named, and nothing typed breaks out of a line")
    func mails() async throws {
        let door = try await Door()
        try await door.serve { server in
            let browser = TestBrowser(server)
            let form = [
                ("name", "Ana"), ("email", "ana@example.org"), ("password", Door.password), ("ageBand", "adult"),
            ]
            let headers: [String: String] = ["X-Forwarded-Host": "mallory.example", "Forwarded": "host=mallory.example"]
            var fields: [(String, String)] = form
            #expect(try await browser.post("/sign-up", fields, .init(headers)).status == 200)
            #expect(try await browser.post("/recover", [("email", "ana@example.org")], .init(headers)).status == 200)
            for letter in try await door.letters() { #expect(!letter.body.value.contains("mallory.example")) }
            for typed in ["Ana\r\nBcc: mallory@example.org", "Ana\nBcc: x", "Ana\u{0}"] {
                fields[0].1 = typed
                fields[1].1 = "other@example.org"
                #expect(try await browser.post("/sign-up", fields).status == 400)
                #expect(try await browser.post("/recover", [("email", "\(typed)@example.org")]).status == 400)
            }
        }
    }
}

extension HTTPFields {
    fileprivate init(_ headers: [String: String]) {
        self.init(headers.compactMap { name, value in HTTPField.Name(name).map { HTTPField(name: $0, value: value) } })
    }
}
