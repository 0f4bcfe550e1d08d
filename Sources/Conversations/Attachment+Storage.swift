package import Storage
package import Vocabulary

extension Conversations {
    package static let attachmentMigrations = [
        Migration(
            "conversations-attachments", 1,
            [
                """
                CREATE TABLE attachment (
                    id BLOB PRIMARY KEY NOT NULL,
                    conversation_id BLOB NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
                    owner_id BLOB NOT NULL,
                    name BLOB NOT NULL,
                    type TEXT NOT NULL,
                    bytes INTEGER NOT NULL CHECK (bytes > 0),
                    received INTEGER NOT NULL CHECK (received BETWEEN 0 AND bytes),
                    state TEXT NOT NULL CHECK (state IN ('receiving', 'ready', 'sent')),
                    width INTEGER,
                    height INTEGER,
                    created_at INTEGER NOT NULL
                ) STRICT
                """,
                "CREATE INDEX attachment_conversation ON attachment (conversation_id)",
                "CREATE INDEX attachment_unsent ON attachment (created_at) WHERE state <> 'sent'",
                """
                CREATE TABLE attachment_piece (
                    attachment_id BLOB NOT NULL REFERENCES attachment (id) ON DELETE CASCADE,
                    start INTEGER NOT NULL,
                    bytes BLOB NOT NULL,
                    PRIMARY KEY (attachment_id, start)
                ) STRICT
                """,
            ]),
        Migration(
            "conversations-attachments", 2,
            ["CREATE INDEX attachment_unsent_owner ON attachment (owner_id) WHERE state <> 'sent'"]),
    ]
}

extension Attachment {
    init(_ row: Row) throws(StorageError) {
        id = try row["id"]
        conversation = try row["conversation_id"]
        owner = try row["owner_id"]
        name = try row["name"]
        type = try row["type"]
        bytes = try row["bytes"]
        received = try row["received"]
        state = try row["state"]
        width = try row["width"]
        height = try row["height"]
    }
}

extension Transaction {
    func add(_ id: ID<Attachment>, in conversation: ConversationID, of owner: PersonID, name: Sealed, bytes: Int, at now: Timestamp)
        throws(StorageError)
    {
        try run(
            """
            INSERT INTO attachment (id, conversation_id, owner_id, name, type, bytes, received, state, created_at)
            VALUES (\(id), \(conversation), \(owner), \(name), '', \(bytes), 0, 'receiving', \(now))
            """)
    }

    package func attachment(_ id: ID<Attachment>) throws(StorageError) -> Attachment? {
        try first("SELECT * FROM attachment WHERE id = \(id)").map { row throws(StorageError) in try Attachment(row) }
    }

    /// Bytes of files that have arrived in a conversation.
    func attached(to conversation: ConversationID) throws -> Int {
        try first("SELECT CAST(COALESCE(SUM(received), 0) AS BIGINT) AS sum FROM attachment WHERE conversation_id = \(conversation)")?
            .get("sum") ?? 0
    }

    /// Bytes of files that have arrived on the whole server. **Looks at every file**: ask `AttachmentRoom`.
    func attachedEverywhere() throws -> Int {
        try first("SELECT CAST(COALESCE(SUM(received), 0) AS BIGINT) AS sum FROM attachment")?.get("sum") ?? 0
    }

    /// How many files this person has handed over, or begun to, and not said.
    func unsentAttachments(of owner: PersonID) throws -> Int {
        try first("SELECT COUNT(*) AS n FROM attachment WHERE owner_id = \(owner) AND state <> 'sent'")?.get("n") ?? 0
    }

    /// Takes the next piece. False when it is not the next: of two that come at once, one is taken.
    func receive(_ piece: Sealed, count: Int, at start: Int, of id: ID<Attachment>) throws(StorageError) -> Bool {
        let isNext = try exists(
            """
            UPDATE attachment SET received = received + \(count)
            WHERE id = \(id) AND received = \(start) AND state = 'receiving' AND received + \(count) <= bytes RETURNING id
            """)
        guard isNext else { return false }
        try run("INSERT INTO attachment_piece (attachment_id, start, bytes) VALUES (\(id), \(start), \(piece))")
        return true
    }

    func piece(of id: ID<Attachment>, at start: Int) throws -> Sealed? {
        try first("SELECT bytes FROM attachment_piece WHERE attachment_id = \(id) AND start = \(start)")?.get("bytes")
    }

    /// The file is whole and was found to be this. False when somebody else said so first, or it is gone.
    func finish(_ id: ID<Attachment>, as type: AttachmentType) throws(StorageError) -> Bool {
        try exists(
            "UPDATE attachment SET type = \(type.name), state = 'ready' WHERE id = \(id) AND state = 'receiving' AND received = bytes RETURNING id"
        )
    }

    /// The same for a picture, whose pieces are replaced by those of the one that was made anew.
    func finish(
        _ id: ID<Attachment>, as type: String, pieces: [(start: Int, bytes: Sealed)], count: Int, width: Int, height: Int
    ) throws(StorageError) -> Bool {
        let isFirst = try exists(
            """
            UPDATE attachment SET type = \(type), state = 'ready', bytes = \(count), received = \(count), width = \(width), height = \(height)
            WHERE id = \(id) AND state = 'receiving' AND received = bytes RETURNING id
            """)
        guard isFirst else { return false }
        try run("DELETE FROM attachment_piece WHERE attachment_id = \(id)")
        for piece in pieces {
            try run("INSERT INTO attachment_piece (attachment_id, start, bytes) VALUES (\(id), \(piece.start), \(piece.bytes))")
        }
        return true
    }

    /// The file becomes part of a message. False when it is not the speaker's, not of this conversation, not whole or said already.
    func send(_ id: ID<Attachment>, in conversation: ConversationID, by owner: PersonID) throws(StorageError) -> Later<Bool> {
        let sent = try ask(
            """
            UPDATE attachment SET state = 'sent'
            WHERE id = \(id) AND conversation_id = \(conversation) AND owner_id = \(owner) AND state = 'ready' RETURNING id
            """)
        return { try sent.exists() }
    }

    func erase(_ attachments: [ID<Attachment>], in conversation: ConversationID) throws(StorageError) {
        try run("DELETE FROM attachment WHERE conversation_id = \(conversation) AND id IN \(list: attachments)")
    }

    /// Every file of a conversation.
    package func eraseAttachments(of conversation: ConversationID) throws(StorageError) {
        try run("DELETE FROM attachment WHERE conversation_id = \(conversation)")
    }

    func eraseUnsentAttachments(before time: Timestamp) throws(StorageError) {
        try run("DELETE FROM attachment WHERE state <> 'sent' AND created_at < \(time)")
    }
}
