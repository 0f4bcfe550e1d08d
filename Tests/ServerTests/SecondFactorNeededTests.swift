import Foundation
import TestKit
import Testing
import Vocabulary
import Web

@testable import Server

/// Whoever runs the server shows more than a password (VZO-38).
@Suite(.timeLimit(.minutes(2))) struct SecondFactorNeededTests {
    @Test("VZO-38: the rooms of those who run the server open with a second factor only", arguments: Engine.all)
    func aPasswordIsNotEnough(on engine: Engine) async throws {
        let clock = ManualClock()
        let house = try await TestHouse(try await TestHouse.settings(on: engine), clock: clock)
        let hugo = try await Resident.own(house)
        let asked = try await hugo.browser.get("/administration")
        #expect(asked.status == 403)
        #expect(asked.text.contains("href=\"/settings/security?return=%2Fadministration\""), "the page leads to where it can be set up")
        #expect(asked.text.contains("First, a second factor") && !asked.text.contains(">403<"), "as a step, not as an error")
        let setting = try await hugo.browser.get("/settings/security?return=%2Fadministration").text
        #expect(setting.contains("href=\"#totp-title\""), "where it can be set up it is said why one is here")
        let elsewhere = try await hugo.browser.get("/settings/security?return=%2F%2Fevil.example").text
        #expect(!elsewhere.contains("\"//evil.example"), "and back to no other host")
        #expect(try await hugo.browser.post("/administration/registration", [("mode", "closed")]).status == 403)
        try await hugo.enrolSecondFactor(at: clock.now.milliseconds / 1000)
        #expect(try await hugo.browser.get("/administration").status == 200)
        let off = try await hugo.browser.post("/settings/security/second-factor/off", [("proof", Resident.password)])
        #expect(off.status == 303)
        #expect(try await hugo.browser.get("/administration").status == 403, "a session is only as strong as what the account still has")
        try await house.stop()
    }

    @Test("VZO-38: one strong session does not make the others strong: each is asked, and then leads on", arguments: Engine.all)
    func strengthBelongsToTheSession(on engine: Engine) async throws {
        let clock = ManualClock()
        let house = try await TestHouse(try await TestHouse.settings(on: engine), clock: clock)
        let hugo = try await Resident.own(house)
        let elsewhere = try await Resident.signIn("Hugo", in: house).browser
        let codes = try await hugo.enrolSecondFactor(at: clock.now.milliseconds / 1000)
        #expect(try await hugo.browser.get("/administration").status == 200)
        #expect(try await hugo.browser.get("/sign-in/second-factor?return=%2Fadministration").location == "/administration")
        let step = "/sign-in/second-factor?return=%2Fadministration%2Foutbox"
        let refused = try await elsewhere.get("/administration/outbox")
        #expect(refused.status == 303 && refused.location == step, "who has one is asked for it at once")
        let question = try await elsewhere.get(step).text
        #expect(question.contains("Confirm that it is you") && question.contains("action=\"\(step)\""))
        #expect(try await elsewhere.get("/settings/security?return=%2Fadministration%2Foutbox").text.contains("href=\"\(step)\""))
        let posted = try await elsewhere.post("/administration/registration", [("mode", "closed")])
        #expect(posted.status == 403 && posted.text.contains("href=\"/sign-in/second-factor\""), "what was sent is not done")
        #expect(try await elsewhere.post(step, [("code", "000000")]).status == 422)
        #expect(try await elsewhere.get("/administration/outbox").status == 303)
        let shown = try await elsewhere.post(step, [("code", codes[0])])
        #expect(shown.status == 303 && shown.location == "/administration/outbox")
        #expect(try await elsewhere.get("/administration/outbox").status == 200)
        try await house.stop()
    }

    @Test("passkeys are named only where browsers offer them")
    func passkeysWhereTheyAre() async throws {
        for (origin, names) in [(nil, true), ("http://192.0.2.7", false)] {
            var settings = try await TestHouse.settings()
            if let origin { settings.set(\.origin, to: origin) }
            let house = try await TestHouse(settings)
            let hugo = try await Resident.own(house)
            for page in ["/administration", "/settings/security?return=%2Fadministration", "/settings/security"] {
                let text = try await hugo.browser.get(page).text
                #expect((text.contains("A passkey<") || text.contains(">Passkeys<")) == names, "\(page) at \(origin ?? "localhost")")
            }
            try await house.stop()
        }
    }

    @Test("VZO-38: every role is bound by it, whatever it may do", arguments: Role.allCases.filter { $0 != .member })
    func everyRole(_ role: Role) {
        func member(isStrong: Bool) -> Principal {
            .member(
                .init(
                    person: PersonID(at: ManualClock().now), session: "", roles: [.member, role], name: Redacted("Gita"), isStrong: isStrong
                ))
        }
        #expect(Access.roles([role]).refusal(of: member(isStrong: false)) == .secondFactorRequired)
        #expect(Access.roles([role]).refusal(of: member(isStrong: true)) == nil)
        #expect(Access.members.refusal(of: member(isStrong: false)) == nil, "their own affairs need none")
    }
}
