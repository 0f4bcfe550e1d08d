import Conversations
package import Storage
import Vocabulary

/// What is counted when something happens to an enquiry.
extension Transaction {
    /// Somebody took it.
    func countTaken(_ enquiry: Enquiry, at now: Timestamp) throws {
        let wait = now - enquiry.waitingSince
        try count(.time(.wait, wait), enquiry.conversation, in: enquiry.queue, of: enquiry.agent, at: now)
        guard wait <= .seconds(try rules(of: enquiry.queue).serviceSeconds) else { return }
        try count(.one(.inTime), enquiry.conversation, in: enquiry.queue, of: enquiry.agent, at: now)
    }

    /// Somebody of the team is about to answer; counted the first time, whatever a program said before.
    func countAnswer(_ id: ConversationID, at now: Timestamp) throws(StorageError) -> Later<Void> {
        let programs = try ask("DELETE FROM program_answer WHERE conversation_id = \(id) RETURNING conversation_id")
        let found = try ask("SELECT * FROM enquiry WHERE conversation_id = \(id)")
        return {
            guard let enquiry = try found.first().map(Enquiry.init), try enquiry.answeredAt == nil || programs.exists() else { return }
            try count(.time(.firstResponse, now - enquiry.arrivedAt), id, in: enquiry.queue, of: enquiry.agent, at: now)
        }
    }

    func countEnd(_ enquiry: Enquiry, at now: Timestamp) throws {
        let isAbandoned = enquiry.assignedAt == nil && enquiry.channel != .message
        let rollup: Rollup =
            isAbandoned ? .time(.abandoned, now - enquiry.waitingSince) : .time(.resolution, now - enquiry.arrivedAt)
        try count(rollup, enquiry.conversation, in: enquiry.queue, of: isAbandoned ? nil : enquiry.agent, at: now)
    }

    /// A program is about to answer: it is an answer to the visitor, and not the team's first.
    func noteProgramsAnswer(in id: ConversationID) throws(StorageError) {
        try run(
            """
            INSERT INTO program_answer (conversation_id)
            SELECT conversation_id FROM enquiry WHERE conversation_id = \(id) AND answered_at IS NULL
            ON CONFLICT (conversation_id) DO NOTHING
            """)
    }
}

extension Desk {
    package static let programAnswerMigrations = [
        Migration(
            "desk-program-answer", 1,
            [
                """
                CREATE TABLE program_answer (
                    conversation_id BLOB PRIMARY KEY NOT NULL REFERENCES conversation (id) ON DELETE CASCADE
                ) STRICT
                """
            ])
    ]
}
