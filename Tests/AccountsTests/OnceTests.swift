import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Accounts

/// Whatever works once works once, also when it is asked for twice in the same instant. PostgreSQL lets both in at the same time.
@Suite("one-time things, asked for twice at once") struct OnceTests {
    /// How many of several attempts at once came through. Losers may fail in any way but silently.
    private func winners(_ count: Int = 6, _ attempt: @escaping @Sendable (Int) async throws -> Void) async -> Int {
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<count {
                group.addTask {
                    do {
                        try await attempt(number)
                        return true
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    @Test("an owner link makes one owner", arguments: Engine.all) func ownerLink(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let token = try #require(BearerToken(String(try await door.accounts.makeOwnerLink().suffix(26))))
        let won = await winners { number in
            var hugo = Door.registration("Hugo\(number)")
            hugo.pass = .owner(token)
            _ = try await door.accounts.register(hugo, from: Door.visit())
        }
        #expect(won == 1)
        #expect(try await door.count("account") == 1)
    }

    @Test("an invitation lets one person in", arguments: Engine.all) func invitation(on engine: Engine) async throws {
        let door = try await Door(on: engine) { $0.registration = .invitation }
        let link = try await door.accounts.invite(nil, by: try await door.hugo(), in: .english)
        let token = try #require(BearerToken(String(link.suffix(26))))
        let won = await winners { number in
            var ben = Door.registration("Ben\(number)")
            ben.pass = .invitation(token)
            _ = try await door.accounts.register(ben, from: Door.visit())
        }
        #expect(won == 1)
        #expect(try await door.count("account") == 2)
    }

    @Test("a mailed link replaces a password once", arguments: Engine.all) func recovery(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.register("Ana")
        try await door.accounts.requestRecovery(of: "ana@example.org")
        let token = try await door.token(in: "recover", to: "Ana")
        let won = await winners { number in
            _ = try await door.accounts.recover(token, password: "three loud herons \(number)", code: nil, from: Door.visit())
        }
        #expect(won == 1)
    }

    @Test("a confirmation link confirms once", arguments: Engine.all) func confirmation(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let ana = try await door.register("Ana")
        let token = try await door.token(in: "confirmEmail", to: "Ana")
        let won = await winners { _ in
            guard try await door.accounts.confirmEmail(token, by: ana, password: nil) else { throw Problem.notFound }
        }
        #expect(won == 1)
    }

    @Test("a recovery code buys one link", arguments: Engine.all) func recoveryCode(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.register("Ana")
        let ana = try await door.member("Ana")
        let codes = try await door.accounts.renewRecoveryCodes(of: ana.person, proof: try await door.proof(ana))
        let won = await winners { number in
            _ = try await door.accounts.recover(
                email: "ana@example.org", code: codes[0].value, from: Door.visit(from: "192.0.2.\(number)"))
        }
        #expect(won == 1)
        #expect(try await door.accounts.recoveryCodesLeft(of: ana.person) == RecoveryCode.count - 1)
    }

    @Test("a passkey's answer opens one session", arguments: Engine.all) func passkey(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.register("Ana")
        let ana = try await door.member("Ana")
        let device = SoftwareAuthenticator()
        let order = try await door.accounts.passkeyOrder(for: ana)
        try await door.accounts.addPasskey(device.make(order.challenge), named: "", for: ana, proof: try await door.proof(ana))
        let answer = try device.use(try door.accounts.passkeyQuestionForSignIn().challenge)
        let won = await winners { _ in _ = try await door.accounts.signIn(passkey: answer, from: Door.visit()) }
        #expect(won == 1)
    }

    @Test("guesses at once are counted one by one", arguments: Engine.all) func guesses(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.register("Ana")
        let before = door.accounts.hashOperations
        let won = await winners(30) { _ in _ = try await door.signIn("Ana", password: "guess guess guess") }
        #expect(won == 0)
        #expect(door.accounts.hashOperations - before <= 6, "most were told to wait before anything was hashed")
    }
}
