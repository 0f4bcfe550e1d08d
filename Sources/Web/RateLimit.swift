import Synchronization
package import Vocabulary

/// So many at once, and one more each interval: a token bucket.
package struct Allowance: Sendable, Equatable {
    package let burst: Int
    package let interval: Duration

    package init(burst: Int, every interval: Duration) {
        precondition(burst > 0 && interval.inMilliseconds > 0)
        self.burst = burst
        self.interval = interval
    }
}

/// How often one account and one household may use each kind of route.
package struct RateLimitTable: Sendable {
    package var perAccount: [Route.Limit: Allowance]
    package var perClient: [Route.Limit: Allowance]

    package init(perAccount: [Route.Limit: Allowance], perClient: [Route.Limit: Allowance]) {
        self.perAccount = perAccount
        self.perClient = perClient
    }

    /// Generous to people, also to many behind one address (a school), and tight on guessing.
    package static let standard = RateLimitTable(
        perAccount: [
            .reading: Allowance(burst: 200, every: .milliseconds(50)),
            .writing: Allowance(burst: 60, every: .milliseconds(500)),
            .guessing: Allowance(burst: 10, every: .seconds(30)),
        ],
        perClient: [
            .reading: Allowance(burst: 600, every: .milliseconds(10)),
            .writing: Allowance(burst: 200, every: .milliseconds(100)),
            .guessing: Allowance(burst: 30, every: .seconds(6)),
        ])

    /// No limits, for tests about something else.
    package static let unlimited = RateLimitTable(perAccount: [:], perClient: [:])
}

/// Counts uses in bounded memory. Addresses are not kept, not even here: only a number made from them with this process's own random seed.
package final class RateLimits: Sendable {
    /// Buckets kept in each of two generations: about 5 MB in all.
    static let generationLimit = 50_000

    fileprivate struct Key: Hashable {
        let limit: Route.Limit
        let subject: Int
    }

    /// For each bucket the moment (ms) at which it is full again.
    fileprivate struct Buckets {
        var recent: [Key: Int64] = [:]
        var older: [Key: Int64] = [:]
    }

    private let table: RateLimitTable
    private let clock: any WallClock
    private let buckets = Mutex(Buckets())

    package init(_ table: RateLimitTable, clock: any WallClock) {
        self.table = table
        self.clock = clock
    }

    /// Counts one use by a household. Throws `Problem.tooMany` when it has none left.
    package func take(_ limit: Route.Limit, client: Redacted<String>) throws(Problem) {
        guard let allowance = table.perClient[limit] else { return }
        try take(limit, subject: client.value.hashValue, allowance)
    }

    /// Counts one use by an account. Throws `Problem.tooMany` when it has none left.
    package func take(_ limit: Route.Limit, person: PersonID) throws(Problem) {
        guard let allowance = table.perAccount[limit] else { return }
        try take(limit, subject: person.hashValue, allowance)
    }

    private func take(_ limit: Route.Limit, subject: Int, _ allowance: Allowance) throws(Problem) {
        let key = Key(limit: limit, subject: subject)
        // The moment is read inside: one that was read before others came would be long before the moment that theirs left behind.
        let wait = buckets.withLock { $0.take(key, allowance, at: clock.now.milliseconds) }
        if wait > 0 { throw .tooMany(retryAfter: Int((wait + 999) / 1000)) }
    }

    /// How many buckets are in memory.
    package var count: Int { buckets.withLock { $0.recent.count + $0.older.count } }
}

extension RateLimits.Buckets {
    /// Milliseconds to wait before there is a token; 0 when one was taken. The generic cell rate algorithm: one number a bucket.
    fileprivate mutating func take(_ key: RateLimits.Key, _ allowance: Allowance, at now: Int64) -> Int64 {
        let interval = allowance.interval.inMilliseconds
        let full = max(now, recent[key] ?? older[key] ?? now)
        let wait = full - now - Int64(allowance.burst - 1) * interval
        guard wait <= 0 else { return wait }
        // Whoever fills the memory with invented addresses only pushes out those not seen for a whole generation.
        if recent.count >= RateLimits.generationLimit {
            older = recent
            recent.removeAll(keepingCapacity: true)
        }
        recent[key] = full + interval
        return 0
    }
}
