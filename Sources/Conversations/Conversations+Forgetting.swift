package import ServiceLifecycle
package import Storage
package import Vocabulary
package import Web

extension Conversations {
    /// Removes everything that was said in the conversation, and what other domains keep of it. That it was, when and with whom, stays.
    package func eraseWords(of conversation: Conversation, in transaction: Transaction) throws {
        try transaction.eraseEvents(of: StreamID(Self.stream, about: conversation.id))
        try transaction.eraseEvents(of: StreamID(Self.teamStream, about: conversation.id))
        try transaction.eraseIndex(of: conversation.id)
        try transaction.eraseAttachments(of: conversation.id)
        for listener in listeners.all { try listener.erasedWords(of: conversation, in: transaction) }
    }

    /// Ends what a conversation without a transcript leaves in copies: with the keeper's key everything ever sealed for it is noise.
    func forgetKeeper(of conversation: Conversation) async throws {
        try await ground.keys.destroyKey(of: conversation.keeper, at: ground.clock.now)
        try await ground.database.write { try $0.forgetNames(in: conversation.id) }
    }

    /// What must go on in the background.
    package var services: [any Service] { [Rounds(every: .minutes(10), logger: ground.logger, sweep), indexer] }

    /// Removes files that were never said, and finishes what a crash cut off: conversations
    /// that were closed without a transcript and whose key may still be there.
    package func sweep() async throws {
        let now = ground.clock.now
        try await ground.database.write { try $0.eraseUnsentAttachments(before: now - Attachment.unsentLifetime) }
        for conversation in try await ground.database.read({ try $0.halfForgotten() }) { try await forgetKeeper(of: conversation) }
    }
}

extension Transaction {
    /// Most conversations that one round of upkeep finishes.
    private static let step = 500

    func forgetNames(in conversation: ConversationID) throws(StorageError) {
        try run("UPDATE participant SET name = \([UInt8]()) WHERE conversation_id = \(conversation)")
    }

    func halfForgotten() throws -> [Conversation] {
        try rows(
            """
            SELECT * FROM conversation WHERE keeps_transcript = 0 AND closed_at IS NOT NULL AND EXISTS (
                SELECT 1 FROM participant WHERE participant.conversation_id = conversation.id AND length(participant.name) > 0)
            LIMIT \(Self.step)
            """
        ).map(Conversation.init)
    }
}
