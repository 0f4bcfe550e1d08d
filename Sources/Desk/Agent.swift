package import Storage
package import Vocabulary

/// Somebody who answers visitors, and how much they take on.
package struct Agent: Sendable, Equatable {
    package enum Status: String, Sendable, CaseIterable, SQLConvertible {
        case available, busy, away
    }

    package let person: PersonID
    package let status: Status
    /// Most conversations at a time.
    package let capacity: Int
    /// When the status was chosen.
    package let since: Timestamp

    package init(person: PersonID, status: Status = .away, capacity: Int = 4, since: Timestamp) {
        self.person = person
        self.status = status
        self.capacity = capacity
        self.since = since
    }
}

extension Agent {
    init(_ row: Row) throws(StorageError) {
        person = try row["person_id"]
        status = try row["status"]
        capacity = try row["capacity"]
        since = try row["since"]
    }
}

extension Transaction {
    /// Makes somebody an agent, or changes what they take on.
    package func put(_ agent: Agent) throws(StorageError) {
        try run(
            """
            INSERT INTO agent (person_id, status, capacity, since)
            VALUES (\(agent.person), \(agent.status), \(agent.capacity), \(agent.since))
            ON CONFLICT (person_id) DO UPDATE SET status = excluded.status, capacity = excluded.capacity, since = excluded.since
            """)
    }

    package func agent(_ person: PersonID) throws -> Agent? {
        try first("SELECT * FROM agent WHERE person_id = \(person)").map(Agent.init)
    }

    package func put(_ person: PersonID, into queue: ID<Queue>) throws(StorageError) {
        try run("INSERT INTO queue_agent (queue_id, person_id) VALUES (\(queue), \(person)) ON CONFLICT DO NOTHING")
    }

    package func queues(of person: PersonID) throws -> [Queue] {
        try rows(
            """
            SELECT support_queue.* FROM support_queue JOIN queue_agent ON queue_agent.queue_id = support_queue.id
            WHERE queue_agent.person_id = \(person) ORDER BY support_queue.name
            """
        ).map(Queue.init)
    }

    package func agents(of queue: ID<Queue>) throws -> [Agent] {
        try rows(
            "SELECT agent.* FROM agent JOIN queue_agent USING (person_id) WHERE queue_agent.queue_id = \(queue) ORDER BY agent.person_id"
        ).map(Agent.init)
    }
}
