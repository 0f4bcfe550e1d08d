import Conversations
package import Storage
package import Vocabulary
import Web

/// A reply that the team gives often. `{visitor.name}`, `{agent.name}` and `{site.name}` are filled in by the page when it is chosen.
package struct SavedReply: Sendable, Equatable {
    package let id: ID<SavedReply>
    /// The queue whose agents see it; nil: all of them.
    package let queue: ID<Queue>?
    /// What one types after `/`.
    package let shortcut: String
    package let text: String

    package init(id: ID<SavedReply>, queue: ID<Queue>? = nil, shortcut: String, text: String) {
        self.id = id
        self.queue = queue
        self.shortcut = shortcut
        self.text = text
    }
}

extension SavedReply {
    /// What can be typed after `/`: without spaces, so that the inbox sees where it ends.
    static var shortcuts: Regex<Substring> { /[^\s\p{C}\/]+/ }
}

extension Desk {
    /// Keeps a reply, whoever asks: a page or a program.
    func save(_ reply: SavedReply, isNew: Bool) async throws {
        try await ground.database.write { transaction in
            if let queue = reply.queue, try transaction.queue(queue) == nil { throw Problem.notFound }
            guard try isNew || transaction.savedReplies().contains(where: { $0.id == reply.id }) else { throw Problem.notFound }
            try transaction.put(reply)
        }
    }
}

/// A word by which the team says how a conversation ended.
package struct WrapUp: Sendable, Equatable {
    package let id: ID<WrapUp>
    package let name: String

    package init(id: ID<WrapUp>, name: String) {
        self.id = id
        self.name = name
    }
}

extension Transaction {
    package func put(_ reply: SavedReply) throws(StorageError) {
        try run(
            """
            INSERT INTO saved_reply (id, queue_id, shortcut, text) VALUES (\(reply.id), \(reply.queue), \(reply.shortcut), \(reply.text))
            ON CONFLICT (id) DO UPDATE SET queue_id = excluded.queue_id, shortcut = excluded.shortcut, text = excluded.text
            """)
    }

    func savedReplies() throws(StorageError) -> [SavedReply] {
        var replies: [SavedReply] = []
        for row in try rows("SELECT * FROM saved_reply ORDER BY shortcut, id") {
            replies.append(
                SavedReply(id: try row["id"], queue: try row["queue_id"], shortcut: try row["shortcut"], text: try row["text"]))
        }
        return replies
    }

    func remove(_ reply: ID<SavedReply>) throws(StorageError) {
        try run("DELETE FROM saved_reply WHERE id = \(reply)")
    }

    /// False when there is one of that name.
    @discardableResult
    package func add(_ wrapUp: WrapUp) throws(StorageError) -> Bool {
        try exists("INSERT INTO wrap_up (id, name) VALUES (\(wrapUp.id), \(wrapUp.name)) ON CONFLICT (name) DO NOTHING RETURNING id")
    }

    func wrapUps() throws(StorageError) -> [WrapUp] {
        var all: [WrapUp] = []
        for row in try rows("SELECT * FROM wrap_up ORDER BY name") { all.append(WrapUp(id: try row["id"], name: try row["name"])) }
        return all
    }

    func remove(_ wrapUp: ID<WrapUp>) throws(StorageError) {
        try run("DELETE FROM wrap_up WHERE id = \(wrapUp)")
    }
}
