package import Conversations
import Foundation
package import Storage
package import Vocabulary
import Web

extension Problem {
    /// The site takes no files from its visitors.
    static let filesOff = Problem(.forbidden, "problem.filesOff")
}

/// A web site whose visitors are answered here. Its public key stands in the one line of script on its pages.
package struct SupportSite: Sendable, Equatable {
    /// What the site's administrator chose. Stored as JSON; a member that is missing takes its default.
    package struct Settings: Codable, Sendable, Equatable {
        /// Origins whose pages may show the widget: scheme, host and port. Empty: any, which is only for trying it out.
        package var origins: [String] = []
        /// Who answers for the visitor's data on that site, and where their statement is (VOC-39).
        package var controller = ""
        package var statementURL = ""
        /// The widget's colour, `#rrggbb`.
        package var accent = "#1f6f5c"
        /// `left` or `right`.
        package var side = "right"
        /// By language code: what the widget says before the first message.
        package var greeting: [String: String] = [:]
        /// Counted up with every change of the notice; recorded with each conversation (C27, C28).
        package var noticeVersion = 1
        package var notice: [String: String] = [:]
        /// By language code: what a visitor agrees to before the first message, on a site that handles health, belief and the like.
        /// Empty: it does not, and asks not to be told of them.
        package var consent: [String: String] = [:]
        /// Days after the end of a conversation for which it is kept.
        package var keepDays = 90
        /// What is asked before the first message.
        package var questions = [Question("name"), Question("email")]
        /// In this order; the first that fits is shown.
        package var invitations: [Invitation] = []
        /// Whether visitors may hand over files.
        package var takesFiles = true
        /// Counted up with every new secret with which the site vouches for its customers; 0: it does not.
        package var identityGeneration = 0
        /// Whether the secret before the latest one still counts, while the site changes over.
        package var acceptsOldIdentity = false
        /// The site vouches for nobody any more; the number above is not given out again.
        package var isIdentityWithdrawn = false

        package init() {}

        package init(from decoder: any Decoder) throws {
            self.init()
            let values = try decoder.container(keyedBy: CodingKeys.self)
            func read<Value: Decodable>(_ key: CodingKeys, _ path: WritableKeyPath<Self, Value>, _ site: inout Self) throws {
                if let value = try values.decodeIfPresent(Value.self, forKey: key) { site[keyPath: path] = value }
            }
            try read(.origins, \.origins, &self)
            try read(.controller, \.controller, &self)
            try read(.statementURL, \.statementURL, &self)
            try read(.accent, \.accent, &self)
            try read(.side, \.side, &self)
            try read(.greeting, \.greeting, &self)
            try read(.noticeVersion, \.noticeVersion, &self)
            try read(.notice, \.notice, &self)
            try read(.consent, \.consent, &self)
            try read(.keepDays, \.keepDays, &self)
            try read(.questions, \.questions, &self)
            try read(.invitations, \.invitations, &self)
            try read(.takesFiles, \.takesFiles, &self)
            try read(.identityGeneration, \.identityGeneration, &self)
            try read(.acceptsOldIdentity, \.acceptsOldIdentity, &self)
            try read(.isIdentityWithdrawn, \.isIdentityWithdrawn, &self)
        }
    }

    package let id: ID<SupportSite>
    /// Public: 16 characters that name the site to this server.
    package let key: String
    package let name: String
    /// Where its visitors wait unless they choose otherwise.
    package let queue: ID<Queue>
    package let settings: Settings

    package init(id: ID<SupportSite>, key: String, name: String, queue: ID<Queue>, settings: Settings = .init()) {
        self.id = id
        self.key = key
        self.name = name
        self.queue = queue
        self.settings = settings
    }

    /// A fresh public key.
    package static func newKey() -> String {
        var random = SystemRandomNumberGenerator()
        return CrockfordBase32.encode((0..<10).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
}

/// A line in which visitors wait for the same people.
package struct Queue: Sendable, Equatable {
    package let id: ID<Queue>
    package let name: String
    package let guardPolicy: Conversation.Guard
    package let keepsTranscript: Bool

    package init(id: ID<Queue>, name: String, guardPolicy: Conversation.Guard = .mask, keepsTranscript: Bool = true) {
        self.id = id
        self.name = name
        self.guardPolicy = guardPolicy
        self.keepsTranscript = keepsTranscript
    }
}

extension Transaction {
    package func add(_ site: SupportSite, at now: Timestamp) throws {
        let settings = String(decoding: try JSONEncoder().encode(site.settings), as: UTF8.self)
        try run(
            """
            INSERT INTO support_site (id, key, name, queue_id, settings, created_at)
            VALUES (\(site.id), \(site.key), \(site.name), \(site.queue), \(settings), \(now))
            """)
    }

    package func supportSite(key: String) throws -> SupportSite? {
        try first("SELECT * FROM support_site WHERE key = \(key)").map(SupportSite.init)
    }

    package func supportSites() throws -> [SupportSite] {
        try rows("SELECT * FROM support_site ORDER BY name").map(SupportSite.init)
    }

    package func add(_ queue: Queue, at now: Timestamp) throws(StorageError) {
        try run(
            """
            INSERT INTO support_queue (id, name, guard, keeps_transcript, created_at)
            VALUES (\(queue.id), \(queue.name), \(queue.guardPolicy), \(queue.keepsTranscript), \(now))
            """)
    }

    package func queue(_ id: ID<Queue>) throws -> Queue? {
        try first("SELECT * FROM support_queue WHERE id = \(id)").map(Queue.init)
    }

    package func queues() throws -> [Queue] {
        try rows("SELECT * FROM support_queue ORDER BY name").map(Queue.init)
    }
}

extension SupportSite {
    init(_ row: Row) throws {
        id = try row["id"]
        key = try row["key"]
        name = try row["name"]
        queue = try row["queue_id"]
        settings = try JSONDecoder().decode(Settings.self, from: Data(try row.get("settings", as: String.self).utf8))
    }
}

extension Queue {
    init(_ row: Row) throws {
        id = try row["id"]
        name = try row["name"]
        guardPolicy = try row["guard"]
        keepsTranscript = try row["keeps_transcript"]
    }
}
