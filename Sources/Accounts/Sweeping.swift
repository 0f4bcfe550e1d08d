package import ServiceLifecycle
import Storage
import Vocabulary
import Web

extension Accounts {
    /// Accounts whose address was not confirmed in this time go, where accounts must be confirmed.
    static let unconfirmedLifetime: Duration = .days(7)

    /// What must go on in the background.
    package var services: [any Service] { [Rounds(every: sweepInterval, logger: ground.logger, sweep)] }

    /// Removes everything whose time is over.
    package func sweep() async throws {
        let now = now
        let confirmsEmail = policy.confirmsEmail
        let orphans = try await ground.database.write { transaction -> [PersonID] in
            try transaction.run("DELETE FROM session WHERE ends_at <= \(now)")
            try transaction.run("DELETE FROM attempt WHERE ends_at <= \(now) AND wait_until <= \(now)")
            try transaction.run("DELETE FROM email_confirmation WHERE ends_at <= \(now)")
            try transaction.run("DELETE FROM recovery WHERE ends_at <= \(now)")
            try transaction.run("DELETE FROM spent_challenge WHERE ends_at <= \(now)")
            try transaction.run("DELETE FROM owner_link WHERE ends_at <= \(now)")
            // What an invitation knew of an address goes with it, used or not.
            try transaction.run("DELETE FROM invitation WHERE ends_at <= \(now)")
            try transaction.run("DELETE FROM known_device WHERE used_at <= \(now - KnownDevice.memory)")
            return confirmsEmail ? try transaction.removeUnconfirmed(createdBefore: now - Self.unconfirmedLifetime) : []
        }
        for person in orphans { try await ground.keys.destroyKey(of: person, at: now) }
        try await ground.keys.forgetOldErasures(at: now)
    }
}

extension Transaction {
    fileprivate func removeUnconfirmed(createdBefore time: Timestamp) throws(StorageError) -> [PersonID] {
        let removed = try ids(
            """
            DELETE FROM account WHERE email_confirmed_at IS NULL AND created_at <= \(time)
            AND person_id NOT IN (SELECT person_id FROM account_role) RETURNING person_id
            """)
        for person in removed {
            try run("DELETE FROM profile WHERE person_id = \(person)")
            try eraseLiveTraces(of: person)
        }
        return removed
    }
}

extension People {
    /// What must go on in the background.
    package var services: [any Service] { [Rounds(every: sweepInterval, logger: ground.logger, sweep)] }

    /// Removes everything whose time is over.
    package func sweep() async throws {
        let now = ground.clock.now
        try await ground.database.write { try $0.forgetOldRequests(before: now - Contact.requestLifetime) }
    }
}

/// Pause between two sweeps.
private let sweepInterval: Duration = .minutes(10)
