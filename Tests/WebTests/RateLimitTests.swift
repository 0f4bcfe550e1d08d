import HTTPTypes
import Hummingbird
import TestKit
import Testing
import Vocabulary
import Web

@Suite struct RateLimitTests {
    private static let table = RateLimitTable(
        perAccount: [.writing: Allowance(burst: 3, every: .seconds(10))], perClient: [.guessing: Allowance(burst: 2, every: .seconds(60))])

    @Test func theLastAllowedUseIsAllowedAndTheNextMustWait() throws {
        let clock = ManualClock()
        let limits = RateLimits(Self.table, clock: clock)
        let ana = PersonID(at: clock.now)
        for _ in 0..<3 { try limits.take(.writing, person: ana) }
        #expect(throws: Problem.tooMany(retryAfter: 10)) { try limits.take(.writing, person: ana) }
        clock.advance(by: .milliseconds(9999))
        #expect(throws: Problem.tooMany(retryAfter: 1)) { try limits.take(.writing, person: ana) }
        clock.advance(by: .milliseconds(1))
        try limits.take(.writing, person: ana)
        #expect(throws: Problem.tooMany(retryAfter: 10)) { try limits.take(.writing, person: ana) }
    }

    @Test func whoWaitsLongHasTheWholeBurstAgainButNotMore() throws {
        let clock = ManualClock()
        let limits = RateLimits(Self.table, clock: clock)
        let ana = PersonID(at: clock.now)
        for _ in 0..<3 { try limits.take(.writing, person: ana) }
        clock.advance(by: .days(1))
        for _ in 0..<3 { try limits.take(.writing, person: ana) }
        #expect(throws: Problem.self) { try limits.take(.writing, person: ana) }
    }

    @Test func oneMemberUsingAllTheirsTakesNothingFromAnother() throws {
        let clock = ManualClock()
        let limits = RateLimits(Self.table, clock: clock)
        let (ana, ben) = (PersonID(at: clock.now), PersonID(at: clock.now))
        for _ in 0..<3 { try limits.take(.writing, person: ana) }
        try limits.take(.writing, person: ben)
        try limits.take(.reading, person: ana)
    }

    @Test func aMillionInventedAddressesDoNotFillTheMemory() throws {
        let limits = RateLimits(Self.table, clock: ManualClock())
        for number in 0..<200_000 { try limits.take(.guessing, client: Redacted("address \(number)")) }
        #expect(limits.count <= 100_000)
    }

    @Test func aGuesserIsToldWhenToComeBack() async throws {
        let clock = ManualClock()
        var stage = Stage([Route(.post, "/sign-in", .everyone, limit: .guessing, purpose: "Test.") { _, _ in Response(status: .ok) }])
        stage.clock = clock
        stage.limits = Self.table
        let answers = try await TestServer.run(stage) { server in
            let mallory = TestBrowser(server)
            var answers: [TestBrowser.Answer] = []
            for _ in 0..<3 { answers.append(try await mallory.post("/sign-in", [])) }
            clock.advance(by: .seconds(60))
            return try await answers + [mallory.post("/sign-in", [])]
        }
        #expect(answers.map(\.status) == [200, 200, 429, 200])
        #expect(answers[2].headers[.retryAfter] == "60")
    }

    @Test(arguments: [
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"), ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"), ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"),
    ]) func aHouseholdCountsOnce(address: String, household: String) {
        #expect(IPAddress(address)?.household == household)
    }
}
