import Foundation
package import Storage
package import Vocabulary
package import Web

extension Conversations {
    /// Who begins a conversation, ready to be written in the caller's own transaction (`begin(_:in:)`).
    package struct Beginning: Sendable {
        package let conversation: Conversation
        let first: (person: PersonID, part: Participant.Part, name: Sealed)
        let event: PreparedEvent
    }

    /// Prepares a conversation in which so far only `person` is. **The keeper's key must exist.**
    package func prepare(
        _ conversation: Conversation, with person: PersonID, as part: Participant.Part, named name: String
    ) async throws -> Beginning {
        let sealed = try await ground.keys.seal(name, for: conversation.keeper, as: Participant.nameColumn)
        let event = try await ground.streams.prepare(
            ConversationEvent.joined, Coming(person: person, part: part, name: name),
            in: StreamID(Self.stream, about: conversation.id), for: conversation.keeper)
        return Beginning(conversation: conversation, first: (person, part, sealed), event: event)
    }

    package func begin(_ beginning: Beginning, in transaction: Transaction) throws {
        try transaction.add(beginning.conversation)
        let (person, part, name) = beginning.first
        try transaction.join(beginning.conversation.id, person, as: part, name: name, at: beginning.conversation.createdAt)
        try ground.streams.append(beginning.event, in: transaction)
    }

    /// Somebody's coming, ready to be written in the caller's own transaction (`admit(_:in:)`).
    package struct Admission: Sendable {
        package let conversation: ConversationID
        package let person: PersonID
        let part: Participant.Part
        let name: Sealed
        let event: PreparedEvent
        let at: Timestamp
    }

    /// Prepares that a person comes in.
    ///
    /// - Parameter kind: `participant.joined`, or `staff.read` for somebody who only reads (C54).
    package func prepareAdmission(
        of person: PersonID, to conversation: Conversation, as part: Participant.Part, named name: String,
        kind: String = ConversationEvent.joined
    ) async throws -> Admission {
        Admission(
            conversation: conversation.id, person: person, part: part,
            name: try await ground.keys.seal(name, for: conversation.keeper, as: Participant.nameColumn),
            event: try await ground.streams.prepare(
                kind, Coming(person: person, part: part, name: name), in: StreamID(Self.stream, about: conversation.id),
                for: conversation.keeper),
            at: ground.clock.now)
    }

    /// Call `Live.wake` with the conversation's stream after the commit.
    package func admit(_ admission: Admission, in transaction: Transaction) throws {
        try transaction.join(admission.conversation, admission.person, as: admission.part, name: admission.name, at: admission.at)
        try ground.streams.append(admission.event, in: transaction)
    }

    /// Adds an event that is no message to a conversation's stream, in the caller's transaction.
    package func prepareEvent(
        _ kind: String, _ body: some Encodable & Sendable, in conversation: Conversation, stream: String = Conversations.stream
    ) async throws -> PreparedEvent {
        try await ground.streams.prepare(kind, body, in: StreamID(stream, about: conversation.id), for: conversation.keeper)
    }

    /// A conversation's end, ready to be written in the caller's own transaction (`close(_:in:)`).
    package struct Closing: Sendable {
        package let conversation: Conversation
        /// Nil where nobody could read it: its keeper's key is gone.
        let event: PreparedEvent?
        package let at: Timestamp
    }

    package func prepareClosing(of id: ConversationID, by person: PersonID?, as part: Participant.Part?) async throws -> Closing {
        guard let conversation = try await ground.database.read({ try $0.conversation(id) }) else { throw Problem.notFound }
        var event: PreparedEvent?
        do {
            event = try await prepareEvent(ConversationEvent.closed, Ending(by: person, part: part), in: conversation)
        } catch SealError.keyDestroyed {}
        return Closing(conversation: conversation, event: event, at: ground.clock.now)
    }

    /// Closes the conversation. False when it was closed already. In compliance mode what was said is gone with it.
    ///
    /// **Call it first in the transaction**, as whoever says something takes
    /// the conversation first, too; and `closed(_:)` after the commit.
    package func close(_ closing: Closing, in transaction: Transaction) throws -> Bool {
        let conversation = closing.conversation
        guard try transaction.setState(of: conversation.id, to: .closed, at: closing.at) else { return false }
        if !conversation.keepsTranscript { try eraseWords(of: conversation, in: transaction) }
        if let event = closing.event { try ground.streams.append(event, in: transaction) }
        return true
    }

    /// What follows a close that is on disk. Where it does not, because the process ended, `sweep` makes up for it.
    package func closed(_ closing: Closing) async throws {
        wake(closing.conversation.id)
        if !closing.conversation.keepsTranscript { try await forgetKeeper(of: closing.conversation) }
    }

    /// Wakes both streams of the conversation.
    package func wake(_ id: ConversationID) {
        ground.live.wake(StreamID(Self.stream, about: id))
        ground.live.wake(StreamID(Self.teamStream, about: id))
    }
}
