package import Conversations
import Foundation
package import Storage
package import Vocabulary

extension Router {
    /// Most of those who wait for the same that are looked at in one turn,
    /// beside those on offer: the first in line. **Of each queue, channel,
    /// language and need apart**, so that many whom nobody can help hold up nobody else.
    static let pageSize = 1000

    /// What is known of every queue that gives out by itself, moves or takes back.
    static func load(in transaction: Transaction, page: Int = pageSize) throws -> Router {
        let rules = try transaction.allRules().filter { $0.value.isRouted }
        guard !rules.isEmpty else { return Router() }
        var router = Router(rules: rules, agents: try transaction.routedAgents())
        let queues = Array(rules.keys)
        let line = try transaction.rows(
            """
            SELECT * FROM (
                SELECT enquiry.conversation_id AS conversation_id, queue_id, channel, state, agent_id, priority, waiting_since, language,
                    needs, sticky_id, offered_until, attempts, tried, paused_until, has_moved,
                    ROW_NUMBER() OVER (
                        PARTITION BY queue_id, channel, language, needs, state ORDER BY waiting_since - priority * \(worth.inMilliseconds)
                    ) AS place
                FROM enquiry LEFT JOIN enquiry_routing ON enquiry_routing.conversation_id = enquiry.conversation_id
                WHERE queue_id IN \(list: queues) AND state IN ('waiting', 'offered')
            ) AS line WHERE place <= \(page) OR state = 'offered'
            """
        ).map(Case.init)
        router.line = Dictionary(uniqueKeysWithValues: line.map { ($0.id, $0) })
        let open = try transaction.rows(
            """
            SELECT enquiry.conversation_id, agent_id, queue_id, channel, assigned_at, awaits_team, language, needs
            FROM enquiry LEFT JOIN enquiry_routing ON enquiry_routing.conversation_id = enquiry.conversation_id
            WHERE agent_id IN \(list: Array(router.agents.keys)) AND state = 'active'
            """)
        for row in open { router.open[try row["conversation_id"]] = try Open(row) }
        return router
    }
}

extension QueueRules {
    /// Whether anything happens in the queue by itself.
    fileprivate var isRouted: Bool { mode == .automatic || overflow != nil || reassignSeconds != nil }
}

extension Router.Case {
    init(_ row: Row) throws {
        self.init(
            try row["conversation_id"], in: try row["queue_id"], channel: try row["channel"], priority: try row["priority"],
            since: try row["waiting_since"], language: try row["language"], needs: try Needs(row), sticky: try row["sticky_id"])
        let until: Timestamp? = try row["offered_until"]
        let agent: PersonID? = try row["agent_id"]
        if try row.get("state", as: Enquiry.State.self) == .offered, let agent {
            offer = Router.Offer(agent: agent, until: until ?? waitingSince)
        }
        let tried: String? = try row["tried"]
        self.tried = try tried.map { Set(try JSONDecoder().decode([PersonID].self, from: Data($0.utf8))) } ?? []
        pausedUntil = try row["paused_until"]
        attempts = try row.get("attempts", as: Int?.self) ?? 0
        hasMoved = try row.get("has_moved", as: Bool?.self) ?? false
    }
}

extension Router.Open {
    init(_ row: Row) throws {
        let since: Timestamp? = try row["assigned_at"]
        self.init(
            agent: try row["agent_id"], queue: try row["queue_id"], channel: try row["channel"], since: since ?? .init(milliseconds: 0),
            awaitsTeam: try row["awaits_team"], language: try row["language"], needs: try Needs(row))
    }
}

extension Needs {
    fileprivate init(_ row: Row) throws {
        let text: String? = try row["needs"]
        self = try text.map { try JSONDecoder().decode(Needs.self, from: Data($0.utf8)) } ?? Needs()
    }
}

extension Transaction {
    /// Takes this node's turn at routing: of several nodes one decides at a time. **The first statement of the transaction.**
    func takeRoutingTurn() throws(StorageError) {
        try run("UPDATE routing_turn SET number = number + 1 WHERE id = 1")
    }

    fileprivate func routedAgents() throws -> [PersonID: Router.Agent] {
        var agents: [PersonID: Router.Agent] = [:]
        let rows = try rows(
            """
            SELECT agent.person_id AS person_id, queue_id, status, capacity, gone_at, assigned_at, abilities
            FROM agent JOIN queue_agent ON queue_agent.person_id = agent.person_id
                LEFT JOIN agent_routing ON agent_routing.person_id = agent.person_id
            """)
        for row in rows {
            let person: PersonID = try row["person_id"]
            if agents[person] == nil { agents[person] = try Router.Agent(row) }
            agents[person]?.queues.insert(try row["queue_id"])
        }
        return agents
    }

