package import Conversations
import Foundation
package import Storage
package import Vocabulary

extension Router {
    /// Most of those who wait for the same that are looked at in one turn, beside those on offer.
    static let pageSize = 1000
    /// Looked at beside those for whom there is room: some were refused by all who are there, or wait for somebody they know.
    static let margin = 20

    /// What is to be done now, and what is known once it is done: by the front of the line, and by all of it where that is not enough.
    static func look(in transaction: Transaction, at now: Timestamp, page: Int = pageSize) throws -> (router: Router, steps: [Step]) {
        let rules = try transaction.allRules().filter { $0.value.isRouted }
        guard !rules.isEmpty else { return (Router(), []) }
        let (agents, open) = (try transaction.routedAgents(), try transaction.openCases())
        let (offered, waiting) = (try transaction.casesOnOffer(in: Array(rules.keys)), try transaction.stretches(in: Array(rules.keys)))
        var router = Router(rules: rules, agents: try agents(), open: try open())
        for item in try offered() { router.line[item.id] = item }
        let (known, stretches) = (router, try waiting())
        let cut = try router.loadFront(of: stretches, in: transaction, at: now)
        var steps = router.decide(at: now)
        if router.reaches(beyond: cut, at: now) {
            router = known
            try router.loadAll(in: transaction, page: page, at: now)
            steps = router.decide(at: now)
        }
        return (router, steps)
    }

    /// Who waits for the same people.
    struct Stretch: Hashable {
        let queue: ID<Queue>
        let channel: Channel
    }

    /// Reads of each stretch the first, as many as there is room for and `margin` more, and whoever waits too long. **Where nobody has
    /// room nobody is read**: nothing can be offered there, and the next who has room has it looked at again.
    /// - Returns: the stretches of which there may be more.
    private mutating func loadFront(of waiting: Set<Stretch>, in transaction: Transaction, at now: Timestamp) throws -> Set<Stretch> {
        let room = roomToBe(at: now)
        let wanted = waiting.compactMap { stretch -> (stretch: Stretch, most: Int)? in
            let room = room[stretch, default: 0]
            // Of those who move on at a certain time it is to be known when.
            guard room > 0 || rules[stretch.queue]?.overflow != nil else { return nil }
            return (stretch, min(room, Self.pageSize) + Self.margin)
        }
        let (front, overdue) = (try transaction.front(of: wanted), try transaction.overdue(by: rules, among: waiting, at: now))
        var read: [Stretch: Int] = [:]
        for item in try front() {
            line[item.id] = item
            read[Stretch(queue: item.queue, channel: item.channel), default: 0] += 1
        }
        for item in try overdue() { line[item.id] = item }
        return Set(wanted.filter { stretch, most in read[stretch, default: 0] >= most }.map(\.stretch))
    }

    /// Reads the first `page` of each queue, channel, language and need, so that many whom nobody can help hold up nobody else.
    private mutating func loadAll(in transaction: Transaction, page: Int, at now: Timestamp) throws {
        for item in try transaction.waiting(in: Array(rules.keys), ofEach: page) { line[item.id] = item }
        let stretches = Set(rules.keys.flatMap { queue in Channel.allCases.map { Stretch(queue: queue, channel: $0) } })
        for item in try transaction.overdue(by: rules, among: stretches, at: now)() { line[item.id] = item }
    }

    /// How much room there is once what time ends is over: whoever let an offer pass may take the next.
    private func roomToBe(at now: Timestamp) -> [Stretch: Int] {
        var later = self
        later.endWhatIsOver(at: now)
        return later.room(at: now)
    }

    /// How many more the agents of each queue who are there can take.
    private func room(at now: Timestamp) -> [Stretch: Int] {
        let use = loads()
        var room: [Stretch: Int] = [:]
        for agent in agents.values where agent.isThere(at: now) {
            for channel in Channel.allCases {
                let free = (agent.capacity[channel] ?? 0) - use[agent.person, default: [:]][channel, default: 0]
                guard free > 0 else { continue }
                for queue in agent.queues { room[Stretch(queue: queue, channel: channel), default: 0] += free }
            }
        }
        return room
    }

    /// Whether somebody has room for those behind the ones who were read.
    private func reaches(beyond cut: Set<Stretch>, at now: Timestamp) -> Bool {
        guard !cut.isEmpty else { return false }
        let room = room(at: now)
        return cut.contains { rules[$0.queue]?.mode == .automatic && room[$0, default: 0] > 0 }
    }
}

extension Transaction {
    /// By which those who wait are served, the smallest first: as `Router.rank`, and as the index on it says it.
    private static let rank: SQL = "(waiting_since - priority * 60000)"
    private static let routed: SQL = """
        enquiry.conversation_id AS conversation_id, queue_id, channel, state, agent_id, priority, waiting_since, language,
            needs, sticky_id, offered_until, attempts, tried, paused_until, has_moved
        """
    private static let enquiries: SQL = "enquiry LEFT JOIN enquiry_routing ON enquiry_routing.conversation_id = enquiry.conversation_id"
    /// Most parts that a statement is put together of; SQLite takes 500.
    private static let mostParts = 100

    fileprivate func casesOnOffer(in queues: [ID<Queue>]) throws -> Later<[Router.Case]> {
        let found = try ask(
            "SELECT \(part: Self.routed) FROM \(part: Self.enquiries) WHERE state = 'offered' AND queue_id IN \(list: queues)")
        return { try found.rows().map(Router.Case.init) }
    }

