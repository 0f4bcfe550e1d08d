import Conversations
import Foundation
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Desk

/// What people do in the inbox and on the desk's pages, a program does with a token: care for an enquiry, words, figures.
@Suite(.timeLimit(.minutes(3))) struct CareByProgramTests {
    private struct Standing: Decodable {
        let id: String
        let state: String
        let agent: String?
    }

    private struct Named: Decodable {
        let id: String
    }

    private struct Listed: Decodable {
        let items: [Named]
    }

    private struct ReportAnswer: Decodable {
        struct Figures: Decodable {
            let visitors: Int?
            let wait: Int?
        }
        struct Line: Decodable {
            let key: String?
            let figures: Figures
        }
        let whole: Figures
        let days: [Line]
        let lines: [Line]
    }

    private struct BoardAnswer: Decodable {
        struct Line: Decodable {
            let queue: String
            let waiting: Int
            let messages: Int
            let today: ReportAnswer.Figures
        }
        let queues: [Line]
        let available: Int
        let busy: Int
        let away: Int
        let gone: Int
    }

    @Test("a program invites, snoozes, rouses, wraps up, merges and blocks", arguments: Engine.all)
    func cares(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let clerk = try await shop.program("Clerk", [.readConversations, .writeConversations, .writeSites])
        let reader = try await shop.program("Reader", [.readConversations])
        let (cleo, ana) = (try await shop.visitor(), try await shop.visitor("And mine?"))
        let (dan, eve) = (shop.agents[0].person, shop.agents[1].person)
        let path = "/enquiries/\(cleo.conversation)"
        #expect(try await reader.post(path + "/snooze", "{}").status == 403, "reading is not writing")
        #expect(try await clerk.post(path + "/assign", #"{"agent":"\#(dan)"}"#).status == 200)
        let aside: Standing = try await clerk.post(path + "/snooze", "{}").json()
        #expect(aside.state == "snoozed")
        #expect(try await clerk.post(path + "/snooze", #"{"until":1}"#).status == 400, "that was long ago")
        let back: Standing = try await clerk.post(path + "/rouse", "").json()
        #expect(back.state == "active")
        #expect(
            try await clerk.post(path + "/invite", #"{"agent":"\#(PersonID(at: SystemClock().now))"}"#).status == 422, "nobody of the team")
        #expect(try await clerk.post(path + "/invite", #"{"agent":"\#(eve)"}"#).status == 200)
        let conversation = try #require(ConversationID(cleo.conversation))
        #expect(try await shop.house.house.stores.data.read { try $0.isInvited(eve, to: conversation) })

        let outcome: Named = try await clerk.post("/wrap-ups", #"{"name":"Ordered"}"#).json()
        #expect(try await clerk.post("/wrap-ups", #"{"name":"Ordered"}"#).status == 409)
        #expect(try await clerk.send(.put, path + "/wrap-up", #"{"wrapUp":"\#(outcome.id)"}"#).status == 200)
        #expect(try await clerk.send(.put, path + "/wrap-up", #"{"wrapUp":"\#(cleo.conversation)"}"#).status == 404, "no such word")

        let merged: Standing = try await clerk.post(path + "/merge", #"{"into":"\#(ana.conversation)"}"#).json()
        #expect(merged.state == "closed")
        let blocked: Standing = try await clerk.post("/enquiries/\(ana.conversation)/block", "").json()
        #expect(blocked.state == "closed")
        try await shop.house.stop()
    }

    @Test("a program saves, changes and removes replies and words for outcomes", arguments: Engine.all)
    func words(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let clerk = try await shop.program("Clerk", [.readSites, .writeSites])
        let reply: Named = try await clerk.post("/saved-replies", #"{"shortcut":"Hello","text":"Hello {visitor.name}!"}"#).json()
        #expect(try await clerk.get("/saved-replies").text.contains(#""shortcut":"hello""#), "as the page keeps it")
        let changed = try await clerk.send(.put, "/saved-replies/\(reply.id)", #"{"shortcut":"hi","text":"Hi!"}"#)
        #expect(changed.status == 200 && changed.text.contains("Hi!"))
        #expect(try await clerk.send(.put, "/saved-replies/\(shop.agents[0].person)", #"{"shortcut":"hi","text":"Hi!"}"#).status == 404)
        #expect(try await clerk.send(.delete, "/saved-replies/\(reply.id)", "").status == 204)
        #expect(try await clerk.get("/saved-replies").json(Listed.self).items.isEmpty)
        let outcome: Named = try await clerk.post("/wrap-ups", #"{"name":"Sent back"}"#).json()
        #expect(try await clerk.get("/wrap-ups").json(Listed.self).items.map(\.id) == [outcome.id])
        #expect(try await clerk.send(.delete, "/wrap-ups/\(outcome.id)", "").status == 204)
        #expect(try await clerk.send(.delete, "/wrap-ups/\(outcome.id)", "").status == 404)
        try await shop.house.stop()
    }

    @Test("a program reads figures, and none about fewer than ten visitors", arguments: Engine.all)
    func figures(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let counter = try await shop.program("Counter", [.readReports])
        for _ in 1...9 { _ = try await shop.visitor() }
        let few: ReportAnswer = try await counter.get("/reports?zone=UTC").json()
        #expect(few.whole.visitors == nil && (few.days + few.lines).allSatisfy { $0.figures.visitors == nil })
        _ = try await shop.visitor()
        let enough: ReportAnswer = try await counter.get("/reports?zone=UTC&by=queue").json()
        #expect(enough.whole.visitors == 10 && enough.lines.first?.figures.visitors == 10)
        #expect(enough.days.count == 28 && enough.days.last?.figures.visitors == 10)
        #expect(try await counter.get("/reports?by=visitor").status == 400, "the document names no such division")
        #expect(try await counter.get("/reports?from=yesterday").status == 400)
        #expect(try await counter.get("/enquiries").status == 403, "figures are all it may see")
        let board: BoardAnswer = try await counter.get("/wallboard").json()
        let line = try #require(board.queues.first { $0.queue == shop.queue.id.description })
        #expect(line.messages == 10 && line.waiting == 0 && line.today.visitors == 10, "nobody was there, so all of them left a message")
        #expect(board.available + board.busy + board.away + board.gone == shop.agents.count)
        #expect(try await shop.program("Clerk", [.readConversations]).get("/wallboard").status == 403)
        try await shop.house.stop()
    }
}
