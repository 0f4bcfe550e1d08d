package import Vocabulary

extension Conversations {
    /// Files that were said in a conversation, in the order in which they were handed over, without asking who wants them: for whoever
    /// knows that the reader is in it.
    ///
    /// - Parameter last: the file after which to go on.
    package func attachments(
        in id: ConversationID, after last: ID<Attachment>? = nil, limit: Int
    ) async throws -> [AttachmentSummary] {
        let found = try await ground.database.read { transaction -> (Conversation, [Attachment])? in
            guard let conversation = try transaction.conversation(id) else { return nil }
            let after = last ?? ID(high: 0, low: 0)
            let files = try transaction.rows(
                """
                SELECT * FROM attachment WHERE conversation_id = \(id) AND state = 'sent' AND id > \(after) ORDER BY id LIMIT \(limit)
                """)
            return (conversation, try files.map(Attachment.init))
        }
        guard let (conversation, files) = found else { return [] }
        var summaries: [AttachmentSummary] = []
        for file in files { summaries.append(try await summary(of: file, keeper: conversation.keeper)) }
        return summaries
    }

    /// The conversation of a file that was said, or of the person's own.
    package func conversation(of id: ID<Attachment>, for person: PersonID) async throws -> ConversationID? {
        let file = try await ground.database.read { try $0.attachment(id) }
        return file.flatMap { $0.state == .sent || $0.owner == person ? $0.conversation : nil }
    }
}
