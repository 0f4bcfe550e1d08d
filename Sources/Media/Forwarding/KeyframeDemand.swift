/// When to ask for a whole picture of one encoding: once for all who need one, and again when none comes.
package struct KeyframeDemand: Sendable {
    /// A whole picture is many times as large as others, so nobody may make a publisher send them one after the other.
    package let interval: Duration
    /// A request or its picture may get lost.
    static let patience: Duration = .seconds(1)

    private enum State {
        case idle
        /// Somebody needs one, but the last is too recent.
        case wanted
        case asked(at: Instant)
    }

    private var state = State.idle
    private var lastAsked: Instant?
    private var lastUrgent: Instant?

    package init(interval: Duration) {
        self.interval = interval
    }

    /// Somebody needs a whole picture. True if it is to be asked for now. **Urgent** is who has seen nothing at all: it need not wait for
    /// the interval, once in each.
    package mutating func want(urgently isUrgent: Bool = false, at now: Instant) -> Bool {
        switch state {
        // The one that was asked for will do for all.
        case .asked: return poll(at: now)
        case .idle: state = .wanted
        case .wanted: break
        }
        if isUrgent, lastUrgent.map({ now - $0 >= interval }) ?? true {
            lastUrgent = now
            return ask(at: now)
        }
        return poll(at: now)
    }

    /// A whole picture came.
    package mutating func fulfil() {
        state = .idle
    }

    /// True if it is to be asked for now.
    package mutating func poll(at now: Instant) -> Bool {
        guard let deadline, deadline <= now else { return false }
        return ask(at: now)
    }

    /// When `poll` has something to say.
    package var deadline: Instant? {
        switch state {
        case .idle: nil
        case .wanted: lastAsked.map { $0 + interval } ?? Instant(nanoseconds: .min)
        case .asked(let time): time + max(interval, Self.patience)
        }
    }

    private mutating func ask(at now: Instant) -> Bool {
        state = .asked(at: now)
        lastAsked = now
        return true
    }
}
