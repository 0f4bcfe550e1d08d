package import Storage
package import Vocabulary

/// A place where a group meets, for as long as its link works, which may be until its host closes it. **Nothing of what is said or shown in
/// it is kept**, and it has no record of who was there: what is known of people present lives in memory, in `MeetingHall`.
package struct Meeting: Sendable, Equatable {
    package let id: ID<Meeting>
    /// Who made it, and may always come in.
    package let host: PersonID
    /// By which everybody else comes; it says when it ends and whether people wait to be let in.
    package let link: ID<GuestLink>
    /// The host's words.
    package let name: Sealed
    /// The link's secret, for the host to copy again.
    package let secret: Sealed
    package let createdAt: Timestamp
    /// Whether who comes is an attendee, and attendees are shown to hosts alone: a webinar, for hundreds.
    package let isWebinar: Bool
    /// Whether nobody new comes in, as long as somebody is inside.
    package let isLocked: Bool

    static let nameColumn = SealedColumn("meeting", "name")
    static let secretColumn = SealedColumn("meeting", "secret")
    /// Longest name, in characters.
    package static let nameLength = 80
}

/// What somebody may do in a meeting.
package enum MeetingRole: String, Sendable, Codable, CaseIterable, SQLConvertible {
    /// Lets people in, takes the word, says who is what.
    case host
    /// Is seen and heard.
    case speaker
    /// Sees and hears, and may raise a hand.
    case attendee
}

/// Somebody who came by the link, known for a day after they came; or who made the meeting, which is known from the meeting itself.
package struct MeetingPerson: Sendable, Equatable {
    package enum State: String, Sendable, SQLConvertible {
        /// In the lobby.
        case waiting
        case admitted
        /// Not let in, or sent out.
        case refused
    }

    package let meeting: ID<Meeting>
    package let person: PersonID
    package var role: MeetingRole
    package var state: State
    package let joinedAt: Timestamp
}

extension MeetingPerson {
    /// Whoever made the meeting.
    init(hostOf meeting: Meeting) {
        self.init(meeting: meeting.id, person: meeting.host, role: .host, state: .admitted, joinedAt: meeting.createdAt)
    }
}
