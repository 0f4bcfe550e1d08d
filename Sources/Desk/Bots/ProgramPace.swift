import Conversations
package import Storage
import Vocabulary
import Web

extension Problem {
    /// A program says more in one conversation than the queue lets it.
    static func programTooFast(most: Int, retryAfter seconds: Int) -> Problem {
        Problem(.tooManyRequests, "problem.programTooFast", values: ["limit": String(most)], retryAfter: seconds)
    }
}

/// How much a program may do in a queue, as the queue's rules say: conversations at a time, and messages a minute in each.
extension Desk {
    package static let programPaceMigrations = [
        Migration(
            "desk-program-pace", 1,
            [
                """
                CREATE TABLE program_pace (
                    conversation_id BLOB NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
                    program_id BLOB NOT NULL,
                    full_at INTEGER NOT NULL,
                    PRIMARY KEY (conversation_id, program_id)
                ) STRICT
                """
            ])
    ]
}

extension Transaction {
    /// Whether a program can be given one more conversation of this queue.
    func hasRoom(_ program: PersonID, in queue: ID<Queue>) throws -> Bool {
        let row = try first(
            """
            SELECT COUNT(*) AS number FROM enquiry
            WHERE agent_id = \(program) AND queue_id = \(queue) AND state IN ('active', 'snoozed')
            """)
        return try (row?.get("number") ?? 0) < rules(of: queue).programConversations
    }

    /// Counts a message of a program. **In the transaction that says it**: what is refused is not said, what is sent again under the same
    /// id is not counted again, and the limit holds on all nodes together. The generic cell rate algorithm: one number a conversation.
    func pace(_ program: PersonID, in id: ConversationID, at now: Timestamp) throws {
        guard let queue = try enquiry(id)?.queue else { return }
        let most = try rules(of: queue).programMessages
        let interval = 60_000 / Int64(most)
        let full: Int64? = try first(
            "SELECT full_at FROM program_pace WHERE conversation_id = \(id) AND program_id = \(program)")?.get("full_at")
        let before = max(now.milliseconds, full ?? 0)
        let wait = before - now.milliseconds - Int64(most - 1) * interval
        guard wait <= 0 else { throw Problem.programTooFast(most: most, retryAfter: Int((wait + 999) / 1000)) }
        try run(
            """
            INSERT INTO program_pace (conversation_id, program_id, full_at) VALUES (\(id), \(program), \(before + interval))
            ON CONFLICT (conversation_id, program_id) DO UPDATE SET full_at = excluded.full_at
            """)
    }
}
