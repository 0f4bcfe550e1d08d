/// How long packets take to a receiver and back, by its reports, and whether they stand in a queue on their way.
struct RoundTrip: Sendable {
    /// Above the shortest of the last minute or two, for as long as two spans.
    static let queued: Duration = .milliseconds(250)
    /// A busy machine answers late now and then, but not all of the time.
    static let span: Duration = .milliseconds(1500)
    /// A receiver may have gone from one network to a slower one.
    static let memory: Duration = .seconds(60)

    /// The last one; a guess until there is one.
    private(set) var latest: Duration = .milliseconds(100)
    private var late = Shortest<Duration>()
    private var ever = Shortest<Duration>()

    mutating func note(_ duration: Duration, at now: Instant) {
        latest = duration
        late.note(duration, within: Self.span, at: now)
        ever.note(duration, within: Self.memory, at: now)
    }

    /// Whether every one of late was far longer than the shortest.
    var isQueued: Bool {
        guard let shortest = ever.ofAll, let one = late.current, let other = late.before else { return false }
        return min(one, other) > shortest + Self.queued
    }
}
