import NIOCore

/// Lets so many things happen at once and so many a second on average. Pure: time is an argument.
struct TokenBucket {
    private let capacity: Double
    private let perSecond: Double
    private var tokens: Double
    private var filledAt: NIODeadline

    init(capacity: Int, perSecond: Int, at now: NIODeadline) {
        self.capacity = Double(capacity)
        self.perSecond = Double(perSecond)
        tokens = Double(capacity)
        filledAt = now
    }

    /// False when there was none left.
    mutating func take(at now: NIODeadline) -> Bool {
        let elapsed = Double((now - filledAt).nanoseconds) / 1_000_000_000
        tokens = min(capacity, tokens + elapsed * perSecond)
        filledAt = now
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
