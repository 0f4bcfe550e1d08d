import Accounts
import Conversations
import Storage
import Vocabulary
import Web

/// What becomes of the work of somebody who answers nobody any more: their account was suspended or is gone, or they lost their role.
extension Desk {
    /// Whether enquiries can be given to somebody: they answer visitors, may sign in, and have a role for it.
    func mayAnswer(_ person: PersonID, in transaction: Transaction) throws -> Bool {
        try transaction.agent(person) != nil && !transaction.usableRoles(of: person).isDisjoint(with: Self.staff)
    }

    /// Everything they have waits again, before what came later: whoever is there is asked at once.
    func putBackEverything(of person: PersonID) async throws {
        let now = ground.clock.now
        let ids = try await ground.database.write { transaction -> [ConversationID] in
            try transaction.takeRoutingTurn()
            guard try transaction.usableRoles(of: person).isDisjoint(with: Self.staff) else { return [] }
            try transaction.retire(person, at: now)
            let ids = try transaction.unfinished(of: person)
            for id in ids {
                try transaction.putBack(id, from: person, at: now)
                try transaction.passOver(person, for: id)
            }
            return ids
        }
        dispatcher.wake()
        programDesk.courier.ring()
        await tellChanged(Set(ids), and: [person])
    }

    /// The same for whatever a server that ended in between left behind.
    package func putBackLeftBehind() async throws {
        let gone = try await ground.database.read { transaction in
            try transaction.mayHaveEnquiries().filter { person in
                guard try transaction.usableRoles(of: person).isDisjoint(with: Self.staff), try transaction.token(of: person) == nil else {
                    return false
                }
                return try !transaction.unfinished(of: person).isEmpty || transaction.places(of: person).contains { $0.part.isStaff }
            }
        }
        for person in gone { try await endPlaces(of: person) }
    }
}

extension Transaction {
    /// Nothing is offered to them any more, whatever they said.
    fileprivate func retire(_ agent: PersonID, at now: Timestamp) throws(StorageError) {
        try run("UPDATE agent SET status = 'away', since = \(now) WHERE person_id = \(agent) AND status <> 'away'")
        try run("UPDATE agent_routing SET gone_at = \(now) WHERE person_id = \(agent) AND (gone_at IS NULL OR gone_at > \(now))")
        try run("DELETE FROM agent_link WHERE person_id = \(agent)")
    }

    fileprivate func unfinished(of person: PersonID) throws(StorageError) -> [ConversationID] {
        var ids: [ConversationID] = []
        for row in try rows(
            "SELECT conversation_id FROM enquiry WHERE agent_id = \(person) AND state IN ('offered', 'active', 'snoozed')")
        { ids.append(try row["conversation_id"]) }
        return ids
    }

    /// Agents, and whoever else has an enquiry that goes on.
    fileprivate func mayHaveEnquiries() throws(StorageError) -> [PersonID] {
        var people: [PersonID] = []
        for row in try rows(
            """
            SELECT person_id FROM agent
            UNION SELECT agent_id FROM enquiry WHERE state IN ('offered', 'active', 'snoozed') AND agent_id IS NOT NULL
            """)
        { people.append(try row["person_id"]) }
        return people
    }

    /// What somebody has waits again. What was put aside stays so, and is nobody's when its time comes.
    func putBack(_ id: ConversationID, from agent: PersonID, at now: Timestamp) throws {
        try withdraw(id, from: agent)
        try run("UPDATE enquiry SET agent_id = NULL WHERE conversation_id = \(id) AND state = 'snoozed' AND agent_id = \(agent)")
        let isNew = try exists(
            """
            UPDATE enquiry SET state = 'waiting', agent_id = NULL, waiting_since = \(now), priority = \(Router.released)
            WHERE conversation_id = \(id) AND state = 'active' AND agent_id = \(agent) RETURNING state
            """)
        if isNew { try tell(.enquiryReleased, about: id, at: now) }
    }
}