    /// Where anybody waits. PostgreSQL plans what is asked about a stretch anew each time, which takes it longer than to answer: so the
    /// many where nobody waits are not asked about.
    fileprivate func stretches(in queues: [ID<Queue>]) throws -> Later<Set<Router.Stretch>> {
        let found = try ask(
            """
            SELECT id,
                (SELECT 1 FROM enquiry WHERE queue_id = support_queue.id AND channel = 'chat' AND state = 'waiting' LIMIT 1) AS chat,
                (SELECT 1 FROM enquiry WHERE queue_id = support_queue.id AND channel = 'message' AND state = 'waiting' LIMIT 1) AS message,
                (SELECT 1 FROM enquiry WHERE queue_id = support_queue.id AND channel = 'call' AND state = 'waiting' LIMIT 1) AS call
            FROM support_queue WHERE id IN \(list: queues)
            """)
        return {
            var stretches: Set<Router.Stretch> = []
            for row in try found.rows() {
                let queue: ID<Queue> = try row["id"]
                for channel in Enquiry.Channel.allCases where try row.get(channel.rawValue, as: Int?.self) != nil {
                    stretches.insert(.init(queue: queue, channel: channel))
                }
            }
            return stretches
        }
    }

    /// The first of each stretch, and no more than so many of it.
    fileprivate func front(of stretches: [(stretch: Router.Stretch, most: Int)]) throws -> Later<[Router.Case]> {
        try cases(
            stretches.map { stretch, most in
                """
                queue_id = \(stretch.queue) AND channel = \(stretch.channel) AND state = 'waiting'
                    ORDER BY \(part: Self.rank), enquiry.conversation_id LIMIT \(most)
                """
            })
    }

    /// Those who wait for longer than their queue lets them. Nobody ranks behind the time since which they wait, which the index knows.
    fileprivate func overdue(by rules: [ID<Queue>: QueueRules], among stretches: Set<Router.Stretch>, at now: Timestamp) throws
        -> Later<[Router.Case]>
    {
        try cases(
            stretches.compactMap { stretch -> SQL? in
                guard stretch.channel != .message, let overflow = rules[stretch.queue]?.overflow else { return nil }
                let since = now - .seconds(overflow.after)
                return """
                    queue_id = \(stretch.queue) AND channel = \(stretch.channel) AND state = 'waiting' AND \(part: Self.rank) <= \(since)
                        AND waiting_since <= \(since) AND (\(overflow.queue == nil) = 1 OR COALESCE(has_moved, 0) = 0)
                        LIMIT \(Router.pageSize)
                    """
            })
    }

    /// All to which one of the conditions applies.
    private func cases(_ conditions: [SQL]) throws -> Later<[Router.Case]> {
        var answers: [Answer] = []
        for start in stride(from: 0, to: conditions.count, by: Self.mostParts) {
            let parts = conditions[start..<min(start + Self.mostParts, conditions.count)].map { condition in
                "SELECT * FROM (SELECT \(part: Self.routed) FROM \(part: Self.enquiries) WHERE \(part: condition)) AS part" as SQL
            }
            let statement = parts.dropFirst().reduce(parts[0]) { "\(part: $0) UNION ALL \(part: $1)" }
            answers.append(try ask(statement))
        }
        return { [answers] in try answers.flatMap { try $0.rows().map(Router.Case.init) } }
    }

    /// The first of those who wait for the same and ask for the same.
    fileprivate func waiting(in queues: [ID<Queue>], ofEach page: Int) throws -> [Router.Case] {
        try rows(
            """
            SELECT * FROM (
                SELECT \(part: Self.routed), ROW_NUMBER() OVER (
                    PARTITION BY queue_id, channel, language, needs ORDER BY \(part: Self.rank), enquiry.conversation_id
                ) AS place
                FROM \(part: Self.enquiries) WHERE queue_id IN \(list: queues) AND state = 'waiting'
            ) AS line WHERE place <= \(page)
            """
        ).map(Router.Case.init)
    }

    /// What the agents have open.
    fileprivate func openCases() throws -> Later<[ConversationID: Router.Open]> {
        let found = try ask(
            """
            SELECT enquiry.conversation_id, agent_id, queue_id, channel, assigned_at, awaits_team, language, needs
            FROM \(part: Self.enquiries) WHERE agent_id IN (SELECT person_id FROM queue_agent) AND state = 'active'
            """)
        return {
            var open: [ConversationID: Router.Open] = [:]
            for row in try found.rows() { open[try row["conversation_id"]] = try Router.Open(row) }
            return open
        }
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

    fileprivate func routedAgents() throws -> Later<[PersonID: Router.Agent]> {
        let found = try ask(
            """
            SELECT agent.person_id AS person_id, queue_id, status, capacity, gone_at, assigned_at, abilities
            FROM agent JOIN queue_agent ON queue_agent.person_id = agent.person_id
                LEFT JOIN agent_routing ON agent_routing.person_id = agent.person_id
            """)
        return {
            var agents: [PersonID: Router.Agent] = [:]
            for row in try found.rows() {
                let person: PersonID = try row["person_id"]
                if agents[person] == nil { agents[person] = try Router.Agent(row) }
                agents[person]?.queues.insert(try row["queue_id"])
            }
            return agents
        }
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
