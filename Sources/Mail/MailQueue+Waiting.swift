package import Storage
package import Vocabulary

/// A letter in the outbox as the owner sees it.
package struct WaitingLetter: Sendable {
    package let id: ID<Letter>
    package let person: PersonID
    package let template: String
    package let recipient: Redacted<String>
    package let subject: Redacted<String>
    package let queuedAt: Timestamp
    package let attempts: Int
    /// When it is tried next; nil when it is not tried any more.
    package let nextAttempt: Timestamp?
    /// The server's last answer when it was given up (RFC 5321 §4.2).
    package let failure: Int?
}

/// The owner's view of the outbox.
extension MailQueue {
    /// The latest letters that were not delivered yet, newest first, at most `limit`. Letters nobody can open any more are left out.
    package func waiting(limit: Int = 200) async throws -> [WaitingLetter] {
        let rows = try await database.read { transaction in
            try transaction.rows(
                """
                SELECT id, person_id, template, sealed, queued_at, attempts, next_at, failure FROM mail_letter
                ORDER BY queued_at DESC, id DESC LIMIT \(limit)
                """)
        }
        return try await rows.asyncCompactMap { row in
            guard let contents = try await self.contents(of: row) else { return nil }
            let failure: Int? = try row["failure"]
            return WaitingLetter(
                id: try row["id"], person: try row["person_id"], template: try row["template"], recipient: Redacted(contents.recipient),
                subject: Redacted(contents.subject), queuedAt: try row["queued_at"], attempts: try row["attempts"],
                nextAttempt: failure == nil && self.delivers ? try row["next_at"] : nil, failure: failure)
        }
    }

    /// How many letters wait, and how many of them were given up.
    package func count() async throws -> (waiting: Int, failed: Int) {
        let row = try await database.read { try $0.first("SELECT COUNT(*) AS waiting, COUNT(failure) AS failed FROM mail_letter") }
        return (try row?.get("waiting") ?? 0, try row?.get("failed") ?? 0)
    }

    /// The letter's text, for the owner to pass on by hand.
    ///
    /// Nil when it is gone, or when a mail server delivers: then nobody but the recipient needs the links in it.
    package func open(_ id: ID<Letter>) async throws -> Letter? {
        guard !delivers else { return nil }
        let row = try await database.read { try $0.first("SELECT person_id, template, sealed FROM mail_letter WHERE id = \(id)") }
        guard let row, let contents = try await contents(of: row) else { return nil }
        return contents.letter(try row["template"])
    }

    /// Tries a letter that was given up once more, from the start. False when it is gone.
    @discardableResult
    package func retry(_ id: ID<Letter>) async throws -> Bool {
        let now = clock.now
        let isThere = try await database.write { transaction in
            try transaction.exists("UPDATE mail_letter SET failure = NULL, attempts = 0, next_at = \(now) WHERE id = \(id) RETURNING id")
        }
        alarm.ring()
        return isThere
    }

    /// Throws a letter away. False when it was gone already.
    @discardableResult
    package func discard(_ id: ID<Letter>) async throws -> Bool {
        try await database.write { try $0.exists("DELETE FROM mail_letter WHERE id = \(id) RETURNING id") }
    }

    private func contents(of row: Row) async throws -> SealedLetter? {
        do {
            return try SealedLetter(try await keys.open(try row["sealed"], of: try row["person_id"], as: Self.column))
        } catch SealError.keyDestroyed {
            return nil
        }
    }
}

extension Array {
    fileprivate func asyncCompactMap<Result>(_ transform: (Element) async throws -> Result?) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self {
            if let result = try await transform(element) { results.append(result) }
        }
        return results
    }
}
