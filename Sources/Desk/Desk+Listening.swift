package import Conversations
package import Storage
package import Vocabulary
import Web

extension Desk: ConversationListener {
    package func said(
        in conversation: Conversation, by participant: Participant, sequence: Int, at now: Timestamp, in transaction: Transaction
    ) throws -> Later<AfterCommit> {
        guard conversation.kind == .support else { return { {} } }
        if participant.part == .bot { try transaction.pace(participant.person, in: conversation.id, at: now) }
        let roused = participant.part == .visitor ? try transaction.rousing(conversation.id, at: now) : { false }
        let counted = try transaction.said(conversation.id, by: participant.part, sequence: sequence, at: now)
        try transaction.turned(conversation.id, by: participant.part, at: now)
        let told = try transaction.telling(
            .messageSent, about: conversation.id, sequence: sequence, part: participant.part.rawValue, at: now)
        return { [self] in
            let (isRoused, isAwaited) = (try roused(), try told())
            try counted()
            return { [self] in
                if isAwaited { programDesk.courier.ring() }
                // Nobody else is to answer it for a message; but who had put it aside may have to.
                if isRoused { dispatcher.wake() } else { dispatcher.tellWatchers() }
                changes.note([conversation.id]) { await tellChanged($0) }
            }
        }
    }

    package func attaching(in conversation: Conversation, by participant: Participant, in transaction: Transaction) throws {
        guard participant.part == .visitor, let enquiry = try transaction.enquiry(conversation.id) else { return }
        guard try transaction.supportSite(enquiry.site)?.settings.takesFiles ?? true else { throw Problem.filesOff }
    }

    package func erasedWords(of conversation: Conversation, in transaction: Transaction) throws {
        try transaction.run("UPDATE visitor SET card = \([UInt8]()) WHERE conversation_id = \(conversation.id)")
        try transaction.run("UPDATE api_answer SET answer = NULL WHERE conversation_id = \(conversation.id)")
    }
}
