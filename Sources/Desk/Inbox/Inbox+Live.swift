import Conversations
import Foundation
import Storage
package import Vocabulary
package import Web

extension Desk {
    private struct InboxWish: Decodable {
        let view: Inbox.View
        let after: String?
    }

    private struct LineWish: Decodable {
        let conversation: ConversationID
    }

    private struct LineAnswer: Encodable, Sendable {
        let line: Inbox.Line?
        let counts: Inbox.Counts
    }

    package var inboxHandlers: [LiveHandler] {
        [
            LiveHandler("desk.inbox", .roles(Self.staff), isRemembered: false) { command in
                let wish: InboxWish = try command.decode()
                return try await inbox(wish.view, after: wish.after, for: try command.sender.member)
            },
            LiveHandler("desk.line", .roles(Self.staff), isRemembered: false) { command in
                let wish: LineWish = try command.decode()
                let member = try command.sender.member
                let counts = try await ground.database.read { transaction in
                    Inbox.Counts(
                        mine: try transaction.enquiries(of: member.person).count,
                        waiting: try transaction.waitingCount(in: try reach(of: member, in: transaction)))
                }
                return LineAnswer(line: try await line(wish.conversation, for: member), counts: counts)
            },
            LiveHandler("desk.overview", .roles(Self.staff), isRemembered: false) { command in
                try await overview(for: try command.sender.member)
            },
        ]
    }

    /// What the page knows beside the conversations: who is here, what may be chosen.
    private struct Overview: Encodable, Sendable {
        struct Choice: Encodable, Sendable {
            let id: String
            let name: String
        }
        struct Colleague: Encodable, Sendable {
            let person: PersonID
            let name: String
            let status: Agent.Status
        }
        struct Reply: Encodable, Sendable {
            let id: String
            let shortcut: String
            let text: String
            let queue: String?
        }

        let me: PersonID
        let name: String
        let roles: [Role]
        /// Nil for who supervises but does not answer.
        let status: Agent.Status?
        let capacity: Int?
        let queues: [Choice]
        let colleagues: [Colleague]
        let replies: [Reply]
        let wrapUps: [Choice]
        let tags: [String]
    }

    private func overview(for member: Principal.Member) async throws -> Overview {
        let (me, queues, agents, replies, wrapUps, tags) = try await ground.database.read { transaction in
            let reach = try reach(of: member, in: transaction)
            return (
                try transaction.agent(member.person), try transaction.queues(),
                try transaction.agents().filter { try mayAnswer($0.person, in: transaction) },
                try transaction.savedReplies().filter { $0.queue.map(reach.contains) ?? true }, try transaction.wrapUps(),
                try transaction.commonTags()
            )
        }
        let names = try await people.colleagueNames(agents.map(\.person))
        return Overview(
            me: member.person, name: member.name.value, roles: member.roles.sorted { $0.rawValue < $1.rawValue }, status: me?.status,
            capacity: me?.capacity, queues: queues.map { .init(id: $0.id.description, name: $0.name) },
            colleagues: agents.filter { $0.person != member.person }.map {
                .init(person: $0.person, name: names[$0.person] ?? "", status: $0.status)
            }.sorted { $0.name < $1.name },
            replies: replies.map { .init(id: $0.id.description, shortcut: $0.shortcut, text: $0.text, queue: $0.queue?.description) },
            wrapUps: wrapUps.map { .init(id: $0.id.description, name: $0.name) }, tags: tags)
    }
}

extension Agent.Status: Codable {}

extension Transaction {
    /// Everybody who answers visitors.
    func agents() throws -> [Agent] {
        try rows("SELECT * FROM agent ORDER BY person_id").map(Agent.init)
    }
}
