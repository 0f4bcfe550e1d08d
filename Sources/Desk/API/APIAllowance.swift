import Synchronization
import Vocabulary

/// How often a token may ask, and how its answers say so (draft-ietf-httpapi-ratelimit-headers): so many at once, and a steady rate after.
///
/// Counted on each node by itself. Only tokens that exist are counted, so that the memory has an end.
final class APIAllowance: Sendable {
    static let burst = 150
    static let interval = Duration.milliseconds(60)
    /// So many in so many seconds.
    static let policy = "\"token\";q=\(burst);w=\(Int64(burst) * interval.inMilliseconds / 1000)"

    /// For each program the moment (ms) at which its bucket is full again.
    private let buckets = Mutex<[PersonID: Int64]>([:])

    struct State {
        let left: Int
        /// Seconds until all are left again.
        let full: Int
        /// Seconds to wait; nil when this one was allowed.
        let wait: Int?

        var field: String { "\"token\";r=\(left);t=\(full)" }
    }

    /// Counts one use. The generic cell rate algorithm: one number a token.
    func take(_ program: PersonID, at time: Timestamp) -> State {
        let (now, interval) = (time.milliseconds, Self.interval.inMilliseconds)
        return buckets.withLock { buckets in
            let before = max(now, buckets[program] ?? now)
            let wait = before - now - Int64(Self.burst - 1) * interval
            let after = wait > 0 ? before : before + interval
            buckets[program] = after
            if buckets.count > 10_000 { buckets = buckets.filter { $0.value > now } }
            return State(
                left: max(0, Int((Int64(Self.burst) * interval - (after - now)) / interval)), full: Int((after - now + 999) / 1000),
                wait: wait > 0 ? Int((wait + 999) / 1000) : nil)
        }
    }
}
