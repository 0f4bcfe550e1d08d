import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Accounts

@Suite("recovery") struct RecoveryTests {
    @Test("the mailed link gives a new password once, and ends every session", arguments: Engine.all)
    func theMailedLinkGivesANewPassword(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.register("Ana")
        let thief = try await door.signIn("Ana", from: Door.visit(on: Agents.chrome))
        try await door.accounts.requestRecovery(of: "ANA@example.org")
        let token = try await door.token(in: "recover", to: "Ana")
        #expect(try await door.accounts.recoveryNeedsCode(token) == false)
        let session = try await door.accounts.recover(token, password: "four loud sparrows", code: nil, from: Door.visit())
        #expect(try await door.accounts.principal(bearing: session.token) != nil)
        #expect(try await door.accounts.principal(bearing: thief.token) == nil)
        await #expect(throws: Problem(.gone, "problem.recoveryLink")) {
            try await door.accounts.recover(token, password: "five loud sparrows", code: nil, from: Door.visit())
        }
        #expect(try await door.account("ana@example.org")?.emailConfirmedAt != nil)
        #expect(try await door.letters("settingChanged", to: "Ana").count == 1)
    }

    @Test("an address without an account is answered the same, at the price of one write", arguments: Engine.all)
    func anUnknownAddressIsAnsweredTheSame(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.accounts.requestRecovery(of: "nobody@example.org")
        #expect(try await door.letters().isEmpty)
        #expect(try await door.count("attempt") == 1)
        #expect(try await door.count("recovery") == 0)
    }

    @Test("the link ends after an hour")
    func theLinkEnds() async throws {
        let door = try await Door()
        try await door.register("Ana")
        try await door.accounts.requestRecovery(of: "ana@example.org")
        let token = try await door.token(in: "recover", to: "Ana")
        door.clock.advance(by: .hours(1))
        await #expect(throws: Problem(.gone, "problem.recoveryLink")) { try await door.accounts.recoveryNeedsCode(token) }
    }

    @Test("the link alone does not pass the second factor", arguments: Engine.all)
    func theSecondFactorStays(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let person = try await door.register("Ana")
        let ana = try await door.member("Ana")
        try await door.confirm("Ana")
        let offer = try door.accounts.offerTOTP(to: "ana@example.org")
        let step = { TOTP.step(atSecond: door.clock.now.milliseconds / 1000) }
        _ = try await door.accounts.enableTOTP(offer, code: offer.totp.code(step: step()), of: person, proof: try await door.proof(ana))
        door.clock.advance(by: .minutes(1))
        try await door.accounts.requestRecovery(of: "ana@example.org")
        let token = try await door.token(in: "recover", to: "Ana")
        #expect(try await door.accounts.recoveryNeedsCode(token))
        await #expect(throws: Refusal.self) {
            try await door.accounts.recover(token, password: "four loud sparrows", code: nil, from: Door.visit())
        }
        let session = try await door.accounts.recover(
            token, password: "four loud sparrows", code: offer.totp.code(step: step()), from: Door.visit())
        #expect(session.isOpen)
        #expect(try await door.accounts.hasSecondFactor(person))
    }

    @Test("whoever proves the address first throws out what an impostor set up", arguments: Engine.all)
    func theFirstProofOfTheAddressClearsTheRest(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        // Mallory made an account with Ana's address, where addresses are not confirmed, and locked it with a second factor.
        let person = try await door.register("Ana")
        let mallory = try await door.member("Ana")
        let offer = try door.accounts.offerTOTP(to: "ana@example.org")
        let code = offer.totp.code(step: TOTP.step(atSecond: door.clock.now.milliseconds / 1000))
        let proof = try await door.proof(mallory)
        _ = try await door.accounts.enableTOTP(offer, code: code, of: person, proof: proof)
        let device = SoftwareAuthenticator()
        let order = try await door.accounts.passkeyOrder(for: mallory)
        try await door.accounts.addPasskey(device.make(order.challenge), named: "", for: mallory, proof: proof)
        // Ana gets the mail.
        try await door.accounts.requestRecovery(of: "ana@example.org")
        let token = try await door.token(in: "recover", to: "Ana")
        _ = try await door.accounts.recover(token, password: "four loud sparrows", code: nil, from: Door.visit())
        #expect(try await door.accounts.hasSecondFactor(person) == false)
        #expect(try await door.count("passkey") == 0)
        #expect(try await door.accounts.sessions(of: person).count == 1)
    }

    @Test("a recovery code opens the way back without any mail", arguments: Engine.all)
    func aRecoveryCodeNeedsNoMail(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let person = try await door.register("Ana")
        let ana = try await door.member("Ana")
        let codes = try await door.accounts.renewRecoveryCodes(of: person, proof: try await door.proof(ana))
        let visit = Door.visit(from: "203.0.113.9")
        await #expect(throws: Refusal.self) { try await door.accounts.recover(email: "ana@example.org", code: "wrong", from: visit) }
        await #expect(throws: Refusal.self) {
            try await door.accounts.recover(email: "nobody@example.org", code: codes[0].value, from: visit)
        }
        let token = try await door.accounts.recover(email: "ana@example.org", code: codes[0].value, from: visit)
        #expect(try await door.accounts.recover(token, password: "four loud sparrows", code: nil, from: visit).isOpen)
        await #expect(throws: Refusal.self) { try await door.accounts.recover(email: "ana@example.org", code: codes[0].value, from: visit) }
    }
}
