package import Vocabulary

/// One call between two people: who rang whom, and how it went. **Media and
/// words of a call never touch the server**; this is all it keeps (C09).
package struct Call: Sendable, Equatable {
    package let id: ID<Call>
    package let caller: PersonID
    package let callee: PersonID
    /// The guest link by which the caller came, if any.
    package let link: ID<GuestLink>?
    package var state: State
    package let rungAt: Timestamp

    package enum State: Sendable, Equatable {
        /// In the lobby of a guest link: the host is told without a sound, and may take their time.
        case waiting
        case ringing
        case active(since: Timestamp)
        case ended(EndReason, at: Timestamp)
    }

    /// How long a call rings before it is missed.
    package static let patience: Duration = .seconds(45)
    /// How long both sides may be gone from an active call before it is over: time for a reload, a tunnel, a server restart.
    package static let grace: Duration = .seconds(90)
    /// How long the record of a call is kept.
    package static let retention: Duration = .days(30)

    package init(id: ID<Call>, caller: PersonID, callee: PersonID, link: ID<GuestLink>?, state: State, rungAt: Timestamp) {
        self.id = id
        self.caller = caller
        self.callee = callee
        self.link = link
        self.state = state
        self.rungAt = rungAt
    }

    package func other(than person: PersonID) -> PersonID? {
        person == caller ? callee : person == callee ? caller : nil
    }
}

/// Why a call is over.
package enum EndReason: String, Sendable, Codable, CaseIterable {
    case declined, busy, cancelled, missed, hungUp, failed
    /// It has become a group call, in a meeting.
    case upgraded
}

/// What a participant did, or time did.
package enum CallStep: Sendable, Equatable {
    case accept(by: PersonID)
    case decline(by: PersonID)
    case hangUp(by: PersonID)
    case giveUp
    case abandon
    /// Both hear each other in the meeting that the call becomes.
    case upgrade
}

extension Call {
    /// The state after the step, or nil when the step does not apply any more: it came too late, twice, or from somebody it is not for.
    package func state(after step: CallStep, at now: Timestamp) -> State? {
        switch (state, step) {
        case (.ringing, .accept(let person)) where person == callee, (.waiting, .accept(let person)) where person == callee:
            .active(since: now)
        case (.ringing, .decline(let person)), (.waiting, .decline(let person)):
            person == callee ? .ended(.declined, at: now) : nil
        case (.ringing, .hangUp(let person)), (.waiting, .hangUp(let person)):
            person == caller ? .ended(.cancelled, at: now) : person == callee ? .ended(.declined, at: now) : nil
        case (.active, .hangUp(let person)): other(than: person) == nil ? nil : .ended(.hungUp, at: now)
        case (.ringing, .giveUp), (.waiting, .giveUp): .ended(.missed, at: now)
        case (.active, .abandon): .ended(.failed, at: now)
        case (.active, .upgrade): .ended(.upgraded, at: now)
        default: nil
        }
    }

    package var isOver: Bool {
        if case .ended = state { true } else { false }
    }
}
