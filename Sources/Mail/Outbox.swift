package import Storage
package import Vocabulary

/// Where a letter goes: queued in the database in the same transaction as its cause, delivered later.
///
/// **A letter that was queued is delivered or seen by the owner**: with no mail server configured it waits where the owner can read it.
package protocol Outbox: Sendable {
    /// Whether there is a mail server to deliver to.
    var delivers: Bool { get }

    /// Seals the letter for the person it is to, ready to be queued.
    func prepare(_ letter: Letter, for person: PersonID) async throws -> PreparedLetter

    /// Queues it in the same transaction as the change that caused it.
    func queue(_ letter: PreparedLetter, in transaction: Transaction) throws

    /// Tells the delivery loop that something may be waiting. Call it after the commit.
    func wake()
}

/// A letter that only its recipient's key can open.
package struct PreparedLetter: Sendable {
    package let id: ID<Letter>
    package let template: String
    package let person: PersonID
    package let sealed: Sealed
    package let queuedAt: Timestamp

    package init(id: ID<Letter>, template: String, person: PersonID, sealed: Sealed, queuedAt: Timestamp) {
        self.id = id
        self.template = template
        self.person = person
        self.sealed = sealed
        self.queuedAt = queuedAt
    }
}