    // MARK: - Steps

    /// Writes down what the router decided.
    func carryOut(_ steps: [Router.Step], of router: Router, at now: Timestamp) throws {
        var touched: Set<ConversationID> = []
        for step in steps {
            touched.insert(step.conversation)
            switch step {
            case .offer(let id, let offer):
                try run(
                    "UPDATE enquiry SET state = 'offered', agent_id = \(offer.agent) WHERE conversation_id = \(id) AND state = 'waiting'")
                try run("UPDATE agent_routing SET assigned_at = \(now) WHERE person_id = \(offer.agent)")
            case .withdraw(let id, let agent, let reason):
                try withdraw(id, from: agent)
                if reason == .unanswered { try missed(by: agent, at: now) }
            case .release(let id, let agent): try putBack(id, from: agent, at: now)
            case .move(let id, let queue): try run("UPDATE enquiry SET queue_id = \(queue) WHERE conversation_id = \(id)")
            case .leaveMessage(let id): try run("UPDATE enquiry SET channel = 'message' WHERE conversation_id = \(id)")
            case .pause, .beginRound: break
            }
        }
        for id in touched { if let item = router.line[id] { try put(item) } }
    }

    /// The enquiry waits again.
    func withdraw(_ id: ConversationID, from agent: PersonID) throws(StorageError) {
        try run(
            """
            UPDATE enquiry SET state = 'waiting', agent_id = NULL
            WHERE conversation_id = \(id) AND state = 'offered' AND agent_id = \(agent)
            """)
    }

    /// Somebody let an offer pass. Who does so again and again is not there, whatever they said.
    private func missed(by agent: PersonID, at now: Timestamp) throws(StorageError) {
        let row = try first("UPDATE agent_routing SET missed = missed + 1 WHERE person_id = \(agent) RETURNING missed")
        guard let missed: Int = try row?.get("missed"), missed >= Dispatcher.mostMissed else { return }
        try run("UPDATE agent SET status = 'away', since = \(now) WHERE person_id = \(agent) AND status <> 'away'")
        try run("UPDATE agent_routing SET missed = 0 WHERE person_id = \(agent)")
    }

    func put(_ item: Router.Case) throws {
        let needs = String(decoding: try JSONEncoder().encode(item.needs), as: UTF8.self)
        let tried = String(decoding: try JSONEncoder().encode(item.tried.sorted()), as: UTF8.self)
        try run(
            """
            INSERT INTO enquiry_routing (conversation_id, needs, sticky_id, offered_until, attempts, tried, paused_until, has_moved)
            VALUES (\(item.id), \(needs), \(item.sticky), \(item.offer?.until), \(item.attempts), \(tried), \(item.pausedUntil),
                \(item.hasMoved))
            ON CONFLICT (conversation_id) DO UPDATE SET needs = excluded.needs, sticky_id = excluded.sticky_id,
                offered_until = excluded.offered_until, attempts = excluded.attempts, tried = excluded.tried,
                paused_until = excluded.paused_until, has_moved = excluded.has_moved
            """)
    }

    /// The enquiry as the router sees it; nil when it does not wait.
    func routedCase(_ id: ConversationID) throws -> Router.Case? {
        try first(
            """
            SELECT enquiry.conversation_id, queue_id, channel, state, agent_id, priority, waiting_since, language, needs, sticky_id,
                offered_until, attempts, tried, paused_until, has_moved
            FROM enquiry LEFT JOIN enquiry_routing ON enquiry_routing.conversation_id = enquiry.conversation_id
            WHERE enquiry.conversation_id = \(id) AND state IN ('waiting', 'offered')
            """
        ).map(Router.Case.init)
    }

    /// What the enquiry asks of whoever answers it, and whom the visitor knows. While it waits.
    package func require(_ needs: Needs, sticky: PersonID? = nil, for id: ConversationID) throws {
        guard var item = try routedCase(id) else { return }
        item.needs = needs
        item.sticky = sticky
        try put(item)
    }
}

extension Router.Step {
    package var conversation: ConversationID {
        switch self {
        case .offer(let id, _), .withdraw(let id, _, _), .release(let id, _), .move(let id, _), .leaveMessage(let id), .pause(let id, _),
            .beginRound(let id):
            id
        }
    }
}
