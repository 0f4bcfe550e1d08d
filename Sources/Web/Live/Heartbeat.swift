import NIOCore

/// Decides from what was heard when, whether a link rests, is asked for a sign of life, or is dead. Pure: time is an argument.
struct Heartbeat: Equatable {
    enum Verdict: Equatable {
        case rest, ping, dead
    }

    private var heardAt: NIODeadline
    private var askedAt: NIODeadline?
    private var missed: UInt8 = 0

    init(at now: NIODeadline) {
        heardAt = now
    }

    /// Anything at all arrived.
    mutating func heard(at now: NIODeadline) {
        heardAt = now
        askedAt = nil
        missed = 0
    }

    /// Called about once a second.
    mutating func beat(at now: NIODeadline, _ limits: SocketLimits) -> Verdict {
        guard let asked = askedAt else {
            guard now - heardAt >= limits.silence else { return .rest }
            askedAt = now
            return .ping
        }
        guard now - asked >= limits.pongPatience else { return .rest }
        missed += 1
        guard missed < limits.misses else { return .dead }
        askedAt = now
        return .ping
    }
}
