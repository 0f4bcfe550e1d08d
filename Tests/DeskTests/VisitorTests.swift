import Conversations
import Foundation
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Desk

/// What a visitor may do with nothing but their conversation's token.
@Suite(.timeLimit(.minutes(4))) struct VisitorTests {
    @Test("Somebody who waits learns their true place, and who of the team read", arguments: Engine.all)
    func waiting(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let callers = [try await shop.visitor("One"), try await shop.visitor("Two"), try await shop.visitor("Three")]
        for (place, caller) in callers.enumerated() {
            let own = try await shop.own(caller)
            #expect(own.waiting?.position == place + 1)
            #expect(own.waiting?.minutes == nil, "with nobody answered yet, no estimate is honest")
        }
        // Only now, so that nobody is taken while places are counted.
        let dan = try await shop.page(of: shop.agents[0])
        dan.command("enquiry.take", #""conversation":"\#(callers[0].conversation)""#)
        _ = try await dan.next("ack")
        let first = try await shop.own(callers[0])
        #expect(first.waiting == nil && first.state == "active")
        #expect(Set(first.readers.map(\.name)) == ["Dan"] && first.readers.last?.part == "agent", "C54")
        try await shop.house.stop()
    }

    @Test(
        "A beginning of which nobody knows whether it was kept is begun once, and the team can open it",
        arguments: [CuttingProxy.Cut.before, .after])
    func unknownBeginning(cut: CuttingProxy.Cut) async throws {
        let server = try await PostgresServer()
        let proxy = CuttingProxy(to: server.port, word: "COMMIT", after: "INSERT INTO visitor (")
        let shop = try await Shop.open { $0.set(\.databaseURL, to: server.url(port: proxy.port)) }
        let desk = shop.house.house.desk
        var wish = EnquiryWish(text: "Where is my order?", id: try #require(CommandID(UUID().uuidString.lowercased())))
        wish.token = UUID().uuidString
        proxy.cutNext(cut)
        if cut == .before {
            await #expect(throws: StorageError.outcomeUnknown) { _ = try await desk.begin(wish, at: shop.site) }
        } else {
            _ = try await desk.begin(wish, at: shop.site)
        }
        let (enquiry, _) = try await desk.begin(wish, at: shop.site)
        #expect(try await shop.count("enquiry") == 1)
        let dan = try await shop.page(of: shop.agents[0])
        _ = try await dan.asked("enquiry.open", #""conversation":"\#(enquiry.conversation)""#)
        try await shop.house.stop()
    }

    @Test("Complaint 19: an ended conversation takes no word and says so, and can be rated, once more and again")
    func rating() async throws {
        let shop = try await Shop.open()
        let cleo = try await shop.visitor("Hello")
        #expect(try await shop.post("/enquiry/rating", #"{"score":5}"#, as: cleo).status == 409, "not before the end")
        let page = try await shop.page(of: cleo, from: ["conversation/\(cleo.conversation)": 0])
        page.command("enquiry.close", #""conversation":"\#(cleo.conversation)""#)
        _ = try await page.next("ack")
        page.command("message.send", #""conversation":"\#(cleo.conversation)","text":"More""#)
        #expect(try await page.next("refused").problem?.type.contains("conversationClosed") == true)
        for body in ["{}", #"{"score":0}"#, #"{"score":6}"#, #"{"score":"5"}"#, #"{"score":5,"who":"me"}"#] {
            #expect(try await shop.post("/enquiry/rating", body, as: cleo).status == 400, "\(body)")
        }
        #expect(try await shop.post("/enquiry/rating", #"{"score":2,"comment":"Slow"}"#, as: cleo).status == 204)
        #expect(try await shop.post("/enquiry/rating", #"{"score":4,"comment":"Kind after all"}"#, as: cleo).status == 204)
        let own = try await shop.own(cleo)
        #expect(own.rating == 4 && own.keptUntil != nil)
        let copy = try await TestBrowser(shop.house).send(.get, "/enquiry/copy", cleo.bearer).text
        #expect(copy.contains("Kind after all") && !copy.contains("Slow"))

        #expect(
            try await shop.post("/enquiry/rating", #"{"score":4,"comment":"Kind. My card: 4111 1111 1111 1111"}"#, as: cleo).status == 204
        )
        let dan = try await shop.page(of: shop.agents[0])
        #expect(try await dan.answered("enquiry.card", cleo.wish).type == "refused", "nobody reads it without opening the conversation")
        _ = try await dan.asked("enquiry.open", cleo.wish)
        let card = try await dan.asked("enquiry.card", cleo.wish).text
        #expect(card.contains(#""score":4"#) && card.contains("Kind. My card") && !card.contains("4111 1111 1111"))
        let bot = try await shop.program("Clerk", [.readConversations])
        let id = try #require(ConversationID(cleo.conversation))
        let visitor = try #require(try await shop.database.read { try $0.enquiry(id) }).visitor
        let read = try await bot.get("/visitors/\(visitor)").text
        #expect(read.contains(#""score":4"#) && read.contains("Kind. My card") && !read.contains("4111 1111 1111"))
        #expect(try await shop.count("staff_read") == 2, "each look is written down, and the visitor sees it")
        try await shop.house.stop()
    }
}
