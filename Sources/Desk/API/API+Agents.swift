import Accounts
import Conversations
import HTTPTypes
import Storage
import Vocabulary
import Web

struct AgentShape: APIShape {
    let person: PersonID
    let name: String?
    let status: Agent.Status
    /// Most chats at a time.
    let capacity: Int
    let since: Timestamp
    let queues: [ID<Queue>]?
    /// What is theirs and goes on: chats, messages and calls.
    let conversations: Int?
    /// By skill: its level.
    let skills: [String: Int]?
    /// Absent: every language that is asked for.
    let languages: [String]?
    /// Most messages and calls at a time.
    let messages: Int?
    let calls: Int?

    fileprivate init(_ agent: Agent, name: String?, _ work: Transaction.AgentWork?) {
        (person, self.name, status, capacity, since) = (agent.person, name, agent.status, agent.capacity, agent.since)
        (queues, conversations) = (work?.queues, work?.conversations)
        (skills, languages) = (work?.abilities.skills, work?.abilities.languages)
        messages = work?.abilities.messages ?? Abilities.usualMessages
        calls = work?.abilities.calls ?? Abilities.usualCalls
    }
}

/// What is to be different about an agent; what is not named stays.
struct AgentWish: APIShape {
    let capacity: Int?
    let skills: [String: Int]?
    let languages: [String]?
    let messages: Int?
    let calls: Int?

    static var limits: [String: APISchema] {
        [
            "capacity": .integer(1...50), "messages": .integer(0...50), "calls": .integer(0...5), "skills": .skills,
            "languages": .languages,
        ]
    }
}

struct StatusShape: APIShape {
    let status: Agent.Status
}

/// Who is to answer in a queue: by id, or by the whole address of their account.
struct QueueAgentWish: APIShape {
    let agent: PersonID?
    let email: String?
    let capacity: Int?

    static var limits: [String: APISchema] { ["capacity": .integer(1...50), "email": .text(longest: 254, shortest: 3)] }
}

/// A skill, who has it and which queues ask for it.
struct SkillShape: APIShape {
    let name: String
    /// By agent: the level.
    let agents: [String: Int]
    /// By queue: the least level.
    let queues: [String: Int]
}

extension APISchema {
    static let skills = APISchema.map(.integer(SkillList.levels))
    static let languages = APISchema.list(.text(longest: 3, shortest: 2, pattern: "^[a-z]{2,3}$"), longest: 12)
}

extension Problem {
    /// Somebody without a role of the desk: the owner alone appoints.
    static let notAppointed = Problem(.conflict, "problem.apiNotAppointed")
}

extension Desk {
    /// Who answers where, what they can do, and whether they are there.
    var agentOperations: [APIOperation] {
        [
            .get("/agents", "listAgents", .readSites, "Lists who answers, where, what they can do, and whether they are there.") { _ in
                APIPage(try await agentShapes())
            },
            .get("/agents/{agent}", "readAgent", .readSites, "Reads about one who answers.") { try await agentShape($0) },
            .change(
                .put, "/agents/{agent}", "changeAgent", .writeAgents,
                "Says what an agent can do and how much they take on. What is not named stays as it is.", or: Self.runners
            ) { (call, wish: AgentWish) in
                let skills = try wish.skills.map { wished throws(Problem) in
                    guard let skills = SkillList.tidy(wished) else { throw .apiBody("#/skills") }
                    return skills
                }
                try await changeAgent(try call.parameter("agent")) { abilities, capacity in
                    capacity = wish.capacity ?? capacity
                    abilities.skills = skills ?? abilities.skills
                    if let languages = wish.languages { abilities.languages = languages.isEmpty ? nil : languages }
                    abilities.messages = wish.messages ?? abilities.messages
                    abilities.calls = wish.calls ?? abilities.calls
                }
                return try await agentShape(call)
            }
            .with(example: ["capacity": 5, "skills": ["billing": 3, "returns": 1], "languages": ["en", "fr"]]),
            .change(
                .put, "/agents/{agent}/status", "setAgentStatus", .writeAgents,
                "Says whether somebody is there. They see it at once, and can say otherwise."
            ) { (call, wish: StatusShape) in
                let agent: PersonID = try call.parameter("agent")
                guard try await ground.database.read({ try $0.agent(agent) }) != nil else { throw Problem.notFound }
                try await setStatus(wish.status, of: agent)
                return try await agentShape(call)
            }
            .with(example: ["status": "busy"]),
            .change(
                .post, "/queues/{queue}/agents", "addAgent", .writeAgents,
                "Lets somebody of the team answer in a queue: by id, or by the whole address of their account.", or: Self.runners,
                status: .created
            ) { (call, wish: QueueAgentWish) in try await addAgent(call, wish) }
            .with(example: ["email": "eve@example.org", "capacity": 4]),
            .act(
                .delete, "/queues/{queue}/agents/{agent}", "removeAgent", .writeAgents,
                "Lets somebody answer in a queue no more. What they may not read from now on, they leave at once.", or: Self.runners
            ) { call in
                let (queue, agent): (ID<Queue>, PersonID) = (try call.parameter("queue"), try call.parameter("agent"))
                guard try await ground.database.read({ try $0.queues(of: agent) }).contains(where: { $0.id == queue }) else {
                    throw Problem.notFound
                }
                try await letAnswerNoMore(agent, in: queue)
            },
            .get("/skills", "listSkills", .readSites, "Lists skills: who has them, and which queues ask for them.") { _ in
                try await skillShapes()
            },
        ]
    }

