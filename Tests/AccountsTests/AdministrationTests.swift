import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Accounts

@Suite("C59 administration") struct AdministrationTests {
    @Test("the owner appoints, and whoever was appointed is told", arguments: Engine.all)
    func theOwnerAppoints(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let (hugo, gita) = (try await door.hugo(), try await door.register("Gita"))
        try await door.accounts.appoint(gita, as: .privacyOfficer, by: hugo)
        #expect(try await door.member("Gita").roles == [.privacyOfficer, .member])
        try await door.accounts.appoint(gita, as: .administrator, by: hugo)
        let administrator = try await door.member("Gita")
        #expect(administrator.roles == [.administrator, .member])
        #expect(try await door.letters("settingChanged", to: "Gita").count == 2)
        let ben = try await door.register("Ben")
        await #expect(throws: Problem.forbidden) { try await door.accounts.appoint(ben, as: .administrator, by: administrator) }
        await #expect(throws: Problem.self) { try await door.accounts.appoint(hugo.person, as: .member, by: hugo) }
        await #expect(throws: Problem.self) { try await door.accounts.appoint(ben, as: .owner, by: hugo) }
        try await door.accounts.appoint(gita, as: .member, by: hugo)
        #expect(try await door.member("Gita").roles == [.member])
    }

    @Test("there is one owner, whatever happens at once", arguments: Engine.all)
    func thereIsOneOwner(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        _ = try await door.hugo()
        let eve = try await door.register("Eve")
        await #expect(throws: StorageError.self) { try await door.database.write { try $0.give(.owner, to: eve) } }
    }

    @Test("an administrator manages members, not those who have a role, nor the owner, nor themself", arguments: Engine.all)
    func anAdministratorManagesMembers(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let hugo = try await door.hugo()
        let (eve, gita, ben) = (try await door.register("Eve"), try await door.register("Gita"), try await door.register("Ben"))
        try await door.accounts.appoint(eve, as: .administrator, by: hugo)
        try await door.accounts.appoint(gita, as: .privacyOfficer, by: hugo)
        let administrator = try await door.member("Eve")
        for person in [hugo.person, gita, eve] {
            await #expect(throws: Problem.forbidden) { try await door.accounts.suspend(person, by: administrator) }
        }
        try await door.accounts.suspend(ben, by: administrator)
        try await door.accounts.suspend(gita, by: hugo)
        #expect(try await door.accounts.principal(bearing: .make()) == nil)
    }

    @Test("members are found by address and by name, page by page", arguments: Engine.all)
    func membersAreFound(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        _ = try await door.hugo()
        for number in 0..<55 {
            door.clock.advance(by: .milliseconds(1))
            var person = Door.registration("Person\(number)")
            person.name = "Person Číslo \(number)"
            _ = try await door.accounts.register(person, from: Door.visit())
        }
        let first = try await door.accounts.members(matching: nil, before: nil)
        #expect(first.members.count == 50 && first.members.first?.email == "person54@example.org")
        let second = try await door.accounts.members(matching: nil, before: first.next)
        #expect(second.members.count == 6 && second.next == nil && second.members.last?.name == "Hugo")
        #expect(try await door.accounts.members(matching: "PERSON7@example.org", before: nil).members.map(\.name) == ["Person Číslo 7"])
        #expect(try await door.accounts.members(matching: "hug", before: nil).members.map(\.roles) == [[.owner, .member]])
        #expect(try await door.accounts.memberCount() == 56)
    }
}
