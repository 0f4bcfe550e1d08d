import Conversations
import Foundation
package import Storage
package import Vocabulary
import Web

/// How it stands at the desk right now: who waits, who answers, and how well it went today.
package struct Wallboard: Sendable {
    package struct Line: Sendable {
        package let queue: Queue
        package let rules: QueueRules
        package let waiting: Int
        /// Since when whoever has waited the longest waits.
        package let waitingSince: Timestamp?
        package let open: Int
        /// Written while nobody was there, and not answered yet.
        package let messages: Int
        /// Since midnight in the queue's time zone.
        package let today: Figures
        package let isOpen: Bool

        /// What is out of bounds.
        package func alerts(at now: Timestamp) -> [Alert] {
            var alerts: [Alert] = []
            if let seconds = rules.alertWaitSeconds, let waitingSince, waitingSince + .seconds(seconds) <= now { alerts.append(.wait) }
            if let most = rules.alertWaiting, waiting >= most { alerts.append(.number) }
            return alerts
        }
    }

    package enum Alert: String, Codable, Sendable, CaseIterable {
        case wait, number
    }

    /// An agent, and how they are doing. Not for those who see figures alone.
    package struct Colleague: Sendable {
        package enum State: String, Sendable, CaseIterable {
            case available, busy, away, gone
        }

        package let person: PersonID
        package let state: State
        package let open: Int
        package let capacity: Int
        package let since: Timestamp
    }

    package let lines: [Line]
    package let colleagues: [Colleague]
    package let at: Timestamp

    /// How many agents are in this state.
    package func number(_ state: Colleague.State) -> Int { colleagues.count { $0.state == state } }
}

extension Desk {
    package func wallboard() async throws -> Wallboard {
        let now = ground.clock.now
        return try await ground.database.read { transaction in
            let rules = try transaction.allRules()
            let standing = try transaction.standing()
            let lines = try transaction.queues().map { queue in
                let own = rules[queue.id] ?? QueueRules()
                let zone = TimeZone(identifier: own.hours.timeZone) ?? .gmt
                let midnight = Rollup.quarter(of: zone.wallClock(at: now).day.midnight(in: zone))
                let today = midnight..<max(midnight, Rollup.quarter(of: now) + 1)
                let stand = standing[queue.id] ?? Transaction.Standing()
                return Wallboard.Line(
                    queue: queue, rules: own, waiting: stand.waiting, waitingSince: stand.waitingSince, open: stand.open,
                    messages: stand.messages,
                    today: try transaction.figures(in: today, of: queue.id, by: .whole, tag: false)[""] ?? Figures(),
                    isOpen: own.hours.isOpen(at: now))
            }
            return Wallboard(lines: lines, colleagues: try transaction.colleagues(at: now), at: now)
        }
    }
}

extension Transaction {
    fileprivate struct Standing {
        var waiting = 0
        var waitingSince: Timestamp?
        var open = 0
        var messages = 0
    }

    fileprivate func standing() throws -> [ID<Queue>: Standing] {
        var all: [ID<Queue>: Standing] = [:]
        let rows = try rows(
            """
            SELECT queue_id, state, channel, COUNT(*) AS number, MIN(waiting_since) AS since FROM enquiry
            WHERE state IN ('waiting', 'offered', 'active') GROUP BY queue_id, state, channel
            """)
        for row in rows {
            var stand = all[try row["queue_id"]] ?? Standing()
            let (number, since): (Int, Timestamp) = (try row["number"], try row["since"])
            switch (try row.get("state", as: Enquiry.State.self), try row.get("channel", as: Enquiry.Channel.self)) {
            case (.active, _): stand.open += number
            case (_, .message): stand.messages += number
            default:
                stand.waiting += number
                stand.waitingSince = min(stand.waitingSince ?? since, since)
            }
            all[try row["queue_id"]] = stand
        }
        return all
    }

    fileprivate func colleagues(at now: Timestamp) throws -> [Wallboard.Colleague] {
        try rows(
            """
            SELECT agent.person_id AS person_id, status, capacity, since, gone_at, abilities,
                (SELECT COUNT(*) FROM enquiry WHERE agent_id = agent.person_id AND state = 'active') AS number
            FROM agent LEFT JOIN agent_routing ON agent_routing.person_id = agent.person_id ORDER BY agent.person_id
            """
        ).map { row in
            let isKnown = try row.get("abilities", as: String?.self) != nil
            let goneAt: Timestamp? = try row["gone_at"]
            let isGone = !isKnown || (goneAt.map { $0 <= now } ?? false)
            let state = Wallboard.Colleague.State(rawValue: try row.get("status", as: Agent.Status.self).rawValue) ?? .away
            let since: Timestamp = try row["since"]
            return Wallboard.Colleague(
                person: try row["person_id"], state: isGone ? .gone : state, open: try row["number"], capacity: try row["capacity"],
                since: isGone ? max(since, goneAt ?? since) : since)
        }
    }
}
