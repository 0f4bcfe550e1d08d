import Conversations
import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Desk

/// A program answers first, and hands over to people.
@Suite(.timeLimit(.minutes(3))) struct BotTests {
    private struct Enquiry: Decodable {
        let state: String
        let agent: String?
    }

    @Test("a program has the first word, is marked as one, and hands over to people", arguments: Engine.all)
    func handsOver(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let bot = try await shop.program("Order clerk", [.bot, .readConversations, .writeConversations])
        #expect(try await bot.send(.put, "/queues/\(shop.queue.id)/bot", "").status == 204)
        let cleo = try await shop.visitor()
        let page = try await shop.page(of: cleo, from: ["conversation/\(cleo.conversation)": 0])
        #expect(try await page.next { $0.kind == "participant.joined" && $0.text.contains("Order clerk") }.text.contains(#""part":"bot""#))
        let first: Enquiry = try await bot.get("/enquiries/\(cleo.conversation)").json()
        #expect(first.state == "active" && first.agent != nil)
        #expect(try await bot.post("/enquiries/\(cleo.conversation)/messages", #"{"text":"Which order?"}"#).status == 201)
        #expect(try await page.next { $0.text.contains("Which order?") }.text.contains(#""part":"bot""#))
        let dan = try await shop.page(of: shop.agents[0])
        #expect(try await bot.post("/enquiries/\(cleo.conversation)/handover", "").status == 204)
        _ = try await dan.next("enquiry.changed")
        #expect(try await bot.get("/enquiries/\(cleo.conversation)").json(Enquiry.self).state != "active")
        _ = try await page.next { $0.kind == "participant.left" }
        #expect(try await bot.post("/enquiries/\(cleo.conversation)/handover", "").status == 404, "it is not the program's any more")
        #expect(try await bot.send(.delete, "/queues/\(shop.queue.id)/bot", "").status == 204)
        let next = try await shop.visitor()
        #expect(try await bot.get("/enquiries/\(next.conversation)").json(Enquiry.self).state != "active")
        try await shop.house.stop()
    }

    @Test("Complaint 7: nobody waits for a program that does not answer, or whose token ended", arguments: Engine.all)
    func silentBot(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let bot = try await shop.program("Order clerk", [.bot, .readConversations, .writeConversations])
        _ = try await bot.send(.put, "/queues/\(shop.queue.id)/bot", "")
        let (cleo, ivy) = (try await shop.visitor(), try await shop.visitor())
        let database = shop.house.house.stores.data
        let desk = shop.house.house.desk
        func isWaiting(_ caller: Shop.Caller) async throws -> Bool {
            let id = try #require(ConversationID(caller.conversation))
            return try await database.read { try $0.enquiry(id) }?.agent.map { $0 } == nil
        }
        #expect(try await bot.post("/enquiries/\(ivy.conversation)/messages", #"{"text":"Hello"}"#).status == 201)
        // Its patience is over.
        try await database.write { _ = try $0.run("UPDATE bot_turn SET due_at = 0 WHERE due_at IS NOT NULL") }
        try await desk.handOverOverdue()
        #expect(try await isWaiting(cleo))
        #expect(try await !isWaiting(ivy), "this one was answered")
        let token = try #require(try await database.read { try $0.tokens() }.first)
        try await desk.revoke(token.id)
        try await desk.handOverOverdue()
        #expect(try await isWaiting(ivy))
        try await shop.house.stop()
    }
}
