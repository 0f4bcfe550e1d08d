package import Conversations
package import Vocabulary

/// Decides who answers whom. **Pure**: what is known goes in, steps come out, and the time is an argument.
///
/// Whoever waits is served by rank: their arrival, made earlier by their priority. So it is first in, first out among equals, and
/// nobody starves, since everybody's rank is in time better than that of all who come. Each is offered to the eligible agent with the
/// smallest part of their capacity in use, and among those to the one who has been without an offer the longest.
/// Only what is open now counts as use: who comes back from a holiday is an agent like every other.
package struct Router: Sendable {
    package typealias Channel = Enquiry.Channel

    /// How much earlier one step of priority makes an arrival.
    package static let worth = Duration.seconds(60)

    /// Somebody who answers.
    package struct Agent: Sendable, Equatable {
        package let person: PersonID
        package var queues: Set<ID<Queue>>
        /// They said that they are available.
        package var isAvailable: Bool
        /// From when on they are no longer connected; nil while they are.
        package var goneAt: Timestamp?
        package var capacity: [Channel: Int]
        package var abilities: Abilities
        /// When they were last offered something.
        package var assignedAt: Timestamp

        package init(
            _ person: PersonID, queues: Set<ID<Queue>>, isAvailable: Bool = true, goneAt: Timestamp? = nil, capacity: [Channel: Int],
            abilities: Abilities = .init(), assignedAt: Timestamp = .init(milliseconds: 0)
        ) {
            self.person = person
            self.queues = queues
            self.isAvailable = isAvailable
            self.goneAt = goneAt
            self.capacity = capacity
            self.abilities = abilities
            self.assignedAt = assignedAt
        }

        /// Available and connected.
        package func isThere(at now: Timestamp) -> Bool { isAvailable && (goneAt.map { now < $0 } ?? true) }
    }

    /// An enquiry that nobody has taken.
    package struct Case: Sendable, Equatable {
        package let id: ConversationID
        package var queue: ID<Queue>
        package var channel: Channel
        package var priority: Int
        package var waitingSince: Timestamp
        package var language: String
        package var needs: Needs
        /// The agent whom the visitor knows.
        package var sticky: PersonID?
        package var offer: Offer?
        /// Who did not take it in this round.
        package var tried: Set<PersonID> = []
        /// Everybody was asked: when the next round begins.
        package var pausedUntil: Timestamp?
        package var attempts = 0
        /// It came over from another queue, and does not go on to a third.
        package var hasMoved = false

        package init(
            _ id: ConversationID, in queue: ID<Queue>, channel: Channel = .chat, priority: Int = 0, since: Timestamp,
            language: String = "en", needs: Needs = .init(), sticky: PersonID? = nil
        ) {
            self.id = id
            self.queue = queue
            self.channel = channel
            self.priority = priority
            waitingSince = since
            self.language = language
            self.needs = needs
            self.sticky = sticky
        }

        var rank: Int64 { Router.rank(priority: priority, since: waitingSince) }
    }

    package struct Offer: Sendable, Equatable {
        package let agent: PersonID
        package let until: Timestamp

        package init(agent: PersonID, until: Timestamp) {
            self.agent = agent
            self.until = until
        }
    }

    /// A conversation that an agent has open.
    package struct Open: Sendable, Equatable {
        package let agent: PersonID
        package let queue: ID<Queue>
        package let channel: Channel
        package let since: Timestamp
        /// Whether the visitor waits for an answer.
        package let awaitsTeam: Bool
        package let language: String
        package let needs: Needs

        package init(
            agent: PersonID, queue: ID<Queue>, channel: Channel, since: Timestamp, awaitsTeam: Bool = true, language: String = "en",
            needs: Needs = .init()
        ) {
            self.agent = agent
            self.queue = queue
            self.channel = channel
            self.since = since
            self.awaitsTeam = awaitsTeam
            self.language = language
            self.needs = needs
        }
    }

    package enum Step: Sendable, Equatable {
        case offer(ConversationID, Offer)
        case withdraw(ConversationID, from: PersonID, Withdrawal)
        /// The agent who had it is gone: it waits again.
        case release(ConversationID, from: PersonID)
        case move(ConversationID, to: ID<Queue>)
        case leaveMessage(ConversationID)
        /// Everybody was asked in vain.
        case pause(ConversationID, until: Timestamp)
        case beginRound(ConversationID)
    }

    package enum Withdrawal: String, Sendable {
        case unanswered, agentGone
    }

    package var rules: [ID<Queue>: QueueRules]
    package var agents: [PersonID: Agent]
    package var line: [ConversationID: Case]
    package var open: [ConversationID: Open]

    package init(
        rules: [ID<Queue>: QueueRules] = [:], agents: [PersonID: Agent] = [:], line: [ConversationID: Case] = [:],
        open: [ConversationID: Open] = [:]
    ) {
        self.rules = rules
        self.agents = agents
        self.line = line
        self.open = open
    }

    package static func rank(priority: Int, since: Timestamp) -> Int64 {
        since.milliseconds - Int64(priority) * worth.inMilliseconds
    }

    // MARK: - What happens

    package mutating func arrived(_ item: Case) {
        line[item.id] = item
    }

    /// The agent takes what was offered, or what waits.
    /// - Returns: false when it is not theirs to take.
    package mutating func accept(_ id: ConversationID, by agent: PersonID, at now: Timestamp) -> Bool {
        guard let item = line[id], item.offer == nil || item.offer?.agent == agent else { return false }
        line[id] = nil
        open[id] = Open(
            agent: agent, queue: item.queue, channel: item.channel, since: now, language: item.language, needs: item.needs)
        return true
    }

    package mutating func decline(_ id: ConversationID, by agent: PersonID) -> Bool {
        guard line[id]?.offer?.agent == agent else { return false }
        line[id]?.offer = nil
        line[id]?.tried.insert(agent)
        return true
    }

    /// It is over, taken or not.
    package mutating func close(_ id: ConversationID) {
        line[id] = nil
        open[id] = nil
    }
}

/// What somebody can do, and how much of what.
package struct Abilities: Codable, Sendable, Equatable {
    /// By skill: its level, 1 and more.
    package var skills: [String: Int]?
    /// Language codes. Nil: all that are asked for.
    package var languages: [String]?
    /// Most messages, and calls, at a time; most chats stand in `Agent.capacity`.
    package var messages: Int?
    package var calls: Int?

    package init(skills: [String: Int]? = nil, languages: [String]? = nil, messages: Int? = nil, calls: Int? = nil) {
        self.skills = skills
        self.languages = languages
        self.messages = messages
        self.calls = calls
    }
}

/// What an enquiry asks of whoever answers it.
package struct Needs: Codable, Sendable, Equatable {
    /// By skill: its least level.
    package var skills: [String: Int]?

    package init(skills: [String: Int]? = nil) {
        self.skills = skills
    }
}
