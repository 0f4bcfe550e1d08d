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
        try await database.write { _ = try $0.rows("UPDATE bot_turn SET due_at = 0 WHERE due_at IS NOT NULL") }
        try await desk.handOverOverdue()
        #expect(try await isWaiting(cleo))
        #expect(try await !isWaiting(ivy), "this one was answered")
        let token = try #require(try await database.read { try $0.tokens() }.first)
        try await desk.revoke(token.id)
        try await desk.handOverOverdue()
        #expect(try await isWaiting(ivy))
        try await shop.house.stop()
    }

    @Test(
        "a program has as many conversations of a queue at a time as the queue lets it; the next visitors wait for people",
        arguments: Engine.all)
    func conversationsAtATime(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let bot = try await shop.program("Order clerk", [.bot, .readConversations, .writeConversations])
        _ = try await bot.send(.put, "/queues/\(shop.queue.id)/bot", "")
        var rules = QueueRules()
        rules.programConversations = 2
        try await shop.house.house.stores.data.write { [rules] in try $0.put(rules, for: shop.queue.id) }
        func isWithProgram(_ caller: Shop.Caller) async throws -> Bool {
            try await bot.get("/enquiries/\(caller.conversation)").json(Enquiry.self).state == "active"
        }
        var callers: [Shop.Caller] = []
        for _ in 0..<3 { callers.append(try await shop.visitor()) }
        for (caller, isIn) in zip(callers, [true, true, false]) { #expect(try await isWithProgram(caller) == isIn) }
        #expect(try await !shop.house.house.desk.isStaffed(shop.queue.id), "nobody is there who could take one more")
        #expect(try await bot.post("/enquiries/\(callers[0].conversation)/close", "").status == 204)
        #expect(try await isWithProgram(try await shop.visitor()), "there is room again")
        #expect(try await bot.post("/enquiries/\(callers[1].conversation)/close", "").status == 204)
        // However many come at once, one is the first.
        let more = try await withThrowingTaskGroup(of: Shop.Caller.self) { group in
            for _ in 0..<8 { group.addTask { try await shop.visitor() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        var taken = 0
        for caller in more where try await isWithProgram(caller) { taken += 1 }
        #expect(taken == 1)
        try await shop.house.stop()
    }

    @Test(
        "a program says as many messages a minute in a conversation as the queue lets it, and is told when it may go on",
        arguments: Engine.all)
    func messagesAMinute(on engine: Engine) async throws {
        let clock = ManualClock(SystemClock().now)
        let shop = try await Shop.open(on: engine, clock: clock)
        let bot = try await shop.program("Order clerk", [.readConversations, .writeConversations])
        var rules = QueueRules()
        rules.programMessages = 3
        try await shop.house.house.stores.data.write { [rules] in try $0.put(rules, for: shop.queue.id) }
        let (cleo, ivy) = (try await shop.visitor(), try await shop.visitor())
        func say(_ text: String, to caller: Shop.Caller, key: String? = nil) async throws -> TestBrowser.Answer {
            try await bot.post("/enquiries/\(caller.conversation)/messages", #"{"text":"\#(text)"}"#, key: key)
        }
        for text in ["one", "two", "three"] { #expect(try await say(text, to: cleo, key: text + text).status == 201) }
        let refused = try await say("four", to: cleo, key: "fourfour")
        #expect(refused.status == 429 && refused.text.contains("urn:sotto:problem.programTooFast") && refused.text.contains("3 messages"))
        #expect(refused.headers[.contentType]?.hasPrefix("application/problem+json") == true)
        #expect(refused.headers[.retryAfter] == "20")
        #expect(try await say("three", to: cleo, key: "threethree").status == 201, "what was said is not said or counted again")
        #expect(try await say("one", to: ivy).status == 201, "each conversation is counted by itself")
        clock.advance(by: .milliseconds(19_999))
        #expect(try await say("four", to: cleo).status == 429)
        clock.advance(by: .milliseconds(1))
        #expect(try await say("four", to: cleo, key: "fourfour").status == 201)
        #expect(try await say("five", to: cleo).status == 429)
        let page = try await shop.page(of: cleo, from: ["conversation/\(cleo.conversation)": 0])
        var said: [String] = []
        for _ in 0..<4 {
            said.append(try await page.next { $0.kind == "message.sent" && $0.text.contains(#""part":"bot""#) }.body(Words.self).text)
        }
        #expect(said == ["one", "two", "three", "four"])
        try await shop.house.stop()
    }

    private struct Words: Decodable {
        let text: String
    }
}
