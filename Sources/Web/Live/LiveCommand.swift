import Foundation
package import Vocabulary

/// What a browser asked over the live link: a JSON object with `type`, a client-made `id`, and the command's own members.
package struct LiveCommand: Sendable {
    package let type: String
    /// The client's idempotency key. Answered by exactly one `ack` or `refused`.
    package let id: CommandID
    /// The whole command, for a handler that needs one member alone, or the very words of it.
    package let members: JSONMembers
    /// Who asked, and over which connection.
    package let sender: LiveSender

    package init(type: String, id: CommandID, members: JSONMembers, sender: LiveSender) {
        self.type = type
        self.id = id
        self.members = members
        self.sender = sender
    }

    /// The command's members as a value. Throws `Problem.malformed` when they do not fit.
    package func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws(Problem) -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(members.bytes))
        } catch {
            throw .malformed
        }
    }
}

/// One end of a live link.
package struct LiveSender: Sendable, Equatable {
    package let principal: Principal
    package let person: PersonID
    /// Unique among all connections of all nodes.
    package let connection: ID<LiveSender>
    /// For limits: a number made from the household (`IPAddress.household`)
    /// with this process's own random seed, so that no address is kept.
    package let household: Int

    package init(principal: Principal, person: PersonID, connection: ID<LiveSender>, household: Int) {
        self.principal = principal
        self.person = person
        self.connection = connection
        self.household = household
    }
}
