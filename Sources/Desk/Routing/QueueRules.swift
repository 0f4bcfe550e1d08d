import Foundation
package import Storage
package import Vocabulary

/// How a queue gives out what waits in it. Stored as JSON; a member that is missing takes its default.
package struct QueueRules: Codable, Sendable, Equatable {
    package enum Mode: String, Codable, Sendable {
        /// Everybody of the queue sees what waits and takes it.
        case manual
        /// Each enquiry is offered to one agent after another.
        case automatic
    }

    /// A step by which less is asked of agents the longer somebody waits ("bullseye").
    package struct Ring: Codable, Sendable, Equatable {
        /// Seconds of waiting after which it opens.
        package var after: Int
        /// Levels that are forgiven in every skill.
        package var easing: Int
        package var anyLanguage: Bool

        package init(after: Int, easing: Int, anyLanguage: Bool = false) {
            self.after = after
            self.easing = easing
            self.anyLanguage = anyLanguage
        }
    }

    /// What becomes of whoever nobody took for too long.
    package struct Overflow: Codable, Sendable, Equatable {
        /// Seconds of waiting.
        package var after: Int
        /// Another queue; nil: it becomes a message, answered when somebody is there.
        package var queue: ID<Queue>?

        package init(after: Int, queue: ID<Queue>? = nil) {
            self.after = after
            self.queue = queue
        }
    }

    package var mode = Mode.manual
    /// Seconds that an offer stands.
    package var offerSeconds = 20
    /// Seconds until those who did not take it are asked again, once everybody was.
    package var pauseSeconds = 10
    /// Seconds for which an agent whom the visitor knows is waited for while they have no room.
    package var stickySeconds = 30
    package var matchesLanguage = false
    /// Asked of everybody who answers here, by skill: its least level.
    package var skills: [String: Int] = [:]
    /// Who answers here speaks one of these. Empty: any.
    package var languages: [String] = []
    package var rings: [Ring] = []
    package var overflow: Overflow?
    /// Seconds after which what an agent left behind goes to somebody else, once the visitor waits for an answer; nil: never.
    package var reassignSeconds: Int?
    /// Most who wait at a time; beyond it the message form is shown. Nil: no limit.
    package var mostWaiting: Int?
    package var hours = BusinessHours.always
    /// Seconds within which somebody should have been taken: the service level counts those who were.
    package var serviceSeconds = 60
    /// Seconds of the longest wait, and number waiting, from which the wallboard alerts.
    package var alertWaitSeconds: Int?
    package var alertWaiting: Int?

    /// Most conversations that a program has here at a time; beyond it visitors wait for people.
    package var programConversations = 100
    /// Most messages a minute that a program says in one conversation here.
    package var programMessages = 30

    package init() {}

    /// What a new queue with automatic routing begins with.
    package static var automatic: Self {
        var rules = Self()
        rules.mode = .automatic
        rules.reassignSeconds = 120
        rules.alertWaitSeconds = 120
        return rules
    }

    package init(from decoder: any Decoder) throws {
        self.init()
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ key: CodingKeys, _ path: WritableKeyPath<Self, Value>, _ rules: inout Self) throws {
            if let value = try values.decodeIfPresent(Value.self, forKey: key) { rules[keyPath: path] = value }
        }
        try read(.mode, \.mode, &self)
        try read(.offerSeconds, \.offerSeconds, &self)
        try read(.pauseSeconds, \.pauseSeconds, &self)
        try read(.stickySeconds, \.stickySeconds, &self)
        try read(.matchesLanguage, \.matchesLanguage, &self)
        try read(.skills, \.skills, &self)
        try read(.languages, \.languages, &self)
        try read(.rings, \.rings, &self)
        overflow = try values.decodeIfPresent(Overflow.self, forKey: .overflow)
        reassignSeconds = try values.decodeIfPresent(Int.self, forKey: .reassignSeconds)
        mostWaiting = try values.decodeIfPresent(Int.self, forKey: .mostWaiting)
        try read(.hours, \.hours, &self)
        try read(.serviceSeconds, \.serviceSeconds, &self)
        alertWaitSeconds = try values.decodeIfPresent(Int.self, forKey: .alertWaitSeconds)
        alertWaiting = try values.decodeIfPresent(Int.self, forKey: .alertWaiting)
        try read(.programConversations, \.programConversations, &self)
        try read(.programMessages, \.programMessages, &self)
    }
}

extension Transaction {
    /// The queue's rules; those of a queue that has none are the defaults.
    package func rules(of queue: ID<Queue>) throws -> QueueRules {
        try first("SELECT rules FROM queue_rules WHERE queue_id = \(queue)").map(QueueRules.init) ?? QueueRules()
    }

    package func allRules() throws -> [ID<Queue>: QueueRules] {
        var all: [ID<Queue>: QueueRules] = [:]
        for row in try rows("SELECT support_queue.id, rules FROM support_queue LEFT JOIN queue_rules ON queue_id = support_queue.id") {
            let text: String? = try row["rules"]
            all[try row["id"]] = try text.map(QueueRules.init(json:)) ?? QueueRules()
        }
        return all
    }

    package func put(_ rules: QueueRules, for queue: ID<Queue>) throws {
        let text = String(decoding: try JSONEncoder().encode(rules), as: UTF8.self)
        try run(
            """
            INSERT INTO queue_rules (queue_id, rules) VALUES (\(queue), \(text))
            ON CONFLICT (queue_id) DO UPDATE SET rules = excluded.rules
            """)
    }
}

extension QueueRules {
    init(_ row: Row) throws {
        try self.init(json: row.get("rules"))
    }

    init(json: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(json.utf8))
    }
}
