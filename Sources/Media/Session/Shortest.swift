/// The least of what was measured in this span and in the one before: what is longer ago counts no more.
struct Shortest<Value: Comparable & Sendable>: Sendable {
    private(set) var current: Value?
    private(set) var before: Value?
    private var began: Instant?

    mutating func note(_ value: Value, within span: Duration, at now: Instant) {
        if let began, now - began < span {
            current = min(current ?? value, value)
        } else {
            // After a long silence the span before says nothing.
            (before, current) = (began.map { now - $0 < span * 2 } ?? false ? current : nil, value)
            began = now
        }
    }

    var ofAll: Value? { before.map { min($0, current ?? $0) } ?? current }
}
