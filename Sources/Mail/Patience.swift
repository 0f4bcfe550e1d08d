import Vocabulary

/// How long to wait before trying again: twice as long each time, spread so that nodes and letters do not come all at once.
struct Patience: Sendable {
    /// Attempts at one letter before it is given up: about two and a half days.
    static let letterAttempts = 24

    private var failures = 0
    private var until: Timestamp?

    /// Before the next attempt at one letter: half a minute to four hours.
    static func delay(afterAttempts attempts: Int) -> Duration {
        spread(.seconds(30 << min(attempts - 1, 9)), most: .hours(4))
    }

    /// The server failed. Returns how long it is left alone: five seconds to five minutes.
    mutating func lose(at now: Timestamp) -> Duration {
        let pause = Self.spread(.seconds(5 << min(failures, 6)), most: .minutes(5))
        failures += 1
        until = now + pause
        return pause
    }

    /// What is left of the pause; nil when it is over.
    func rest(at now: Timestamp) -> Duration? {
        guard let until, until > now else { return nil }
        return until - now
    }

    /// Between three and five quarters of the duration.
    private static func spread(_ duration: Duration, most: Duration) -> Duration {
        .milliseconds(min(duration, most).inMilliseconds * Int64.random(in: 75...125) / 100)
    }
}
