package import Conversations
package import Storage
package import Vocabulary
import Web

extension Desk: ConversationListener {
    package func said(
        in conversation: Conversation, by participant: Participant, at now: Timestamp, in transaction: Transaction
    ) throws {
        guard conversation.kind == .support else { return }
        if participant.part == .bot { try transaction.pace(participant.person, in: conversation.id, at: now) }
        if participant.part == .visitor { _ = try transaction.rouse(conversation.id, at: now) }
        try transaction.said(conversation.id, by: participant.part, at: now)
        try transaction.turned(conversation.id, by: participant.part, at: now)
        let sequence = try ground.streams.last(StreamID(Conversations.stream, about: conversation.id), in: transaction)
        try transaction.tell(.messageSent, about: conversation.id, sequence: sequence, part: participant.part.rawValue, at: now)
    }

    package func attaching(in conversation: Conversation, by participant: Participant, in transaction: Transaction) throws {
        guard participant.part == .visitor, let enquiry = try transaction.enquiry(conversation.id) else { return }
        guard try transaction.supportSite(enquiry.site)?.settings.takesFiles ?? true else { throw Problem.filesOff }
    }

    package func afterSaid(in conversation: Conversation, by participant: Participant) async {
        guard conversation.kind == .support else { return }
        await changed(conversation.id)
    }

    package func erasedWords(of conversation: Conversation, in transaction: Transaction) throws {
        try transaction.run("UPDATE visitor SET card = \([UInt8]()) WHERE conversation_id = \(conversation.id)")
    }
}
