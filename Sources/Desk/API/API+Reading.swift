import Accounts
import Conversations
import Foundation
import Storage
import Vocabulary
import Web

extension Desk {
    private static let cursor = APIOperation.Parameter(
        name: "cursor", schema: .id, meaning: "What `next` of the page before said.")
    private static func byID(_ name: String, _ meaning: String) -> APIOperation.Parameter {
        .init(name: name, schema: .id, meaning: meaning)
    }

    var readingOperations: [APIOperation] {
        [
            .get("/sites", "listSites", .readSites, "Lists the web sites whose visitors are answered here.") { _ in
                try await ground.database.read { APIPage(try $0.supportSites().map(SiteShape.init)) }
            },
            .get("/sites/{site}", "readSite", .readSites, "Reads about one web site.") { call in
                try await siteShape(call)
            },
            .get("/queues", "listQueues", .readSites, "Lists the queues in which visitors wait.") { _ in
                try await ground.database.read { APIPage(try $0.queues().map(QueueShape.init)) }
            },
            .get(
                "/enquiries", "listEnquiries", .readConversations,
                "Lists enquiries, newest first: who waits and who answers, not what is said.",
                [
                    .limit, Self.cursor,
                    .init(name: "state", schema: Enquiry.State.schema, meaning: "Only those in this state."),
                    Self.byID("queue", "Only those in this queue."), Self.byID("site", "Only those from this site."),
                    Self.byID("agent", "Only those of this agent."),
                ]
            ) { try await enquiryPage($0) },
            .get(
                "/enquiries/{enquiry}", "readEnquiry", .readConversations,
                "Reads where an enquiry stands, with tags and outcome, not what is said in it."
            ) { (call) -> EnquiryShape in
                let found = try await enquiry(try call.parameter("enquiry"))
                let care = try await ground.database.read { try $0.care(of: found.conversation) }
                return EnquiryShape(found, care)
            },
            .get(
                "/enquiries/{enquiry}/messages", "listMessages", .readConversations,
                "Reads what was said. It is written down, and the visitor sees that the program reads.",
                [
                    .limit,
                    .init(
                        name: "cursor", schema: .integer(0...1_000_000_000),
                        meaning: "The sequence after which to go on; 0 is the beginning."),
                ]
            ) { try await eventPage($0) },
            .get(
                "/visitors/{visitor}", "readVisitor", .readConversations,
                "Reads what a visitor said about themself. It is written down, and the visitor sees that the program reads."
            ) { try await visitorShape($0) },
        ]
    }

    private func siteShape(_ call: APICall) async throws -> SiteShape {
        let id: ID<SupportSite> = try call.parameter("site")
        guard let site = try await ground.database.read({ try $0.supportSite(id) }) else { throw Problem.notFound }
        return SiteShape(site)
    }

    func enquiry(_ id: ConversationID) async throws -> Enquiry {
        guard let enquiry = try await ground.database.read({ try $0.enquiry(id) }) else { throw Problem.notFound }
        return enquiry
    }

    private func enquiryPage(_ call: APICall) async throws -> APIPage<EnquiryShape> {
        let limit = try call.query("limit", as: Int.self) ?? API.usualPage
        let wish = EnquiryFilter(
            before: try call.query("cursor"),
            state: try call.query["state"].map { text throws(Problem) in
                guard let state = Enquiry.State(rawValue: text) else { throw .malformed }
                return state
            }, queue: try call.query("queue"), site: try call.query("site"), agent: try call.query("agent"))
        let found = try await ground.database.read { try $0.enquiries(wish, limit: limit + 1) }
        return APIPage(found.map { EnquiryShape($0) }, limit: limit) { $0.id.description }
    }

    private func eventPage(_ call: APICall) async throws -> APIPage<EventShape> {
        let id: ConversationID = try call.parameter("enquiry")
        let limit = try call.query("limit", as: Int.self) ?? API.usualPage
        let after = try call.query("cursor", as: Int.self) ?? 0
        try await read(id, by: call)
        // Sequences have no holes: so many before the one that follows the page are the page.
        let stream = StreamID(Conversations.stream, about: id)
        let events = try await ground.streams.latest(stream, before: after + limit + 2, limit: limit + 1).filter { $0.sequence > after }
        let bodies = try await ground.streams.bodies(of: events)
        let shapes = zip(events, bodies).map { event, body in
            EventShape(
                sequence: event.sequence, kind: event.kind, at: event.at,
                body.flatMap { try? JSONDecoder().decode(EventShape.Body.self, from: Data($0.utf8)) })
        }
        return APIPage(shapes.reversed(), limit: limit) { String($0.sequence) }
    }

    private func visitorShape(_ call: APICall) async throws -> VisitorShape {
        let person: PersonID = try call.parameter("visitor")
        guard let visitor = try await ground.database.read({ try $0.visitor(person) }) else { throw Problem.notFound }
        try await read(visitor.conversation, by: call)
        let rating = try await ground.database.read { try $0.rating(of: visitor.conversation) }
        return VisitorShape(
            id: person, site: visitor.site, enquiry: visitor.conversation, language: visitor.language, notice: visitor.notice,
            beganAt: visitor.beganAt, card: try await card(of: visitor), rating: try await ratingWords(rating))
    }

    /// Lets the program in, and writes down that it read, **before** it gets anything (C54).
    func read(_ id: ConversationID, by call: APICall) async throws {
        switch call.context.principal {
        case .program(let program): try await open(id, as: program)
        case .member(let member): try await open(id, as: member)
        default: throw Problem.forbidden
        }
    }
}

extension APIPage {
    /// A list that is never long.
    init(_ all: [Item]) {
        self.init(all, limit: max(all.count, 1)) { _ in "" }
    }
}

/// Which enquiries a program wants to see.
struct EnquiryFilter: Sendable {
    let before: ConversationID?
    let state: Enquiry.State?
    let queue: ID<Queue>?
    let site: ID<SupportSite>?
    let agent: PersonID?
}

extension Transaction {
    /// What the team keeps about an enquiry.
    fileprivate func care(of id: ConversationID) throws -> EnquiryShape.Care {
        .init(
            tags: try tags(of: [id])[id] ?? [], wrapUp: try wrapUp(of: id), snoozedUntil: try snoozes(of: [id])[id],
            mergedInto: try merge(of: id))
    }

    /// Newest first.
    func enquiries(_ wish: EnquiryFilter, limit: Int) throws -> [Enquiry] {
        var sql = SQL.StringInterpolation(literalCapacity: 200, interpolationCount: 6)
        sql.appendLiteral("SELECT * FROM enquiry WHERE 1 = 1")
        func only(_ condition: StaticString, _ value: (some SQLConvertible)?) {
            guard let value else { return }
            sql.appendLiteral(" AND ")
            sql.appendInterpolation(name: condition)
            sql.appendInterpolation(value)
        }
        only("conversation_id <", wish.before)
        only("state =", wish.state)
        only("queue_id =", wish.queue)
        only("site_id =", wish.site)
        only("agent_id =", wish.agent)
        sql.appendLiteral(" ORDER BY conversation_id DESC LIMIT ")
        sql.appendInterpolation(limit)
        return try rows(SQL(stringInterpolation: sql)).map(Enquiry.init)
    }
}

extension APIOperation.Parameter {
    static let limit = Self(
        name: "limit", schema: .integer(1...API.largestPage), meaning: "Most items of a page; \(API.usualPage) when it is not given.")
}
