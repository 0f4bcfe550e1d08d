package import Storage
package import Vocabulary

/// Where a message stands that was found.
package struct MessageHit: Sendable, Equatable {
    package let conversation: ConversationID
    package let sequence: Int
    package let at: Timestamp
}

/// Messages that were found, latest first, and where to go on.
package struct MessageHits: Sendable {
    package var hits: [MessageHit]
    /// Nil when there are no more.
    package var after: Int64?
}

extension Conversations {
    /// **An index from which nothing can be read**: a word is kept as a keyed number, and the key is not in the database.
    ///
    /// Who has the database without the key sees how often equal words occur, and not which.
    package static let searchMigrations = [
        Migration(
            "conversations-search", 1,
            [
                """
                CREATE TABLE message_index (
                    id INTEGER PRIMARY KEY NOT NULL,
                    conversation_id BLOB NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
                    sequence INTEGER NOT NULL,
                    at INTEGER NOT NULL,
                    tokens BLOB NOT NULL,
                    UNIQUE (conversation_id, sequence)
                ) STRICT
                """,
                """
                CREATE TABLE message_token (
                    token INTEGER NOT NULL,
                    message INTEGER NOT NULL,
                    PRIMARY KEY (token, message)
                ) STRICT, WITHOUT ROWID
                """,
            ]),
        Migration(
            "conversations-search", 2,
            [
                // Messages whose words are not in `message_token` yet.
                """
                CREATE TABLE message_unindexed (
                    message INTEGER PRIMARY KEY NOT NULL REFERENCES message_index (id) ON DELETE CASCADE
                ) STRICT
                """
            ]),
        // Words that erased conversations left behind before they took them along.
        Migration(
            "conversations-search", 3,
            ["DELETE FROM message_token WHERE NOT EXISTS (SELECT 1 FROM message_index WHERE message_index.id = message_token.message)"]),
        // Which merge brings a message's words into the index at the moment.
        Migration(
            "conversations-search", 4,
            [
                "ALTER TABLE message_unindexed ADD COLUMN merge INTEGER",
                "CREATE INDEX message_unindexed_merge ON message_unindexed (merge) WHERE merge IS NOT NULL",
            ]),
    ]

    static let wordColumn = SealedColumn("message_token", "token")

    /// A message's words as the index keeps them, each once.
    package func indexed(_ text: String) -> [Int64] {
        Array(Set(ground.keys.blindNumbers(Array(SearchWords.entries(of: text)), as: Self.wordColumn)))
    }

    /// The number of a message in the index: its time, so that later ones are larger, and chance.
    static func indexNumber(at time: Timestamp) -> Int64 { time.milliseconds << 20 | Int64.random(in: 0..<1 << 20) }
}

extension Transaction {
    /// Makes a message findable by these words; by none when there are none. For messages whose event is in the same transaction, and
    /// which are not in the index, or not any more. **Call what it gives before the transaction ends**, and tell the `MessageIndexer`
    /// after the commit.
    package func index(
        _ tokens: [Int64], of sequence: Int, in conversation: ConversationID, at time: Timestamp
    ) throws(StorageError) -> Later<Void> {
        guard !tokens.isEmpty else { return {} }
        let packed = MessageToken.packed(tokens)
        var kept = try keep(packed, of: sequence, in: conversation, at: time)
        return {
            // Of many messages with the same millisecond, as an import brings, two may draw the same number.
            while try !kept.exists() { kept = try keep(packed, of: sequence, in: conversation, at: time) }
        }
    }

    /// Without a row when the number that was drawn is another message's.
    private func keep(
        _ packed: [UInt8], of sequence: Int, in conversation: ConversationID, at time: Timestamp
    ) throws(StorageError) -> Answer {
        let number = Conversations.indexNumber(at: time)
        let kept = try ask(
            """
            INSERT INTO message_index (id, conversation_id, sequence, at, tokens)
            VALUES (\(number), \(conversation), \(sequence), \(time), \(packed)) ON CONFLICT (id) DO NOTHING RETURNING id
            """)
        try run(
            """
            INSERT INTO message_unindexed (message)
            SELECT id FROM message_index WHERE id = \(number) AND conversation_id = \(conversation) AND sequence = \(sequence)
            """)
        return kept
    }

    /// Removes a conversation from the index, or one message of it.
    package func eraseIndex(of conversation: ConversationID, sequence: Int? = nil) throws {
        let place: SQL = if let sequence { "sequence = \(sequence)" } else { "1 = 1" }
        // By itself, though it would go with its message: only so is this transaction run again when the words came into the index
        // after it had begun, where it would not see them.
        try run(
            "DELETE FROM message_unindexed WHERE message IN (SELECT id FROM message_index WHERE conversation_id = \(conversation) AND \(part: place))"
        )
        let rows = try rows("DELETE FROM message_index WHERE conversation_id = \(conversation) AND \(part: place) RETURNING id, tokens")
        for row in rows {
            let number: Int64 = try row["id"]
            let tokens = MessageToken.unpacked(try row["tokens"])
            try run("DELETE FROM message_token WHERE token IN \(list: tokens) AND message = \(number)")
        }
    }
}
