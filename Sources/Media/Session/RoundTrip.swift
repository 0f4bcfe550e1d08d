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
    private var latestAt: Instant?
    private var late = Shortest<Duration>()
    private var ever = Shortest<Duration>()

    mutating func note(_ duration: Duration, at now: Instant) {
        (latest, latestAt) = (duration, now)
        late.note(duration, within: Self.span, at: now)
        ever.note(duration, within: Self.memory, at: now)
    }

    /// For how long nothing new is needed: browsers that only hear report every five seconds.
    static let standsFor: Duration = .seconds(10)

    /// The shortest of late, once there was more than one moment of it; nil when there is nothing new.
    func standing(at now: Instant) -> Duration? {
        guard let latestAt, now - latestAt < Self.standsFor, let one = late.current, let other = late.before else { return nil }
        return min(one, other)
    }

    /// Whether every one of late was far longer than the shortest.
    var isQueued: Bool {
        guard let shortest = ever.ofAll, let one = late.current, let other = late.before else { return false }
        return min(one, other) > shortest + Self.queued
    }
}
