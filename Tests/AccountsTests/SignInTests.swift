import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Accounts

@Suite("C59 signing in") struct SignInTests {
    @Test("an unknown address costs as many hashes as a wrong password, and says the same", arguments: Engine.all)
    func anUnknownAddressLooksLikeAWrongPassword(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.register("Ana")
        var costs: [Int] = []
        var answers: [Refusal?] = []
        for email in ["ana@example.org", "nobody@example.org", "not an address"] {
            let before = door.accounts.hashOperations
            answers.append(
                await #expect(throws: Refusal.self) {
                    try await door.accounts.signIn(email: email, password: "wrong password", from: Door.visit())
                })
            costs.append(door.accounts.hashOperations - before)
        }
        #expect(costs == [1, 1, 1])
        #expect(Set(answers.map { $0?.key }) == ["accounts.signIn.wrong"])
    }

    @Test("a hash of yesterday's cost is replaced at the next sign-in", arguments: Engine.all)
    func hashesGrowWithTheTimes(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let ana = try await door.register("Ana")
        func cost(_ accounts: Accounts) async throws -> String {
            let account = try #require(try await door.database.read { try $0.account(of: ana) })
            let sealed = try #require(account.password)
            return try await door.ground.keys.openText(sealed, of: ana, as: Password.column)
        }
        #expect(try await cost(door.accounts).hasPrefix("$argon2id$v=19$m=8,t=1,p=1$"))
        var policy = Accounts.Policy()
        policy.passwordCost = .init(passes: 2, memory: 16)
        let stricter = Accounts(door.ground, policy: policy)
        _ = try await stricter.signIn(email: "ana@example.org", password: Door.password, from: Door.visit())
        #expect(try await cost(stricter).hasPrefix("$argon2id$v=19$m=16,t=2,p=1$"))
        _ = try await stricter.signIn(email: "ana@example.org", password: Door.password, from: Door.visit())
    }

    @Test("VZO-34 a guesser waits longer and longer, the owner elsewhere does not", arguments: Engine.all)
    func theGuesserWaits(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.register("Ana")
        let mallory = Door.visit(from: "198.51.100.7")
        for _ in 0..<5 {
            await #expect(throws: Refusal.self) { try await door.signIn("Ana", password: "guess guess guess", from: mallory) }
        }
        var waits: [Int] = []
        for _ in 0..<12 {
            let problem = await #expect(throws: Problem.self) { try await door.signIn("Ana", from: mallory) }
            let wait = try #require(problem?.retryAfter)
            waits.append(wait)
            door.clock.advance(by: .seconds(wait))
            await #expect(throws: Refusal.self) { try await door.signIn("Ana", password: "guess guess guess", from: mallory) }
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900])
        #expect(try await door.signIn("Ana", from: Door.visit(from: "192.0.2.1")).isOpen)
    }

    @Test("VZO-34 guessing from everywhere slows strangers, not the owner's own browser", arguments: Engine.all)
    func theOwnersBrowserStaysFree(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.register("Ana")
        let known = try await door.signIn("Ana")
        for number in 0..<60 {
            _ = try? await door.signIn("Ana", password: "guess guess guess", from: Door.visit(from: "198.51.100.\(number)"))
        }
        await #expect(throws: Problem.self) { try await door.signIn("Ana", from: Door.visit(from: "203.0.113.1")) }
        #expect(try await door.signIn("Ana", from: Door.visit(from: "203.0.113.1", bearing: known.token)).isOpen)
    }

    @Test("a thousand tries at once are a thousand tries", arguments: Engine.all)
    func triesAtOnceAreAllCounted(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.register("Ana")
        let before = door.accounts.hashOperations
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask { _ = try? await door.signIn("Ana", password: "guess guess guess", from: Door.visit(from: "198.51.100.7")) }
            }
        }
        #expect(door.accounts.hashOperations - before <= 5)
    }

    @Test("an unknown address makes a guesser wait just the same")
    func unknownAddressesWaitToo() async throws {
        let door = try await Door()
        for _ in 0..<5 {
            await #expect(throws: Refusal.self) { try await door.signIn("Nobody", password: "guess guess guess") }
        }
        await #expect(throws: Problem.self) { try await door.signIn("Nobody", password: "guess guess guess") }
    }

    @Test("a new kind of device is told by mail, a known one only as a notice", arguments: Engine.all)
    func newDevicesAreToldByMail(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let ana = try await door.register("Ana")
        _ = try await door.signIn("Ana")
        _ = try await door.signIn("Ana")
        #expect(try await door.letters("newDevice", to: "Ana").isEmpty)
        _ = try await door.signIn("Ana", from: Door.visit(on: Agents.safari))
        let letter = try #require(try await door.letters("newDevice", to: "Ana").first)
        #expect(letter.body.value.contains("Safari 18 on iOS"))
        #expect(try await door.notices(of: ana) == ["signIn.new", "signIn.new", "signIn.new"])
    }

    @Test("a suspended account cannot sign in, and its sessions end", arguments: Engine.all)
    func aSuspendedAccountIsOut(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let ana = try await door.register("Ana")
        let session = try await door.signIn("Ana")
        let hugo = try await door.hugo()
        try await door.accounts.suspend(ana, by: hugo)
        #expect(try await door.accounts.principal(bearing: session.token) == nil)
        await #expect(throws: Problem(.forbidden, "problem.suspended")) { try await door.signIn("Ana") }
        await #expect(throws: Refusal.self) { try await door.signIn("Ana", password: "guess guess guess") }
        try await door.accounts.restore(ana, by: hugo)
        #expect(try await door.signIn("Ana").isOpen)
    }

    @Test func theLineOfHashesIsBounded() async throws {
        let hasher = PasswordHasher(cost: .init(passes: 2, memory: 4096))
        let refused = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<400 {
                group.addTask {
                    do {
                        _ = try await hasher.check(Redacted("guess guess guess"), against: nil)
                        return false
                    } catch { return true }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(refused > 0)
        #expect(hasher.operations <= 400 - refused)
        #expect(try await hasher.check(Redacted("a"), against: try await hasher.hash(Redacted("a"))) == .right)
    }
}
