package import Storage
package import Vocabulary
import Web

package typealias ConversationID = ID<Conversation>

/// A conversation as a whole: of one kind for ever, open or closed.
package struct Conversation: Sendable, Equatable {
    /// Fixed when it begins and shown at all times.
    package enum Kind: String, Sendable, SQLConvertible {
        /// Only the people in it read it.
        case `private`
        /// The visitor and the named team read it; every staff read is shown to the visitor (C54).
        case support
        case `public`
    }

    /// Events of a conversation after which only its staff adds to it: more than anybody reads, and with the longest message a bound for
    /// the bytes that one visitor can leave here.
    package static let mostEvents = 5000

    package enum State: String, Sendable, SQLConvertible {
        case open
        /// Refuses input and says so.
        case closed
    }

    /// What happens to card numbers and the like before they are stored (C07).
    package enum Guard: String, Sendable, SQLConvertible {
        /// They are replaced by dots.
        case mask
        /// The message is refused.
        case refuse
        case off
    }

    package let id: ConversationID
    package let kind: Kind
    /// Whose key seals everything said here: destroying that key makes all of it unreadable, in every backup (C58).
    package let keeper: PersonID
    package let state: State
    package let guardPolicy: Guard
    /// False in compliance mode: what was said is deleted when it closes.
    package let keepsTranscript: Bool
    package let createdAt: Timestamp
    package let lastAt: Timestamp
    package let closedAt: Timestamp?

    package init(
        id: ConversationID, kind: Kind, keeper: PersonID, state: State = .open, guardPolicy: Guard = .mask, keepsTranscript: Bool = true,
        createdAt: Timestamp
    ) {
        self.id = id
        self.kind = kind
        self.keeper = keeper
        self.state = state
        self.guardPolicy = guardPolicy
        self.keepsTranscript = keepsTranscript
        self.createdAt = createdAt
        lastAt = createdAt
        closedAt = nil
    }

    /// Whether something may be added at this place. Throws `conversationFull`, and with it takes back what was appended.
    static func checkRoom(for place: Participant, at sequence: Int) throws(Problem) {
        guard place.part.isStaff || sequence <= mostEvents else { throw .conversationFull }
    }
}
