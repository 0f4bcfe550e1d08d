import HTTPTypes
import Storage
import Vocabulary
import Web

/// A saved reply, as programs send it.
struct ReplyWish: APIShape {
    /// What one types after `/`.
    let shortcut: String
    let text: String
    /// The queue whose agents see it; absent: all of them.
    let queue: ID<Queue>?

    static var limits: [String: APISchema] {
        ["shortcut": .text(longest: 40, shortest: 1, pattern: "^[^\\s\\p{C}/]+$"), "text": .text(longest: 4000, shortest: 1)]
    }
}

struct ReplyShape: APIShape {
    let id: ID<SavedReply>
    let shortcut: String
    let text: String
    let queue: ID<Queue>?

    init(_ reply: SavedReply) { (id, shortcut, text, queue) = (reply.id, reply.shortcut, reply.text, reply.queue) }
}

struct WrapUpWish: APIShape {
    let name: String

    static var limits: [String: APISchema] {
        ["name": .text(longest: Desk.longestWord, shortest: 1, pattern: "^[^\\s\\p{C}]([^\\p{C}]*[^\\s\\p{C}])?$")]
    }
}

struct WrapUpShape: APIShape {
    let id: ID<WrapUp>
    let name: String

    init(_ wrapUp: WrapUp) { (id, name) = (wrapUp.id, wrapUp.name) }
}

extension Desk {
    /// What the team says often, and its words for how a conversation ended.
    var wordOperations: [APIOperation] {
        [
            .get("/saved-replies", "listSavedReplies", .readSites, "Lists the replies that the team has saved.") { _ in
                try await ground.database.read { APIPage(try $0.savedReplies().map(ReplyShape.init)) }
            },
            .change(.post, "/saved-replies", "saveReply", .writeSites, "Saves a reply for the team.", status: .created) {
                (_, wish: ReplyWish) in try await put(wish, as: ID(at: ground.clock.now), isNew: true)
            },
            .change(.put, "/saved-replies/{reply}", "changeSavedReply", .writeSites, "Changes a saved reply.") {
                (call, wish: ReplyWish) in try await put(wish, as: try call.parameter("reply"), isNew: false)
            },
            .act(.delete, "/saved-replies/{reply}", "removeSavedReply", .writeSites, "Removes a saved reply.") { call in
                let id: ID<SavedReply> = try call.parameter("reply")
                try await ground.database.write { transaction in
                    guard try transaction.savedReplies().contains(where: { $0.id == id }) else { throw Problem.notFound }
                    try transaction.remove(id)
                }
            },
            .get("/wrap-ups", "listWrapUps", .readSites, "Lists the team's words for how a conversation ended.") { _ in
                try await ground.database.read { APIPage(try $0.wrapUps().map(WrapUpShape.init)) }
            },
            .change(.post, "/wrap-ups", "makeWrapUp", .writeSites, "Adds a word for how a conversation ended.", status: .created) {
                (_, wish: WrapUpWish) in
                let wrapUp = WrapUp(id: .init(at: ground.clock.now), name: wish.name)
                guard try await ground.database.write({ try $0.add(wrapUp) }) else { throw Problem.nameTaken }
                return WrapUpShape(wrapUp)
            },
            .act(.delete, "/wrap-ups/{outcome}", "removeWrapUp", .writeSites, "Removes a word for how a conversation ended.") { call in
                let id: ID<WrapUp> = try call.parameter("outcome")
                try await ground.database.write { transaction in
                    guard try transaction.wrapUps().contains(where: { $0.id == id }) else { throw Problem.notFound }
                    try transaction.remove(id)
                }
            },
        ]
    }

    private func put(_ wish: ReplyWish, as id: ID<SavedReply>, isNew: Bool) async throws -> ReplyShape {
        let reply = SavedReply(id: id, queue: wish.queue, shortcut: wish.shortcut.lowercased(), text: wish.text)
        try await save(reply, isNew: isNew)
        return ReplyShape(reply)
    }
}
