import Storage
import Vocabulary

/// A letter this node may try to deliver until the claim ends.
struct ClaimedLetter: Sendable {
    let id: ID<Letter>
    let person: PersonID
    let template: String
    let sealed: Sealed
    let queuedAt: Timestamp
    let attempts: Int
}

extension Transaction {
    /// Takes the letter that is due longest. Nil when none is due or another node has it.
    func claimLetter(at now: Timestamp, until end: Timestamp) throws -> ClaimedLetter? {
        // The outer conditions are what PostgreSQL checks again after waiting for another node's claim.
        let row = try first(
            """
            UPDATE mail_letter SET claimed_until = \(end)
            WHERE failure IS NULL AND claimed_until <= \(now) AND id IN (
                SELECT id FROM mail_letter WHERE failure IS NULL AND next_at <= \(now) AND claimed_until <= \(now) ORDER BY next_at, id LIMIT 1)
            RETURNING id, person_id, template, sealed, queued_at, attempts
            """)
        return try row.map { row in
            ClaimedLetter(
                id: try row["id"], person: try row["person_id"], template: try row["template"], sealed: try row["sealed"],
                queuedAt: try row["queued_at"], attempts: try row["attempts"])
        }
    }

    func removeLetter(_ id: ID<Letter>) throws {
        try run("DELETE FROM mail_letter WHERE id = \(id)")
    }

    /// Gives the claim back. The attempt counts when it was about this letter.
    func postponeLetter(_ id: ID<Letter>, until time: Timestamp, counting: Bool) throws {
        try run("UPDATE mail_letter SET claimed_until = 0, next_at = \(time), attempts = attempts + \(counting ? 1 : 0) WHERE id = \(id)")
    }

    /// Gives up on the letter, for the owner to see.
    func failLetter(_ id: ID<Letter>, code: Int) throws {
        try run("UPDATE mail_letter SET claimed_until = 0, attempts = attempts + 1, failure = \(code) WHERE id = \(id)")
    }

    func removeLetters(queuedBefore time: Timestamp) throws -> Int {
        try rows("DELETE FROM mail_letter WHERE queued_at < \(time) RETURNING id").count
    }

    /// When the next letter is due or the next claim ends; nil when none waits.
    func nextLetterDue() throws -> Timestamp? {
        let row = try first(
            """
            SELECT CASE WHEN claimed_until > next_at THEN claimed_until ELSE next_at END AS due
            FROM mail_letter WHERE failure IS NULL ORDER BY due LIMIT 1
            """)
        return try row?.get("due")
    }
}
