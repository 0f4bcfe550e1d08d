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

    @Test("VZO-38: one strong session does not make the others strong")
    func strengthBelongsToTheSession() async throws {
        let clock = ManualClock()
        let house = try await TestHouse(try await TestHouse.settings(), clock: clock)
        let hugo = try await Resident.own(house)
        let elsewhere = try await Resident.signIn("Hugo", in: house)
        try await hugo.enrolSecondFactor(at: clock.now.milliseconds / 1000)
        #expect(try await hugo.browser.get("/administration").status == 200)
        #expect(try await elsewhere.browser.get("/administration").status == 403)
        try await house.stop()
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
