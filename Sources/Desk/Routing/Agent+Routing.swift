import Foundation
package import Storage
package import Vocabulary
import Web

extension Router.Agent {
    /// Without the queues.
    init(_ row: Row) throws {
        let text: String? = try row["abilities"]
        let abilities = try text.map { try JSONDecoder().decode(Abilities.self, from: Data($0.utf8)) } ?? Abilities()
        // Who was never connected has no row.
        let goneAt: Timestamp? = text == nil ? .init(milliseconds: 0) : try row["gone_at"]
        self.init(
            try row["person_id"], queues: [], isAvailable: try row.get("status", as: Agent.Status.self) == .available, goneAt: goneAt,
            capacity: [
                .chat: try row["capacity"], .message: abilities.messages ?? Abilities.usualMessages,
                .call: abilities.calls ?? Abilities.usualCalls,
            ], abilities: abilities, assignedAt: try row.get("assigned_at", as: Timestamp?.self) ?? .init(milliseconds: 0))
    }
}

extension Abilities {
    static let usualMessages = 8
    static let usualCalls = 1
}

extension Transaction {
    /// What an agent can do.
    package func put(_ abilities: Abilities, of agent: PersonID) throws {
        let text = String(decoding: try JSONEncoder().encode(abilities), as: UTF8.self)
        // Who was never connected is gone since ever.
        try run(
            """
            INSERT INTO agent_routing (person_id, gone_at, assigned_at, missed, abilities) VALUES (\(agent), 0, 0, 0, \(text))
            ON CONFLICT (person_id) DO UPDATE SET abilities = excluded.abilities
            """)
    }

    package func abilities(of agent: PersonID) throws -> Abilities {
        let text: String? = try first("SELECT abilities FROM agent_routing WHERE person_id = \(agent)")?.get("abilities")
        return try text.map { try JSONDecoder().decode(Abilities.self, from: Data($0.utf8)) } ?? Abilities()
    }

    // MARK: - Who is connected

    /// An agent's page opened a live link. False when the person is no agent.
    func connected(_ agent: PersonID, _ connection: ID<LiveSender>) throws(StorageError) -> Bool {
        let isAgent = try exists(
            """
            INSERT INTO agent_routing (person_id, gone_at, assigned_at, missed, abilities)
            SELECT person_id, NULL, 0, 0, '{}' FROM agent WHERE person_id = \(agent)
            ON CONFLICT (person_id) DO UPDATE SET gone_at = NULL RETURNING person_id
            """)
        guard isAgent else { return false }
        try run("INSERT INTO agent_link (connection, person_id) VALUES (\(connection), \(agent)) ON CONFLICT DO NOTHING")
        return true
    }

    /// A live link of an agent ended. From `gone` on they are not there, unless another page of theirs is.
    /// - Returns: false when it was not known.
    func disconnected(_ connection: ID<LiveSender>, goneAt gone: Timestamp) throws(StorageError) -> Bool {
        guard let row = try first("DELETE FROM agent_link WHERE connection = \(connection) RETURNING person_id") else { return false }
        let agent: PersonID = try row["person_id"]
        try run(
            """
            UPDATE agent_routing SET gone_at = \(gone) WHERE person_id = \(agent)
                AND NOT EXISTS (SELECT 1 FROM agent_link WHERE agent_link.person_id = \(agent))
            """)
        return true
    }

    func agentLinks() throws(StorageError) -> [(connection: ID<LiveSender>, agent: PersonID)] {
        var links: [(connection: ID<LiveSender>, agent: PersonID)] = []
        for row in try rows("SELECT connection, person_id FROM agent_link") { links.append((try row["connection"], try row["person_id"])) }
        return links
    }

    /// False when the person is no agent.
    func setStatus(of agent: PersonID, to status: Agent.Status, at now: Timestamp) throws(StorageError) -> Bool {
        try run("UPDATE agent_routing SET missed = 0 WHERE person_id = \(agent)")
        return try exists("UPDATE agent SET status = \(status), since = \(now) WHERE person_id = \(agent) RETURNING person_id")
    }
}
