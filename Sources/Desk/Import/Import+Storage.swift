import Conversations
import Foundation
import Storage
import Vocabulary
import Web

extension Transaction {
    func beginImport(_ record: [UInt8], of conversation: ConversationID, at now: Timestamp) throws(StorageError) {
        try run("INSERT INTO import_record (fingerprint, conversation_id, at) VALUES (\(record), \(conversation), \(now))")
    }

    /// False when somebody else was first, or what was begun is gone.
    func finishImport(_ record: [UInt8], at now: Timestamp, isBegun: Bool) throws(StorageError) -> Bool {
        if isBegun {
            return try exists(
                """
                UPDATE import_record SET conversation_id = NULL, at = \(now)
                WHERE fingerprint = \(record) AND conversation_id IS NOT NULL RETURNING at
                """)
        }
        return try exists(
            "INSERT INTO import_record (fingerprint, conversation_id, at) VALUES (\(record), NULL, \(now)) ON CONFLICT DO NOTHING RETURNING at"
        )
    }

    /// Counts what was counted elsewhere when it happened. How long somebody waited there to be taken nobody knows.
    func countPast(_ enquiry: Enquiry, tags: [String]) throws(StorageError) {
        let id = enquiry.conversation
        try count(.one(.arrived), id, in: enquiry.queue, at: enquiry.arrivedAt)
        if let answeredAt = enquiry.answeredAt {
            try count(.time(.firstResponse, answeredAt - enquiry.arrivedAt), id, in: enquiry.queue, of: enquiry.agent, at: answeredAt)
        }
        guard let closedAt = enquiry.closedAt else { return }
        try count(.time(.resolution, closedAt - enquiry.arrivedAt), id, in: enquiry.queue, of: enquiry.agent, at: closedAt)
        for tag in tags { try countTag(tag, of: enquiry, at: closedAt) }
    }
}

extension Desk {
    /// What was begun and not finished by then is no longer being brought in.
    private static let longestImport = Duration.hours(24)

    func isImported(_ record: [UInt8]) async throws -> Bool {
        try await ground.database.read {
            try $0.exists("SELECT 1 AS one FROM import_record WHERE fingerprint = \(record) AND conversation_id IS NULL")
        }
    }

    /// Removes what an import left behind that was cut off while it took a conversation's files.
    func clearHalfImported(_ record: [UInt8]) async throws {
        try await ground.database.write { transaction in
            let row = try transaction.first(
                "DELETE FROM import_record WHERE fingerprint = \(record) AND conversation_id IS NOT NULL RETURNING conversation_id")
            guard let row else { return }
            try conversations.erase(try row["conversation_id"], in: transaction)
        }
    }

    /// The same for those that nobody took up again, with their visitors' keys.
    func sweepHalfImported() async throws {
        let before = ground.clock.now - Self.longestImport
        let half = try await ground.database.read { transaction in
            try transaction.rows(
                "SELECT fingerprint, conversation_id FROM import_record WHERE conversation_id IS NOT NULL AND at < \(before) LIMIT 100"
            ).map { (try $0.get("fingerprint", as: [UInt8].self), try $0.get("conversation_id", as: ConversationID.self)) }
        }
        for (record, id) in half {
            let keeper = try await ground.database.read { try $0.conversation(id)?.keeper }
            try await clearHalfImported(record)
            if let keeper { try await ground.keys.destroyKey(of: keeper, at: ground.clock.now) }
        }
    }
}
