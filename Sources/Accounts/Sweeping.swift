import Logging
package import ServiceLifecycle
import Storage
import Vocabulary

extension Accounts {
    /// Accounts whose address was not confirmed in this time go, where accounts must be confirmed.
    static let unconfirmedLifetime: Duration = .days(7)

    /// What must go on in the background.
    package var services: [any Service] { [Sweeper(logger: ground.logger, sweep: sweep)] }

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
    package var services: [any Service] { [Sweeper(logger: ground.logger, sweep: sweep)] }

    /// Removes everything whose time is over.
    package func sweep() async throws {
        let now = ground.clock.now
        try await ground.database.write { try $0.forgetOldRequests(before: now - Contact.requestLifetime) }
    }
}

/// Sweeps every few minutes until the server stops.
private struct Sweeper: Service {
    let logger: Logger
    let sweep: @Sendable () async throws -> Void

    static let interval: Duration = .minutes(10)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await sweep()
                } catch {
                    logger.warning("what is over could not be swept away; it is tried again", metadata: ["error": "\(error)"])
                }
                // Time ends things by itself, so that nobody could wake this loop.
                try? await Task.sleep(for: Self.interval)
            }
        }
    }
}
