package import Storage
package import Vocabulary
package import Web

extension Conversation {
    init(_ row: Row) throws(StorageError) {
        id = try row["id"]
        kind = try row["kind"]
        keeper = try row["keeper_id"]
        state = try row["state"]
        guardPolicy = try row["guard"]
        keepsTranscript = try row["keeps_transcript"]
        createdAt = try row["created_at"]
        lastAt = try row["last_at"]
        closedAt = try row["closed_at"]
    }
}

extension Participant {
    init(_ row: Row) throws(StorageError) {
        conversation = try row["conversation_id"]
        person = try row["person_id"]
        part = try row["part"]
        name = try row["name"]
        joinedAt = try row["joined_at"]
        leftAt = try row["left_at"]
        delivered = try row["delivered"]
        read = try row["read"]
    }
}

extension Transaction {
    package func add(_ conversation: Conversation) throws(StorageError) {
        try run(
            """
            INSERT INTO conversation (id, kind, keeper_id, state, guard, keeps_transcript, created_at, last_at)
            VALUES (\(conversation.id), \(conversation.kind), \(conversation.keeper), \(conversation.state), \(conversation.guardPolicy),
                \(conversation.keepsTranscript), \(conversation.createdAt), \(conversation.lastAt))
            """)
    }

    package func conversation(_ id: ConversationID) throws(StorageError) -> Conversation? {
        try first("SELECT * FROM conversation WHERE id = \(id)").map { row throws(StorageError) in try Conversation(row) }
    }

    /// Notes that something was said, and gives the conversation once somebody looks; nil when it is closed or gone: nothing may be
    /// added then.
    ///
    /// **Call it first in the transaction**: closing and saying wait for each other here.
    package func touch(_ id: ConversationID, at now: Timestamp) throws(StorageError) -> Later<Conversation?> {
        let touched = try ask("UPDATE conversation SET last_at = \(now) WHERE id = \(id) AND state = 'open' RETURNING *")
        return { try touched.first().map { try Conversation($0) } }
    }

    /// Closes or opens again. False when it was so already.
    package func setState(of id: ConversationID, to state: Conversation.State, at now: Timestamp) throws(StorageError) -> Bool {
        let closedAt = state == .closed ? now : nil
        return try exists(
            "UPDATE conversation SET state = \(state), closed_at = \(closedAt), last_at = \(now) WHERE id = \(id) AND state <> \(state) RETURNING id"
        )
    }

    /// Puts a person into the conversation, or back into it as this part.
    package func join(
        _ id: ConversationID, _ person: PersonID, as part: Participant.Part, name: Sealed, at now: Timestamp
    ) throws(StorageError) {
        try run(
            """
            INSERT INTO participant (conversation_id, person_id, part, name, joined_at, delivered, read)
            VALUES (\(id), \(person), \(part), \(name), \(now), 0, 0)
            ON CONFLICT (conversation_id, person_id) DO UPDATE SET part = excluded.part, name = excluded.name, left_at = NULL
            """)
    }

    /// False when the person was not in it.
    package func leave(_ id: ConversationID, _ person: PersonID, at now: Timestamp) throws(StorageError) -> Bool {
        try exists(
            """
            UPDATE participant SET left_at = \(now) WHERE conversation_id = \(id) AND person_id = \(person) AND left_at IS NULL RETURNING part
            """)
    }

    /// Who is or was in the conversation, in the order they came.
    package func participants(of id: ConversationID) throws(StorageError) -> [Participant] {
        var participants: [Participant] = []
        for row in try rows("SELECT * FROM participant WHERE conversation_id = \(id) ORDER BY joined_at, person_id") {
            participants.append(try Participant(row))
        }
        return participants
    }

    /// Whoever of the staff is in these conversations now.
    package func staff(in ids: [ConversationID]) throws(StorageError) -> [(conversation: ConversationID, person: PersonID)] {
        let parts = Participant.Part.allCases.filter(\.isStaff)
        var staff: [(ConversationID, PersonID)] = []
        for row in try rows(
            "SELECT conversation_id, person_id FROM participant WHERE conversation_id IN \(list: ids) AND part IN \(list: parts) AND left_at IS NULL"
        ) {
            staff.append((try row["conversation_id"], try row["person_id"]))
        }
        return staff
    }

    /// The person's place in the conversation, unless they left.
    package func participant(_ person: PersonID, in id: ConversationID) throws(StorageError) -> Participant? {
        let row = try first(
            "SELECT * FROM participant WHERE conversation_id = \(id) AND person_id = \(person) AND left_at IS NULL")
        return try row.map { row throws(StorageError) in try Participant(row) }
    }

    /// Moves a receipt forward, never back (queued < sent < delivered < read), and gives the participant once somebody looks; nil when it
    /// did not move.
    package func advance(
        _ person: PersonID, in id: ConversationID, delivered: Int, read: Int
    ) throws(StorageError) -> Later<Participant?> {
        let advanced = try ask(
            """
            UPDATE participant SET
                delivered = CASE WHEN \(delivered) > delivered THEN \(delivered) ELSE delivered END,
                read = CASE WHEN \(read) > read THEN \(read) ELSE read END
            WHERE conversation_id = \(id) AND person_id = \(person) AND left_at IS NULL AND (delivered < \(delivered) OR read < \(read))
            RETURNING *
            """)
        return { try advanced.first().map { try Participant($0) } }
    }
}
