import Conversations
import HTTPTypes
import Storage
import Vocabulary
import Web

extension Problem {
    /// There is one of this name already.
    static let nameTaken = Problem(.conflict, "problem.apiNameTaken")
}

/// What programs send.
struct QueueWish: APIShape {
    let name: String
    let guardPolicy: Conversation.Guard?
    let keepsTranscript: Bool?

    static var limits: [String: APISchema] { ["name": .name] }
}

struct SiteWish: APIShape {
    let name: String
    let queue: ID<Queue>
    let settings: SiteSettingsShape?

    static var limits: [String: APISchema] { ["name": .name] }
}

extension APISchema {
    /// What a team calls something: a line that begins and ends with something to see.
    static let name = APISchema.text(longest: 80, shortest: 1, pattern: "^[^\\s\\p{C}]([^\\p{C}]*[^\\s\\p{C}])?$")
}

extension Desk {
    var writingOperations: [APIOperation] {
        [
            .act(
                .post, "/enquiries/{enquiry}/close", "closeEnquiry", .writeConversations,
                "Ends an enquiry. Ending it again changes nothing."
            ) {
                call in
                let id: ConversationID = try call.parameter("enquiry")
                try await read(id, by: call)
                let (place, _) = try await conversations.place(of: call.person, in: id)
                try await close(id, by: call.person, as: place.part)
            },
            .change(.post, "/queues", "makeQueue", .writeSites, "Makes a queue.", or: Self.runners, status: .created) {
                (_, wish: QueueWish) in
                try await makeQueue(wish)
            },
            .change(
                .put, "/queues/{queue}", "changeQueue", .writeSites, "Changes a queue. What is not named stays as it is.", or: Self.runners
            ) { (call, wish: QueueWish) in try await changeQueue(try call.parameter("queue"), wish) },
            .change(.post, "/sites", "makeSite", .writeSites, "Enters a web site.", or: Self.runners, status: .created) {
                (_, wish: SiteWish) in
                let now = ground.clock.now
                let site = SupportSite(
                    id: .init(at: now), key: SupportSite.newKey(), name: wish.name, queue: wish.queue,
                    settings: SupportSite.Settings().changed(by: wish.settings))
                try await ground.database.write { transaction in
                    guard try transaction.queue(wish.queue) != nil else { throw Problem.notFound }
                    try transaction.add(site, at: now)
                }
                return SiteShape(site)
            },
            .change(
                .put, "/sites/{site}", "changeSite", .writeSites, "Changes a web site. A setting that is not named stays as it is.",
                or: Self.runners
            ) {
                (call, wish: SiteWish) in
                try await changeSite(try call.parameter("site"), wish)
            },
        ]
    }

    private func makeQueue(_ wish: QueueWish) async throws -> QueueShape {
        let queue = Queue(
            id: .init(at: ground.clock.now), name: wish.name, guardPolicy: wish.guardPolicy ?? .mask,
            keepsTranscript: wish.keepsTranscript ?? true)
        guard try await make(queue) else { throw Problem.nameTaken }
        return QueueShape(queue)
    }

    private func changeQueue(_ id: ID<Queue>, _ wish: QueueWish) async throws -> QueueShape {
        guard let known = try await ground.database.read({ try $0.queue(id) }) else { throw Problem.notFound }
        let queue = Queue(
            id: id, name: wish.name, guardPolicy: wish.guardPolicy ?? known.guardPolicy,
            keepsTranscript: wish.keepsTranscript ?? known.keepsTranscript)
        guard try await change(queue) else { throw Problem.nameTaken }
        return QueueShape(queue)
    }

    private func changeSite(_ id: ID<SupportSite>, _ wish: SiteWish) async throws -> SiteShape {
        let changed = try await ground.database.write { transaction in
            guard try transaction.queue(wish.queue) != nil,
                let found = try transaction.supportSites().first(where: { $0.id == id })
            else { throw Problem.notFound }
            let site = SupportSite(
                id: id, key: found.key, name: wish.name, queue: wish.queue, settings: found.settings.changed(by: wish.settings))
            try transaction.change(site)
            return SiteShape(site)
        }
        widget.clear()
        return changed
    }
}
