/// How long packets take to a receiver and back, by its reports, and whether they stand in a queue on their way.
struct RoundTrip: Sendable {
    /// Above the shortest ever seen, for as long as two spans.
    static let queued: Duration = .milliseconds(250)
    /// A busy machine answers late now and then, but not all of the time.
    static let span: Duration = .milliseconds(1500)

    /// The last one; a guess until there is one.
    private(set) var latest: Duration = .milliseconds(100)
    private var shortest: Duration?
    private var spanBegan: Instant?
    private var shortestInSpan: Duration?
    private var shortestBefore: Duration?

    mutating func note(_ duration: Duration, at now: Instant) {
        latest = duration
        shortest = min(shortest ?? duration, duration)
        if let began = spanBegan, now - began < Self.span {
            shortestInSpan = min(shortestInSpan ?? duration, duration)
        } else {
            (shortestBefore, shortestInSpan, spanBegan) = (shortestInSpan, duration, now)
        }
    }

    /// Whether every one of late was far longer than the shortest.
    var isQueued: Bool {
        guard let shortest, let one = shortestInSpan, let other = shortestBefore else { return false }
        return min(one, other) > shortest + Self.queued
    }
}
