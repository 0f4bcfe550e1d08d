import Accounts
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@Suite struct EmailConfirmationTests {
    @Test("where mail leaves the server an account waits for its address to be confirmed", arguments: Engine.all)
    func anAccountWaitsForItsAddress(on engine: Engine) async throws {
        let door = try await Door(on: engine) { $0.confirmsEmail = true }
        try await door.register("Ana")
        await #expect(throws: Refusal("accounts.signIn.wrongOrUnconfirmed")) { try await door.signIn("Ana") }
        let token = try await door.token(in: "confirmEmail", to: "Ana")
        #expect(try await door.accounts.confirmationState(token, for: nil) == .needsPassword)
        #expect(try await door.accounts.confirmEmail(token, by: nil, password: Door.password))
        #expect(try await door.signIn("Ana").isOpen)
        #expect(try await door.accounts.confirmEmail(token, by: nil, password: Door.password) == false)
    }

    @Test("whoever gets the mail cannot confirm an account that somebody else made", arguments: Engine.all)
    func aStrangersAccountIsNotConfirmed(on engine: Engine) async throws {
        let door = try await Door(on: engine) { $0.confirmsEmail = true }
        // Mallory registers with Ana's address and waits for Ana to press the button.
        _ = try await door.accounts.register(Door.registration("Ana", password: "Mallory knows this"), from: Door.visit())
        let token = try await door.token(in: "confirmEmail", to: "Ana")
        await #expect(throws: Refusal.self) { try await door.accounts.confirmEmail(token, by: nil, password: "Ana does not know") }
        // Ana registers herself: nobody ever used Mallory's account, so it makes room.
        try await door.register("Ana")
        #expect(try await door.accounts.confirmationState(token, for: nil) == .expired)
        let own = try await door.token(in: "confirmEmail", to: "Ana")
        #expect(try await door.accounts.confirmEmail(own, by: nil, password: Door.password))
        await #expect(throws: Refusal.self) { try await door.signIn("Ana", password: "Mallory knows this") }
        #expect(try await door.count("account") == 1)
        #expect(try await door.count("profile") == 1)
    }

    @Test("a link ends after a day, an unconfirmed account after a week", arguments: Engine.all)
    func linksAndAccountsEnd(on engine: Engine) async throws {
        let door = try await Door(on: engine) { $0.confirmsEmail = true }
        try await door.register("Ana")
        let token = try await door.token(in: "confirmEmail", to: "Ana")
        door.clock.advance(by: .days(1))
        #expect(try await door.accounts.confirmationState(token, for: nil) == .expired)
        try await door.accounts.sweep()
        #expect(try await door.count("account") == 1)
        #expect(try await door.count("email_confirmation") == 0)
        door.clock.advance(by: .days(7))
        try await door.accounts.sweep()
        #expect(try await door.count("account") == 0)
        #expect(try await door.count("profile") == 0)
    }

    @Test("a new address holds once its link was opened, and the old one is told", arguments: Engine.all)
    func anAddressMovesByItsLink(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let person = try await door.register("Ana")
        let ana = try await door.member("Ana")
        try await door.accounts.changeEmail(person, to: "Ana.Horvat@Example.org", proof: try await door.proof(ana))
        #expect(try await door.signIn("Ana").isOpen)
        let token = try await door.token(in: "confirmEmail", to: "Ana.Horvat")
        #expect(try await door.accounts.confirmationState(token, for: person) == .ready)
        #expect(try await door.accounts.confirmEmail(token, by: person, password: nil))
        #expect(try await door.account("ana@example.org") == nil)
        #expect(try await door.account("ana.horvat@example.org")?.person == person)
        #expect(try await door.letters("emailChanged", to: "Ana").count == 1)
        #expect(try await door.notices(of: person).contains("setting.changed"))
    }

    @Test("an address that somebody else has is answered like a free one", arguments: Engine.all)
    func aTakenNewAddressIsNotGivenAway(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let ana = try await door.register("Ana")
        try await door.register("Ben")
        let proof = try await door.proof(try await door.member("Ana"))
        try await door.accounts.changeEmail(ana, to: "ben@example.org", proof: proof)
        #expect(try await door.letters("alreadyRegistered", to: "Ben").count == 1)
        #expect(try await door.account("ben@example.org")?.person != ana)
    }
}
