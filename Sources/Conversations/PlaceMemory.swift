import Storage
import Synchronization
import Vocabulary

/// Who spoke in which conversation lately, so that their next message can be prepared without asking the database.
///
/// **Nothing is allowed because of it.** The transaction that keeps a message gets both rows anew, and a message that was prepared for
/// others is prepared again (`Place.holds`).
final class PlaceMemory: Sendable {
    /// Most places that are remembered, about half a kilobyte each.
    static let most = 32_768

    private struct Key: Hashable {
        let conversation: ConversationID
        let person: PersonID
    }

    /// The older half is dropped as a whole when the younger is full: what is used is always in the younger.
    private struct State {
        var young: [Key: Place] = [:]
        var old: [Key: Place] = [:]
    }

    private let state = Mutex(State())

    func place(of person: PersonID, in conversation: ConversationID) -> Place? {
        let key = Key(conversation: conversation, person: person)
        return state.withLock { $0.young[key] ?? $0.old[key] }
    }

    func remember(_ place: Place) {
        let key = Key(conversation: place.conversation.id, person: place.participant.person)
        state.withLock { state in
            state.young[key] = place
            guard state.young.count >= Self.most / 2 else { return }
            (state.old, state.young) = (state.young, [:])
        }
    }

    func forget(_ person: PersonID, in conversation: ConversationID) {
        let key = Key(conversation: conversation, person: person)
        state.withLock { state in
            state.young[key] = nil
            state.old[key] = nil
        }
    }
}

/// A person's place in a conversation, and the conversation.
struct Place: Sendable {
    let participant: Participant
    let conversation: Conversation

    /// What was remembered is not so any more.
    struct Changed: Error {}

    /// Whether a message that was prepared for this place may be kept, given the rows as they are now.
    func holds(_ participant: Participant, _ conversation: Conversation) -> Bool {
        participant.part == self.participant.part && participant.name == self.participant.name
            && conversation.kind == self.conversation.kind && conversation.keeper == self.conversation.keeper
            && conversation.guardPolicy == self.conversation.guardPolicy
    }
}
