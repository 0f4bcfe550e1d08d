import Vocabulary
import Web

/// How much of one kind somebody did of late: the generic cell rate algorithm. Pure: time is an argument.
struct Pace: Sendable {
    /// When the whole allowance is there again.
    private var full: Timestamp?

    /// Takes so many from the allowance. Nil when they were there; else nothing is taken, and it says how long to wait.
    mutating func take(_ count: Int = 1, of allowance: Allowance, at now: Timestamp) -> Duration? {
        let next = max(now, full ?? now) + allowance.interval * count
        let wait = (next - now) - allowance.interval * allowance.burst
        guard wait <= .zero else { return wait }
        full = next
        return nil
    }

    /// Whether nothing is missing from the allowance, so that it need not be kept.
    func isWhole(at now: Timestamp) -> Bool { full.map { $0 <= now } ?? true }
}
