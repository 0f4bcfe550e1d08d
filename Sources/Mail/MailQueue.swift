package import Logging
package import Storage
import Synchronization
package import Vocabulary

/// The durable outbox: letters wait in the database, sealed under their recipient's key, until the mail server has taken them.
///
/// Several nodes may deliver from one database: a letter is claimed by one of them for `leaseTime`, so that each is sent once.
/// Only a node that dies between the server's yes and the removal of the letter makes it go out twice, with the same Message-ID.
package final class MailQueue: Outbox {
    /// Who hands the letters over, and how they are written.
    package struct Carrier: Sendable {
        package let client: SMTPClient
        package let composer: Composer

        package init(client: SMTPClient, composer: Composer) {
            self.client = client
            self.composer = composer
        }
    }

    /// Longer than one attempt can take (`SMTPClient`'s totalSeconds), so that a claim ends only with its node.
    static let leaseTime = Duration.minutes(5)
    /// Letters nobody could deliver or read are removed after this: their links are long dead.
    package static let keepTime = Duration.days(30)
    static let column = SealedColumn("mail_letter", "sealed")

    let database: Database
    let keys: KeyRing
    let clock: any WallClock
    let carrier: Carrier?
    let logger: Logger
    let alarm = Alarm()
    private let status = Mutex(MailStatus())

    /// - Parameter carrier: nil when no mail server is configured; letters then wait for the owner to read them.
    package init(database: Database, keys: KeyRing, clock: any WallClock, carrier: Carrier?, logger: Logger) {
        self.database = database
        self.keys = keys
        self.clock = clock
        self.carrier = carrier
        self.logger = logger
    }

    /// Whether there is a mail server to deliver to.
    package var delivers: Bool { carrier != nil }

    /// How delivery goes, for health checks and the owner.
    package var state: MailStatus { status.withLock { $0 } }

    func report(_ change: (inout MailStatus) -> Void) {
        status.withLock { change(&$0) }
    }

    // MARK: - Outbox

    package func prepare(_ letter: Letter, for person: PersonID) async throws -> PreparedLetter {
        let now = clock.now
        let sealed = try await keys.seal(try SealedLetter(letter).bytes, for: person, as: Self.column)
        return PreparedLetter(id: ID(at: now), template: letter.template.name, person: person, sealed: sealed, queuedAt: now)
    }

    package func queue(_ letter: PreparedLetter, in transaction: Transaction) throws {
        try transaction.run(
            """
            INSERT INTO mail_letter (id, person_id, template, sealed, queued_at, attempts, next_at, claimed_until)
            VALUES (\(letter.id), \(letter.person), \(letter.template), \(letter.sealed), \(letter.queuedAt), 0, \(letter.queuedAt), 0)
            """)
    }

    package func wake() {
        if !delivers { logger.notice("a mail waits under Administration, because no mail server is configured (mail.url)") }
        alarm.ring()
    }
}

/// How delivery goes on this node.
package struct MailStatus: Equatable, Sendable {
    package var delivered = 0
    /// Why the mail server cannot be used just now.
    package var trouble: Delivery.Trouble?
}
