import Accounts
import Conversations
import Desk
import Foundation
import Server
import Storage
import Synchronization
import Vocabulary
import Web

/// Live support under load: a team in queues of ten, and conversations already begun and taken. What is said in them then goes the way
/// everybody's words go.
struct MeasuredShop: Sendable {
    static let agentsInQueue = 10

    private let house: House
    /// Where each agent's conversations begin.
    private let sites = Sites()

    private final class Sites: Sendable {
        let ofAgents = Mutex<[PersonID: SupportSite]>([:])
    }

    init(house: House) { self.house = house }

    var handlers: [LiveHandler] { [open, begin, wait, talk] }

    private struct Team: Decodable {
        let people: [PersonID]
        /// Their queues give out what waits, so many to each. Nil: everybody takes for themselves.
        let capacity: Int?
        /// Nobody is there until they say so.
        let isAway: Bool?
    }

    /// Makes agents of these people, every ten in a queue with a site of its own. Their pages connect afterwards.
    private var open: LiveHandler {
        LiveHandler("bench.shop", .members) { command in
            let team = try command.decode(Team.self)
            let now = SystemClock().now
            for start in stride(from: 0, to: team.people.count, by: Self.agentsInQueue) {
                let agents = team.people[start..<min(start + Self.agentsInQueue, team.people.count)]
                let queue = Queue(id: .init(at: now), name: "Queue \(start)")
                let site = SupportSite(id: .init(at: now), key: SupportSite.newKey(), name: queue.name, queue: queue.id, settings: .init())
                try await house.stores.data.write { transaction in
                    try transaction.add(queue, at: now)
                    try transaction.add(site, at: now)
                    if team.capacity != nil { try transaction.put(QueueRules.automatic, for: queue.id) }
                    for person in agents {
                        try transaction.give(.agent, to: person)
                        try transaction.put(
                            Agent(
                                person: person, status: team.isAway == true ? .away : .available, capacity: team.capacity ?? 4, since: now))
                        try transaction.put(person, into: queue.id)
                    }
                }
                sites.ofAgents.withLock { ofAgents in for person in agents { ofAgents[person] = site } }
            }
            return nil
        }
    }

    private struct Count: Decodable {
        let count: Int
    }

    private struct Begun: Encodable, Sendable {
        struct One: Encodable, Sendable {
            let conversation: ConversationID
            let token: String
        }
        let begun: [One]
    }

    /// Begins so many conversations in the sender's queue, as visitors do, and has the sender take them.
    private var begin: LiveHandler {
        LiveHandler("bench.begin", .roles([.agent])) { command in
            let (wish, sender) = (try command.decode(Count.self), try command.sender.member)
            guard let site = sites.ofAgents.withLock({ $0[sender.person] }) else { throw Problem.notFound }
            var begun: [Begun.One] = []
            for _ in 0..<wish.count {
                let first = EnquiryWish(card: .init(name: "Cleo"), text: "Where is my order?", id: Self.newID())
                let (enquiry, token) = try await house.desk.begin(first, at: site)
                try await house.desk.open(enquiry.conversation, as: sender, takes: true)
                begun.append(.init(conversation: enquiry.conversation, token: token))
            }
            return Begun(begun: begun)
        }
    }

    /// Begins so many conversations in the sender's queue, which wait there until they are given out.
    private var wait: LiveHandler {
        LiveHandler("bench.wait", .roles([.agent])) { command in
            let (wish, sender) = (try command.decode(Count.self), try command.sender.member)
            guard let site = sites.ofAgents.withLock({ $0[sender.person] }) else { throw Problem.notFound }
            for _ in 0..<wish.count {
                _ = try await house.desk.begin(.init(card: .init(name: "Cleo"), text: "Where is my order?", id: Self.newID()), at: site)
            }
            return nil
        }
    }

    private struct Talk: Decodable {
        let conversation: ConversationID
        let count: Int
    }

    /// Says so many things in a conversation, one after another: what somebody missed.
    private var talk: LiveHandler {
        LiveHandler("bench.talk", .roles([.agent])) { command in
            let wish = try command.decode(Talk.self)
            for number in 0..<wish.count {
                try await house.conversations.say(
                    "missed \(number), and about as long as a line that somebody writes to a shop", id: Self.newID(),
                    in: wish.conversation, by: command.sender.person)
            }
            return nil
        }
    }

    private static func newID() -> CommandID {
        guard let id = CommandID(UUID().uuidString.lowercased()) else { preconditionFailure("a UUID is a command's id") }
        return id
    }
}
