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
struct TextWish: APIShape {
    let text: String

    static var limits: [String: APISchema] { ["text": .text(longest: Message.longest, shortest: 1)] }
}

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

struct SaidShape: APIShape {
    let sequence: Int
    let masked: [String]?
}

extension APISchema {
    /// What a team calls something: a line that begins and ends with something to see.
    static let name = APISchema.text(longest: 80, shortest: 1, pattern: "^[^\\s\\p{C}]([^\\p{C}]*[^\\s\\p{C}])?$")
}

extension Desk {
    var writingOperations: [APIOperation] {
        [
            .change(
                .post, "/enquiries/{enquiry}/messages", "sendMessage", .writeConversations,
                "Says something to the visitor and the team, marked as said by a program.", status: .created
            ) { (call, wish: TextWish) in
                let id: ConversationID = try call.parameter("enquiry")
                try await read(id, by: call)
                let said = try await conversations.say(wish.text, id: call.id, in: id, by: call.person)
                return SaidShape(sequence: said.sequence, masked: said.masked)
            },
            .change(
                .post, "/enquiries/{enquiry}/notes", "addNote", .writeConversations, "Adds a note that only the team sees.",
                status: .created
            ) { (call, wish: TextWish) in
                let id: ConversationID = try call.parameter("enquiry")
                try await read(id, by: call)
                let said = try await conversations.note(wish.text, id: call.id, in: id, by: call.person)
                return SaidShape(sequence: said.sequence, masked: said.masked)
            },
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
        let now = ground.clock.now
        let queue = Queue(
            id: .init(at: now), name: wish.name, guardPolicy: wish.guardPolicy ?? .mask, keepsTranscript: wish.keepsTranscript ?? true)
        try await ground.database.write { transaction in
            guard try !transaction.queues().contains(where: { $0.name == wish.name }) else { throw Problem.nameTaken }
            try transaction.add(queue, at: now)
        }
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
