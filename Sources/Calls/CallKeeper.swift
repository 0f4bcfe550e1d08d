import Storage
import Vocabulary

/// Ends what time ends, or a block: rings nobody answered, calls both sides left, calls of people who parted, records past their period.
///
/// It works from the database alone, so that a restart, or another node, goes on where this one stopped.
package struct CallKeeper: Sendable {
    let exchange: CallExchange

    /// One round.
    package func keep() async throws {
        let now = exchange.ground.clock.now
        let open = try await exchange.ground.database.read { transaction in
            try transaction.openCalls().map { ($0, try transaction.sides(of: $0.id), try transaction.blocker(in: $0)) }
        }
        for (call, sides, blocker) in open {
            // A page whose node vanished, or whose end could not be written down.
            for side in sides.values where side.isPresent {
                if await !exchange.ground.live.isConnected(side.connection) { await exchange.closed(side.connection, of: side.person) }
            }
            // A block is total: it ends what goes on, too.
            let step = blocker.map { CallStep.hangUp(by: $0) } ?? step(due: now, call, sides: Array(sides.values))
            if let step { try await exchange.take(step, in: call) }
        }
        let forgotten = try await exchange.ground.database.write { transaction in
            try transaction.forgetCalls(endedBefore: now - Call.retention)
            let guests = try transaction.forgetGuests(joinedBefore: now - Guest.lifetime)
            try transaction.forgetMeetingPeople(cameBefore: now - Guest.lifetime)
            try transaction.forgetGuestLinks(at: now)
            return guests
        }
        for guest in forgotten { try await exchange.ground.keys.destroyKey(of: guest, at: now) }
    }

    private func step(due now: Timestamp, _ call: Call, sides: [CallSide]) -> CallStep? {
        switch call.state {
        case .ringing: call.rungAt + Call.patience <= now ? .giveUp : nil
        case .waiting: call.rungAt + GuestLobby.patience <= now ? .giveUp : nil
        case .active(let since):
            sides.contains { $0.isPresent } || ([since] + sides.map(\.changedAt)).contains { now < $0 + Call.grace } ? nil : .abandon
        case .ended: nil
        }
    }
}

extension Transaction {
    /// Whoever of the two has blocked the other.
    fileprivate func blocker(in call: Call) throws(StorageError) -> PersonID? {
        if try hasBlocked(call.callee, call.caller) { return call.callee }
        return try hasBlocked(call.caller, call.callee) ? call.caller : nil
    }
}

/// How long a guest may wait to be admitted.
enum GuestLobby {
    static let patience: Duration = .minutes(30)
}
