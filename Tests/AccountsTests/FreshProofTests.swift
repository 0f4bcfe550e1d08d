import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Accounts

@Suite("C04 nothing changes without a fresh proof") struct FreshProofTests {
    @Test("VZO-35 a stolen session alone gives no proof", arguments: Engine.all)
    func aStolenSessionIsNotEnough(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.register("Ana")
        let ana = try await door.member("Ana")
        for (password, passkey) in [(nil, nil), ("", ""), ("guess guess guess", nil), (nil, "{}")] as [(String?, String?)] {
            await #expect(throws: Refusal.self) { try await door.accounts.prove(ana, password: password, passkey: passkey) }
        }
        #expect(try await door.accounts.prove(ana, password: Door.password, passkey: nil).person == ana.person)
    }

    @Test("VZO-34 guessing within a stolen session must wait", arguments: Engine.all)
    func guessingProofsWaits(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.register("Ana")
        let ana = try await door.member("Ana")
        for _ in 0..<10 {
            await #expect(throws: Refusal.self) { try await door.accounts.prove(ana, password: "guess guess guess", passkey: nil) }
        }
        await #expect(throws: Problem.self) { try await door.accounts.prove(ana, password: Door.password, passkey: nil) }
        // The owner, in a session of their own, is not held up.
        let other = try await door.member("Ana", from: Door.visit(on: Agents.chrome))
        #expect(try await door.accounts.prove(other, password: Door.password, passkey: nil).person == ana.person)
    }

    @Test("VZO-34 every change is told by mail and as a notice", arguments: ChangeNotice.Setting.allCases)
    func everyChangeIsTold(setting: ChangeNotice.Setting) async throws {
        let door = try await Door()
        let ana = try await door.register("Ana")
        let notice = try await door.accounts.notice(of: setting, to: ana)
        try await door.database.write { try notice.add(in: $0, to: door.ground) }
        let name = door.ground.pages.text("setting.\(setting.rawValue)", [:], in: .english)
        #expect(!name.hasPrefix("setting."))
        #expect(try await door.letters("settingChanged", to: "Ana").first?.body.value.contains(name) == true)
        #expect(try await door.notices(of: ana) == ["setting.changed"])
    }

    @Test("a new password ends every other session", arguments: Engine.all)
    func aNewPasswordEndsOtherSessions(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.register("Ana")
        let thief = try await door.signIn("Ana", from: Door.visit(on: Agents.chrome))
        let ana = try await door.member("Ana")
        try await door.accounts.changePassword(of: ana, to: "four loud sparrows", proof: try await door.proof(ana))
        #expect(try await door.accounts.principal(bearing: thief.token) == nil)
        #expect(try await door.accounts.sessions(of: ana.person).map(\.id.description) == [ana.session])
        await #expect(throws: Refusal.self) { try await door.signIn("Ana") }
        #expect(try await door.signIn("Ana", password: "four loud sparrows").isOpen)
    }
}
