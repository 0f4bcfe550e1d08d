package import Conversations
import Storage
package import Vocabulary
package import Web

extension Desk {
    /// Those who look after the agents: they read along, advise in the team's stream, and take over.
    package static let supervisors: Set<Role> = [.supervisor, .administrator, .owner]

    /// A supervisor takes an enquiry over from whoever has it. The visitor is told, as with every opening (C18, C54).
    @discardableResult
    package func takeOver(_ id: ConversationID, as member: Principal.Member) async throws -> Enquiry {
        let now = ground.clock.now
        let before = try await ground.database.write { transaction -> PersonID? in
            guard let enquiry = try transaction.enquiry(id), try mayOpen(enquiry, member, in: transaction), enquiry.state != .closed else {
                throw Problem.notFound
            }
            guard enquiry.agent != member.person || enquiry.state != .active else { return nil }
            try transaction.run(
                """
                UPDATE enquiry SET state = 'active', agent_id = \(member.person), assigned_at = \(now), last_at = \(now)
                WHERE conversation_id = \(id) AND state <> 'closed'
                """)
            if enquiry.state == .waiting || enquiry.state == .offered { try transaction.countTaken(enquiry, at: now) }
            try transaction.tell(.enquiryTakenOver, about: id, at: now)
            return enquiry.agent
        }
        let enquiry = try await open(id, as: member, takes: true)
        if let before { ground.live.send(EnquiryTakenOver(conversation: id, by: member.name.value), to: [before]) }
        return enquiry
    }

    private struct TakeOverWish: Decodable {
        let conversation: ConversationID
    }

    var supervisorHandlers: [LiveHandler] {
        [
            LiveHandler("enquiry.takeOver", .roles(Self.supervisors)) { command in
                let wish: TakeOverWish = try command.decode()
                try await takeOver(wish.conversation, as: try command.sender.member)
                return nil
            }
        ]
    }
}

/// Tells an agent that a supervisor has the conversation now.
struct EnquiryTakenOver: Encodable, Sendable {
    let type = "enquiry.takenOver"
    let conversation: ConversationID
    let by: String
}
