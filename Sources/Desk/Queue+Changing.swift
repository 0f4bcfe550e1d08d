import Accounts
import Storage
import Vocabulary
import Web

/// What is done to a queue, whoever asks: a page or a program.
extension Desk {
    /// Makes a queue that gives out what waits by itself. False when there is one of that name.
    func make(_ queue: Queue) async throws -> Bool {
        let now = ground.clock.now
        return try await ground.database.write { transaction in
            guard try transaction.queues().allSatisfy({ $0.name != queue.name }) else { return false }
            guard try transaction.queues().count < Self.mostQueues else { throw Problem.forbidden }
            try transaction.add(queue, at: now)
            try transaction.put(QueueRules.automatic, for: queue.id)
            return true
        }
    }

    /// False when another one has that name.
    func change(_ queue: Queue) async throws -> Bool {
        try await ground.database.write { transaction in
            guard try transaction.queue(queue.id) != nil else { throw Problem.notFound }
            guard try transaction.queues().allSatisfy({ $0.name != queue.name || $0.id == queue.id }) else { return false }
            try transaction.change(queue)
            return true
        }
    }

    /// How the queue gives out what waits, and when it is open.
    func put(_ rules: QueueRules, for id: ID<Queue>) async throws {
        try await ground.database.write { transaction in
            guard try transaction.queue(id) != nil else { throw Problem.notFound }
            try transaction.put(rules, for: id)
        }
        dispatcher.wake()
    }

    /// Lets somebody answer in a queue. **Only the owner appoints**: of everybody else somebody without a role of the desk is not taken.
    ///
    /// - Parameters:
    ///   - capacity: most chats at a time; nil: as before.
    ///   - appoints: whether whoever asks may give somebody the role.
    /// - Returns: false when they have no role of the desk, and may not be given one.
    func letAnswer(_ person: PersonID, in queue: ID<Queue>, capacity: Int?, appoints: Bool) async throws -> Bool {
        let now = ground.clock.now
        let isAppointed = try await ground.database.write { transaction in
            guard try transaction.queue(queue) != nil else { throw Problem.notFound }
            if try transaction.roles(of: person).isDisjoint(with: Self.staff) {
                guard appoints else { return false }
                try transaction.give(.agent, to: person)
            }
            let known = try transaction.agent(person) ?? Agent(person: person, since: now)
            try transaction.put(
                Agent(person: person, status: known.status, capacity: capacity ?? known.capacity, since: known.since))
            try transaction.put(person, into: queue)
            return true
        }
        if isAppointed { dispatcher.wake() }
        return isAppointed
    }

    func letAnswerNoMore(_ person: PersonID, in queue: ID<Queue>) async throws {
        try await ground.database.write { try $0.take(person, outOf: queue) }
        try await endPlaces(of: person)
    }

    /// Changes what an agent can do and how much they take on.
    func changeAgent(
        _ person: PersonID, _ change: @escaping @Sendable (inout Abilities, inout Int) -> Void
    ) async throws {
        try await ground.database.write { transaction in
            guard let agent = try transaction.agent(person) else { throw Problem.notFound }
            var (abilities, capacity) = (try transaction.abilities(of: person), agent.capacity)
            change(&abilities, &capacity)
            try transaction.put(abilities, of: person)
            try transaction.put(Agent(person: person, status: agent.status, capacity: capacity, since: agent.since))
        }
        dispatcher.wake()
    }
}

extension Transaction {
    fileprivate func change(_ queue: Queue) throws(StorageError) {
        try run(
            """
            UPDATE support_queue SET name = \(queue.name), guard = \(queue.guardPolicy), keeps_transcript = \(queue.keepsTranscript)
            WHERE id = \(queue.id)
            """)
    }

    fileprivate func take(_ person: PersonID, outOf queue: ID<Queue>) throws(StorageError) {
        try run("DELETE FROM queue_agent WHERE queue_id = \(queue) AND person_id = \(person)")
    }
}
