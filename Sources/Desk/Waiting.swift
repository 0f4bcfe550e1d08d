package import Conversations
import Storage
package import Vocabulary

/// Where somebody stands in the line, told to them.
package struct Waiting: Codable, Sendable, Equatable {
    /// 1 is next.
    package let position: Int
    /// How long it will take, from what was seen lately, rounded up to whole minutes; nil while too little was seen to say so honestly.
    package let minutes: Int?
    /// It is answered later: nobody needs to stay.
    package let isMessage: Bool
    /// Whether somebody is there to take it.
    package var isStaffed = false

    /// Who was taken within this time says something about how long it takes now.
    static let lookBack = Duration.hours(1)
    /// Fewer than that many say nothing.
    static let fewest = 5
    static let most = 20

    /// An estimate from when others of the queue were lately taken, latest first: so many went through in so much time.
    static func minutes(at position: Int, takenAt times: [Timestamp], now: Timestamp) -> Int? {
        guard times.count >= fewest, let first = times.last else { return nil }
        // From the first of them until now, not until the last: when nobody is taken any more, the estimate grows.
        let each = (now - first).inMilliseconds / Int64(times.count)
        return max(1, Int((each * Int64(position) + 59_999) / 60_000))
    }
}

extension Desk {
    /// Where the visitor stands in the line; nil when they wait no more.
    package func waiting(for conversation: ConversationID) async throws -> Waiting? {
        let now = ground.clock.now
        return try await ground.database.read { transaction in
            guard let enquiry = try transaction.enquiry(conversation), [.waiting, .offered].contains(enquiry.state) else { return nil }
            let position = try transaction.position(of: enquiry)
            guard enquiry.channel != .message else { return Waiting(position: position, minutes: nil, isMessage: true) }
            let taken = try transaction.takenLately(in: enquiry.queue, since: now - Waiting.lookBack, limit: Waiting.most)
            // Nobody there: whatever was seen before says nothing about now.
            let isStaffed = try transaction.isStaffed(enquiry.queue, at: now)
            let minutes = isStaffed ? Waiting.minutes(at: position, takenAt: taken, now: now) : nil
            return Waiting(position: position, minutes: minutes, isMessage: false, isStaffed: isStaffed)
        }
    }

    /// Whether somebody who writes now is answered now: the queue is open, somebody is there, and not too many wait already.
    package func isStaffed(_ queue: ID<Queue>) async throws -> Bool {
        let now = ground.clock.now
        return try await ground.database.read { transaction in
            // A program that answers first is there day and night.
            if let bot = try transaction.bot(of: queue), bot.isOpen(at: now), try transaction.hasRoom(bot.program, in: queue) {
                return true
            }
            guard try transaction.isStaffed(queue, at: now) else { return false }
            guard let most = try transaction.rules(of: queue).mostWaiting else { return true }
            return try transaction.countWaiting(in: queue) < most
        }
    }

    /// Whether somebody who writes now is answered at once: one of the team
    /// is there, has room for one more chat, and nobody waits before them.
    package func isFree(_ queue: ID<Queue>) async throws -> Bool {
        let now = ground.clock.now
        return try await ground.database.read { transaction in
            if let bot = try transaction.bot(of: queue), bot.isOpen(at: now), try transaction.hasRoom(bot.program, in: queue) {
                return true
            }
            return try transaction.isStaffed(queue, at: now, withRoom: true) && transaction.countWaiting(in: queue) == 0
        }
    }

    /// When the queue opens next; now, when it is open. Nil when it never does.
    package func nextOpening(of queue: ID<Queue>) async throws -> Timestamp? {
        let now = ground.clock.now
        return try await ground.database.read { try $0.rules(of: queue) }.hours.nextOpening(from: now)
    }
}

extension Transaction {
    /// Whether the queue is open and one of its agents is there, or one of the queue to which it overflows.
    ///
    /// - Parameter withRoom: whether they also have to have room for one more chat.
    func isStaffed(_ queue: ID<Queue>, at now: Timestamp, withRoom: Bool = false) throws -> Bool {
        let rules = try rules(of: queue)
        guard rules.hours.isOpen(at: now) else { return false }
        return try [queue, rules.overflow?.queue].compactMap(\.self).contains { queue in
            try exists(
                """
                SELECT 1 AS one FROM queue_agent JOIN agent USING (person_id) JOIN agent_routing USING (person_id)
                WHERE queue_id = \(queue) AND status = 'available' AND (gone_at IS NULL OR gone_at > \(now))
                    AND (\(withRoom) = 0 OR capacity > (
                        SELECT COUNT(*) FROM enquiry
                        WHERE agent_id = agent.person_id AND state IN ('active', 'offered') AND channel = 'chat'))
                LIMIT 1
                """)
        }
    }

    func countWaiting(in queue: ID<Queue>) throws(StorageError) -> Int {
        try first(
            "SELECT COUNT(*) AS number FROM enquiry WHERE queue_id = \(queue) AND state IN ('waiting', 'offered') AND channel <> 'message'")?
            .get("number") ?? 0
    }

    /// 1 is next. Rank is the time of arrival, earlier for the more important: so everybody's turn comes.
    fileprivate func position(of enquiry: Enquiry) throws(StorageError) -> Int {
        let rank = Router.rank(priority: enquiry.priority, since: enquiry.waitingSince)
        let ahead = try first(
            """
            SELECT COUNT(*) AS number FROM enquiry WHERE queue_id = \(enquiry.queue) AND state IN ('waiting', 'offered')
                AND channel = \(enquiry.channel) AND (waiting_since - priority * \(Router.worth.inMilliseconds) < \(rank)
                    OR (waiting_since - priority * \(Router.worth.inMilliseconds) = \(rank) AND conversation_id < \(enquiry.conversation)))
            """)
        return try (ahead?.get("number") ?? 0) + 1
    }

    fileprivate func takenLately(in queue: ID<Queue>, since: Timestamp, limit: Int) throws -> [Timestamp] {
        try rows(
            """
            SELECT assigned_at FROM enquiry WHERE queue_id = \(queue) AND assigned_at > \(since) ORDER BY assigned_at DESC LIMIT \(limit)
            """
        ).map { try $0["assigned_at"] }
    }
}