    private func addAgent(_ call: APICall, _ wish: QueueAgentWish) async throws -> AgentShape {
        let person: PersonID
        switch (wish.agent, wish.email) {
        case (let agent?, nil): person = agent
        case (nil, let email?):
            // Whoever has no place here is not told apart from nobody.
            guard let found = try await people.member(withAddress: email) else { throw Problem.notAppointed }
            person = found
        default: throw Problem.apiBody()
        }
        guard try await letAnswer(person, in: try call.parameter("queue"), capacity: wish.capacity, appoints: false) else {
            throw Problem.notAppointed
        }
        guard let shape = try await agentShapes(of: person).first else { throw Problem.notFound }
        return shape
    }

    private func agentShape(_ call: APICall) async throws -> AgentShape {
        guard let shape = try await agentShapes(of: try call.parameter("agent")).first else { throw Problem.notFound }
        return shape
    }

    private func agentShapes(of person: PersonID? = nil) async throws -> [AgentShape] {
        let (agents, work) = try await ground.database.read { transaction in
            let agents = try person.map { try [transaction.agent($0)].compactMap(\.self) } ?? transaction.agents()
            return (agents, try transaction.work(of: agents))
        }
        let names = try await people.colleagueNames(agents.map(\.person))
        return agents.map { AgentShape($0, name: names[$0.person], work[$0.person]) }
    }

    private func skillShapes() async throws -> APIPage<SkillShape> {
        let (agents, rules) = try await ground.database.read { (try $0.work(of: try $0.agents()), try $0.allRules()) }
        var all: [String: (agents: [String: Int], queues: [String: Int])] = [:]
        for (person, work) in agents {
            for (skill, level) in work.abilities.skills ?? [:] {
                all[skill, default: ([:], [:])].agents[person.description] = level
            }
        }
        for (queue, rules) in rules {
            for (skill, level) in rules.skills { all[skill, default: ([:], [:])].queues[queue.description] = level }
        }
        return APIPage(
            all.sorted { $0.key < $1.key }.map { SkillShape(name: $0.key, agents: $0.value.agents, queues: $0.value.queues) })
    }
}

extension Transaction {
    fileprivate struct AgentWork: Sendable {
        var queues: [ID<Queue>] = []
        var conversations = 0
        var abilities = Abilities()
    }

    fileprivate func work(of agents: [Agent]) throws -> [PersonID: AgentWork] {
        var work = Dictionary(uniqueKeysWithValues: agents.map { ($0.person, AgentWork()) })
        for row in try rows("SELECT person_id, queue_id FROM queue_agent ORDER BY queue_id") {
            try work[row["person_id"]]?.queues.append(row["queue_id"])
        }
        for row in try rows(
            "SELECT agent_id, count(*) AS n FROM enquiry WHERE state = 'active' AND agent_id IN \(list: agents.map(\.person)) GROUP BY agent_id"
        ) {
            try work[row["agent_id"]]?.conversations = row["n"]
        }
        for agent in agents { try work[agent.person]?.abilities = abilities(of: agent.person) }
        return work
    }
}
