package import Storage
package import Vocabulary
package import Web

/// One browser in which a person is signed in (C08). The person sees all of theirs and can end each.
package struct Session: Sendable {
    package let id: ID<Session>
    package let person: PersonID
    let stage: Stage
    /// Sealed `DeviceLabel`; open it with `Session.deviceColumn`.
    package let device: Sealed
    package let createdAt: Timestamp
    package let usedAt: Timestamp
    package let endsAt: Timestamp
    /// Whether more than a password opened it.
    let isStrong: Bool

    enum Stage: String, Sendable, SQLConvertible {
        /// The password was right, the second factor is still asked for: the bearer is nobody yet.
        case secondFactor = "second-factor"
        case open
    }

    static let deviceColumn = SealedColumn("session", "device")
    /// The time of the last use is written at most this often.
    static let useGrain: Duration = .minutes(5)
    /// Longest life of a session that is not kept when the browser closes; some browsers never say that they close.
    static let unkeptLifetime: Duration = .days(1)
    /// How long the second factor may take.
    static let secondFactorTime: Duration = .minutes(10)

    package static let cookie = CookieDeclaration(
        "__Host-session", .necessary, purpose: "Keeps you signed in: a random number that says nothing about you.", lifetime: .days(180))

    /// Whether it still stands for its person at that time.
    func isLive(at time: Timestamp, idle: Duration) -> Bool {
        time < endsAt && time < usedAt + idle
    }
}

/// A session just begun: what the browser is given, once.
package struct NewSession: Sendable {
    package let id: ID<Session>
    package let person: PersonID
    package let token: BearerToken
    let stage: Session.Stage
    let device: Sealed
    let createdAt: Timestamp
    let endsAt: Timestamp
    let isStrong: Bool
    /// Whether the browser keeps it when it closes.
    package let isKept: Bool

    /// Whether the person is signed in, or the second factor still to come.
    package var isOpen: Bool { stage == .open }
}
