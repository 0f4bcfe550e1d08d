package import Conversations
package import Storage
package import Vocabulary

/// A visitor's conversation with a team, and its place in a queue.
package struct Enquiry: Sendable, Equatable {
    package enum Channel: String, CaseIterable, Sendable, SQLConvertible {
        /// The visitor is there and waits.
        case chat
        /// Written when nobody was there; answered when somebody is.
        case message
        case call
    }

    package enum State: String, CaseIterable, Sendable, SQLConvertible {
        case waiting
        /// Shown to one agent, who has not answered the offer yet.
        case offered
        case active
        /// Put aside until a time or until the visitor writes.
        case snoozed
        case closed
    }

    package let conversation: ConversationID
    package let site: ID<SupportSite>
    package let visitor: PersonID
    package let queue: ID<Queue>
    package let channel: Channel
    package let state: State
    /// Whose it is, or to whom it is offered.
    package let agent: PersonID?
    /// Higher comes first.
    package let priority: Int
    /// The language the visitor reads.
    package let language: String
    package let arrivedAt: Timestamp
    /// Since when the visitor waits for somebody to take it.
    package let waitingSince: Timestamp
    package let assignedAt: Timestamp?
    /// When somebody of the team first answered.
    package let answeredAt: Timestamp?
    package let closedAt: Timestamp?
    package let lastAt: Timestamp
    /// Whether the visitor spoke last.
    package let awaitsTeam: Bool
}

extension Enquiry {
    init(_ row: Row) throws(StorageError) {
        conversation = try row["conversation_id"]
        site = try row["site_id"]
        visitor = try row["visitor_id"]
        queue = try row["queue_id"]
        channel = try row["channel"]
        state = try row["state"]
        agent = try row["agent_id"]
        priority = try row["priority"]
        language = try row["language"]
        arrivedAt = try row["arrived_at"]
        waitingSince = try row["waiting_since"]
        assignedAt = try row["assigned_at"]
        answeredAt = try row["answered_at"]
        closedAt = try row["closed_at"]
        lastAt = try row["last_at"]
        awaitsTeam = try row["awaits_team"]
    }
}

extension Transaction {
    func add(_ enquiry: Enquiry) throws {
        try keep(enquiry)
        try count(.one(.arrived), enquiry.conversation, in: enquiry.queue, at: enquiry.arrivedAt)
        try tell(.enquiryCreated, about: enquiry.conversation, at: enquiry.arrivedAt)
    }

    /// Enters it without telling anybody.
    func keep(_ enquiry: Enquiry) throws(StorageError) {
        try run(
            """
            INSERT INTO enquiry (conversation_id, site_id, visitor_id, queue_id, channel, state, agent_id, priority, language, arrived_at,
                waiting_since, assigned_at, answered_at, closed_at, last_at, awaits_team)
            VALUES (\(enquiry.conversation), \(enquiry.site), \(enquiry.visitor), \(enquiry.queue), \(enquiry.channel), \(enquiry.state),
                \(enquiry.agent), \(enquiry.priority), \(enquiry.language), \(enquiry.arrivedAt), \(enquiry.waitingSince),
                \(enquiry.assignedAt), \(enquiry.answeredAt), \(enquiry.closedAt), \(enquiry.lastAt), \(enquiry.awaitsTeam))
            """)
    }

    package func enquiry(_ id: ConversationID) throws -> Enquiry? {
        try first("SELECT * FROM enquiry WHERE conversation_id = \(id)").map(Enquiry.init)
    }

    /// Gives the enquiry to an agent. False when somebody else has it already or it is closed: of two who reach for it, one gets it.
    func assign(_ id: ConversationID, to agent: PersonID, at now: Timestamp) throws -> Bool {
        let row = try first(
            """
            UPDATE enquiry SET state = 'active', agent_id = \(agent), assigned_at = \(now), last_at = \(now)
            WHERE conversation_id = \(id) AND (state = 'waiting' OR (state = 'offered' AND agent_id = \(agent))) RETURNING *
            """)
        guard let enquiry = try row.map(Enquiry.init) else { return false }
        try countTaken(enquiry, at: now)
        try run("UPDATE agent_routing SET missed = 0 WHERE person_id = \(agent) AND missed > 0")
        try tell(.enquiryAssigned, about: id, at: now)
        return true
    }

    func enquiries(_ ids: [ConversationID]) throws -> [Enquiry] {
        try rows("SELECT * FROM enquiry WHERE conversation_id IN \(list: ids)").map(Enquiry.init)
    }

    /// Somebody said something in it.
    ///
    /// - Parameter sequence: where in the conversation it stands.
    func said(_ id: ConversationID, by part: Participant.Part, sequence: Int, at now: Timestamp) throws -> Later<Void> {
        var counted: Later<Void> = {}
        if part != .visitor {
            if part == .bot { try noteProgramsAnswer(in: id) } else { counted = try countAnswer(id, at: now) }
            try run(
                """
                UPDATE enquiry SET last_at = \(now), awaits_team = 0, answered_at = COALESCE(answered_at, \(now)),
                    answer = \(sequence), answer_due = \(now + Desk.answerPatience)
                WHERE conversation_id = \(id)
                """)
        } else {
            try run("UPDATE enquiry SET last_at = \(now), awaits_team = 1, answer_due = NULL WHERE conversation_id = \(id)")
        }
        return counted
    }

    func closeEnquiry(_ id: ConversationID, at now: Timestamp) throws -> Bool {
        let row = try first(
            """
            UPDATE enquiry SET state = 'closed', closed_at = \(now), last_at = \(now), awaits_team = 0
            WHERE conversation_id = \(id) AND state <> 'closed' RETURNING *
            """)
        guard let enquiry = try row.map(Enquiry.init) else { return false }
        try countEnd(enquiry, at: now)
        try tell(.enquiryClosed, about: id, at: now)
        return true
    }
}
