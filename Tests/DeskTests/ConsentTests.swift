import Conversations
import Foundation
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Desk

/// Matters of health, belief and the like: an explicit act before the first message, recorded, and taken back as easily.
@Suite(.timeLimit(.minutes(3))) struct ConsentTests {
    private static func shop(on engine: Engine) async throws -> Shop {
        var looks = SupportSite.Settings()
        looks.consent = ["en": "I agree that the practice reads what I say about my health."]
        looks.noticeVersion = 3
        return try await Shop.open(on: engine, settings: looks)
    }

    private static func ask(_ shop: Shop, consents: String) async throws -> TestBrowser.Answer {
        let json = #"{"id":"\#(UUID().uuidString.lowercased())","text":"My back hurts","notice":3\#(consents)}"#
        return try await TestBrowser(shop.house).post("/widget/\(shop.site.key)/enquiries", json: json)
    }

    @Test("VOC-06, VEL-23: typing it in is no consent: without the separate act nothing is stored", arguments: Engine.all)
    func nothingWithout(on engine: Engine) async throws {
        let shop = try await Self.shop(on: engine)
        for consents in ["", #","consent":false"#] {
            let answer = try await Self.ask(shop, consents: consents)
            #expect(answer.status == 422 && answer.text.contains("consentMissing"))
        }
        for table in ["conversation", "visitor", "enquiry", "participant", "visitor_consent"] {
            #expect(try await shop.count(table) == 0, "\(table)")
        }
        let page = try await TestBrowser(shop.house).get("/widget/\(shop.site.key)").text
        #expect(page.contains("what I say about my health") && page.contains(#"name="consent" required"#) && !page.contains("checked"))
        try await shop.house.stop()
    }

    @Test("VEL-23: the consent is recorded with its wording's version, and taken back nobody of the team reads on", arguments: Engine.all)
    func recordedAndWithdrawn(on engine: Engine) async throws {
        let shop = try await Self.shop(on: engine)
        let answer = try await Self.ask(shop, consents: #","consent":true"#)
        let cleo = try answer.json(Shop.Caller.self)
        let id = try #require(ConversationID(cleo.conversation))
        let consent = try #require(try await shop.house.house.stores.data.read { try $0.consent(to: id) })
        #expect(consent.notice == 3 && consent.withdrawnAt == nil)

        let dan = try await shop.page(of: shop.agents[0])
        dan.command("enquiry.take", #""conversation":"\#(cleo.conversation)""#)
        _ = try await dan.next("ack")
        let visitor = try #require(try await shop.house.house.stores.data.read { try $0.enquiry(id)?.visitor })
        try await shop.house.house.desk.withdrawConsent(of: visitor)
        for agent in shop.agents {
            let page = try await shop.page(of: agent)
            page.command("enquiry.open", #""conversation":"\#(cleo.conversation)""#)
            #expect(try await page.next("refused").problem?.type.contains("notFound") == true, "a read without it is refused")
            page.command("listen", #""stream":"conversation/\#(cleo.conversation)","after":0"#)
            #expect(try await page.next("refused").problem != nil)
            page.command("conversation.search", #""text":"hurts""#)
            #expect(try await !page.next("ack").text.contains(cleo.conversation), "nor is it told that a word stands there")
        }
        let program = try await shop.program("Order clerk", [.readConversations])
        #expect(try await program.get("/enquiries/\(cleo.conversation)/messages").status == 404)
        #expect(try await program.get("/visitors/\(visitor)").status == 404)
        #expect(try await shop.house.house.stores.data.read { try $0.enquiry(id) }?.state == .closed)
        let copy = try await shop.house.house.desk.copy(for: visitor)
        #expect(copy.consentGiven != nil && copy.consentWithdrawn != nil && copy.lines.contains { $0.text == "My back hurts" })
        await #expect(throws: (any Error).self, "once") { try await shop.house.house.desk.withdrawConsent(of: visitor) }
        try await shop.house.house.desk.forget(visitor)
        #expect(try await shop.count("visitor_consent") == 0)
        try await shop.house.stop()
    }

    @Test("VZO-07, VOC-05: a site that handles no such matters asks to leave them out, and asks for no consent", arguments: Engine.all)
    func leftOut(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let page = try await TestBrowser(shop.house).get("/widget/\(shop.site.key)").text
        #expect(page.contains("Please leave out health, belief") && !page.contains(#"name="consent""#))
        _ = try await shop.visitor()
        #expect(try await shop.count("visitor_consent") == 0)
        try await shop.house.stop()
    }
}
