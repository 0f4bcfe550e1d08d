import Accounts
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@Suite("C01 registration asks little and keeps less") struct RegistrationTests {
    @Test("VZO-06 whoever registers can sign in", arguments: Engine.all)
    func whoeverRegistersCanSignIn(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.register("Ana")
        let member = try await door.member("Ana")
        #expect(member.name.value == "Ana")
        #expect(member.roles == [.member])
    }

    @Test("ZAZ-34 somebody too young leaves zero rows", arguments: Engine.all)
    func somebodyTooYoungLeavesNothing(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        var ivy = Door.registration("Ivy")
        ivy.age = .under
        await #expect(throws: Refusal("accounts.register.tooYoung", field: "ageBand", values: ["minimum": "13"])) {
            try await door.accounts.register(ivy, from: Door.visit())
        }
        for table in ["account", "profile", "session", "attempt", "mail_letter", "email_confirmation", "stream_event"] as [StaticString] {
            #expect(try await door.count(table) == 0, "\(table)")
        }
    }

    @Test("ZAZ-33 a minor's choices stop at contacts, and the directory does not list them", arguments: Engine.all)
    func aMinorIsMorePrivate(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        var ivy = Door.registration("Ivy")
        ivy.age = .minor
        ivy.visibility = [.name: .everyone, .email: .contacts]
        ivy.isListed = true
        _ = try await door.accounts.register(ivy, from: Door.visit())
        let person = try await door.person("Ivy")
        let choices = try await door.database.read { transaction in
            try transaction.rows("SELECT field, visibility FROM profile_visibility WHERE person_id = \(person)").map {
                try [$0.get("field", as: String.self), $0.get("visibility", as: String.self)]
            }
        }
        #expect(choices.allSatisfy { ["nobody", "contacts"].contains($0[1]) } && choices.contains(["email", "contacts"]))
        #expect(try await door.count("directory_token") == 0)
    }

    @Test("VZO-31 nobody sees anything that was not chosen", arguments: Engine.all)
    func theDefaultIsNobody(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.register("Ana")
        try await door.register("Ben")
        let people = People(door.ground)
        let card = try await people.card(of: try await door.person("Ana"), seenBy: try await door.person("Ben"))
        #expect(card?.name == nil)
        #expect(card?.email == nil)
    }

    @Test("an address that is taken is answered like a free one, and its owner alone is told", arguments: Engine.all)
    func aTakenAddressIsNotGivenAway(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let before = door.accounts.hashOperations
        try await door.register("Ana")
        let free = door.accounts.hashOperations - before
        var mallory = Door.registration("Ana", password: "a guess of Mallory's")
        mallory.name = "Mallory"
        let answer = try await door.accounts.register(mallory, from: Door.visit())
        #expect(answer == nil)
        #expect(door.accounts.hashOperations - before - free == free)
        #expect(try await door.letters("alreadyRegistered", to: "Ana").count == 1)
        #expect(try await door.count("account") == 1)
        #expect(try await door.member("Ana").name.value == "Ana")
        await #expect(throws: Refusal.self) { try await door.signIn("Ana", password: "a guess of Mallory's") }
    }

    @Test("one address gets a few mails, however often somebody registers with it")
    func nobodyIsFloodedWithMail() async throws {
        let door = try await Door()
        try await door.register("Ana")
        for _ in 0..<20 { _ = try await door.accounts.register(Door.registration("Ana"), from: Door.visit()) }
        #expect(try await door.letters().count <= 4)
    }

    @Test func weakPasswordsAreNotTaken() async throws {
        let door = try await Door()
        for (password, key) in [
            ("short", "accounts.register.passwordShort"), ("ana@example.org", "accounts.register.passwordKnown"),
            ("aaaaaaaaaaaa", "accounts.register.passwordKnown"), ("password123", "accounts.register.passwordKnown"),
            (String(repeating: "long ", count: 60), "problem.field.tooLong"),
        ] {
            let error = await #expect(throws: Refusal.self) {
                try await door.accounts.register(Door.registration("Ana", password: password), from: Door.visit())
            }
            #expect(error?.key == key, "\(password)")
        }
        #expect(try await door.count("account") == 0)
    }

    @Test("no account without an invitation, once the owner chose so", arguments: Engine.all)
    func invitationsLetOneInEach(on engine: Engine) async throws {
        let door = try await Door(on: engine) { $0.registration = .invitation }
        await #expect(throws: Refusal.self) { try await door.register("Ben") }
        let hugo = try await door.hugo()
        let link = try await door.accounts.invite("ben@example.org", by: hugo, in: .english)
        let token = try #require(BearerToken(String(link.suffix(26))))
        var ben = Door.registration("Ben")
        ben.pass = .invitation(token)
        _ = try await door.accounts.register(ben, from: Door.visit())
        // The invitation came by mail to that address: nothing is left to confirm.
        #expect(try await door.account("ben@example.org")?.emailConfirmedAt != nil)
        var eve = Door.registration("Eve")
        eve.pass = .invitation(token)
        await #expect(throws: Refusal.self) { try await door.accounts.register(eve, from: Door.visit()) }
        try await door.accounts.choose(.closed)
        await #expect(throws: Problem.self) { try await door.register("Dan") }
    }

    @Test("the owner comes in by the link from the console, once", arguments: Engine.all)
    func theOwnerComesByTheLink(on engine: Engine) async throws {
        let door = try await Door(on: engine) { $0.registration = .closed }
        let link = try await door.accounts.makeOwnerLink()
        let token = try #require(BearerToken(String(link.suffix(26))))
        var hugo = Door.registration("Hugo")
        hugo.pass = .owner(token)
        let session = try #require(try await door.accounts.register(hugo, from: Door.visit()))
        #expect(try await door.accounts.principal(bearing: session.token)?.roles == [.owner, .member])
        #expect(try await door.accounts.hasOwner())
        var mallory = Door.registration("Mallory")
        mallory.pass = .owner(token)
        await #expect(throws: Problem(.gone, "problem.ownerLink")) { try await door.accounts.register(mallory, from: Door.visit()) }
        #expect(try await door.account("mallory@example.org") == nil)
    }

    @Test("an owner who lost every way in gets a new password from the console", arguments: Engine.all)
    func theOwnerCanBeRecovered(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let hugo = try await door.hugo()
        let first = try #require(BearerToken(String(try await door.accounts.makeOwnerLink().suffix(26))))
        let second = try #require(BearerToken(String(try await door.accounts.makeOwnerLink().suffix(26))))
        // A new link ends the one before.
        await #expect(throws: Problem(.gone, "problem.ownerLink")) { try await door.accounts.checkOwnerLink(first) }
        let session = try await door.accounts.recoverOwner(second, password: "another quiet heron", from: Door.visit())
        #expect(try await door.accounts.principal(bearing: session.token)?.person == hugo.person)
        await #expect(throws: Problem(.gone, "problem.ownerLink")) { try await door.accounts.checkOwnerLink(second) }
        await #expect(throws: Refusal.self) { try await door.signIn("Hugo") }
    }
}
