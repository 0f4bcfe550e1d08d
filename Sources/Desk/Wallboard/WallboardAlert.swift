import Accounts
package import Privacy
package import Storage
package import Vocabulary
package import Web

/// What is out of bounds is told to those who look after the desk, also while no wallboard is open: a notice each, once.
extension Desk {
    /// How often the bounds are looked at.
    static let alertRound = Duration.seconds(15)
    /// What comes back sooner than this after it was over is the same trouble still, and not told again.
    package static let alertPause = Duration.minutes(10)

    package static let alertMigrations = [
        Migration(
            "desk-alert", 1,
            [
                """
                CREATE TABLE queue_alert (
                    queue_id BLOB NOT NULL REFERENCES support_queue (id) ON DELETE CASCADE,
                    kind TEXT NOT NULL,
                    since INTEGER NOT NULL,
                    seen_at INTEGER NOT NULL,
                    PRIMARY KEY (queue_id, kind)
                ) STRICT
                """
            ])
    ]

    package static var alertDeclarations: Declarations {
        var all = Declarations()
        all.technical = [
            TechnicalColumn("queue_alert", "queue_id", reason: "The id of a queue."),
            TechnicalColumn("queue_alert", "kind", reason: "Which bound of the queue was crossed."),
            TechnicalColumn("queue_alert", "since", reason: "When it was crossed."),
            TechnicalColumn("queue_alert", "seen_at", reason: "When it was last out of bounds."),
        ]
        return all
    }

    private struct AlertBody: Encodable, Sendable {
        let queue: String
    }

    /// One round. **Told in the transaction that remembers it**: of all nodes one tells, and one that ends before has told nobody.
    package func tellAlerts() async throws {
        let now = ground.clock.now
        let isWatched = try await ground.database.read { transaction in
            try transaction.allRules().values.contains { $0.alertWaitSeconds != nil || $0.alertWaiting != nil }
        }
        guard isWatched else { return }
        for line in try await wallboard().lines {
            for alert in line.alerts(at: now) { try await tell(alert, of: line.queue, at: now) }
        }
    }

    private func tell(_ alert: Wallboard.Alert, of queue: Queue, at now: Timestamp) async throws {
        let isKnown = try await ground.database.write { try $0.isKnown(alert, of: queue.id, at: now, within: Self.alertPause) }
        guard !isKnown else { return }
        let kind: Notice.Kind = alert == .wait ? .wallboardWait : .wallboardNumber
        let watchers = try await ground.database.read { transaction in
            // Where nobody is there for it, those above them are.
            for role in [Role.supervisor, .administrator, .owner] {
                let people = try transaction.people(with: role)
                if !people.isEmpty { return people }
            }
            return []
        }
        var notices: [PreparedEvent] = []
        for person in watchers {
            notices.append(
                try await ground.streams.prepare(
                    kind.rawValue, AlertBody(queue: queue.name), in: StreamID("notices", of: person), for: person))
        }
        let isOurs = try await ground.database.write { [notices] transaction in
            guard try transaction.remember(alert, of: queue.id, at: now, within: Self.alertPause) else { return false }
            for notice in notices { try ground.streams.append(notice, in: transaction) }
            return true
        }
        guard isOurs else { return }
        for person in watchers { ground.live.wake(StreamID("notices", of: person)) }
    }
}

extension Transaction {
    /// Whether this was told and has not been over for long; if so it goes on.
    fileprivate func isKnown(_ alert: Wallboard.Alert, of queue: ID<Queue>, at now: Timestamp, within pause: Duration) throws(StorageError)
        -> Bool
    {
        try exists(
            """
            UPDATE queue_alert SET seen_at = \(now)
            WHERE queue_id = \(queue) AND kind = \(alert.rawValue) AND seen_at > \(now - pause) RETURNING since
            """)
    }

    /// False when another node was first.
    fileprivate func remember(_ alert: Wallboard.Alert, of queue: ID<Queue>, at now: Timestamp, within pause: Duration) throws(StorageError)
        -> Bool
    {
        try exists(
            """
            INSERT INTO queue_alert (queue_id, kind, since, seen_at) VALUES (\(queue), \(alert.rawValue), \(now), \(now))
            ON CONFLICT (queue_id, kind) DO UPDATE SET since = excluded.since, seen_at = excluded.seen_at
            WHERE queue_alert.seen_at <= \(now - pause) RETURNING since
            """)
    }
}
