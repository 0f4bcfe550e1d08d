import Accounts
import Desk
import Foundation
import Storage
import TestKit
import Testing
import Vocabulary

/// Two nodes of one Sotto: colleagues at different ones work as if they sat side by side.
@Suite(.serialized, .timeLimit(.minutes(5)), .enabled(if: Engine.all.contains(.postgres))) struct InboxNodesTests {
    @Test("Complaint 1: a colleague on another node sees every change, and nothing is missed while their link is cut")
    func colleaguesOnTwoNodes() async throws {
        let shop = try await Shop.open(on: .postgres)
        let settings = shop.house.settings
        try await shop.house.stop()
        let bus = try await NATSServer()
        let here = try await ProcessNode(settings, ["nats.url": bus.url])
        let there = try await ProcessNode(settings, ["nats.url": bus.url])
        let (dan, eve) = (try await here.enter(shop.agents[0]), try await there.enter(shop.agents[1]))
        let cleo = try await shop.visitor(at: here)
        #expect(try await eve.reaches("waiting", cleo))
        _ = try await dan.asked("enquiry.take", cleo.wish)
        #expect(try await eve.reaches("active", cleo))
        // Eve's link is cut while the conversation comes to her.
        eve.vanish()
        for number in 1...20 { _ = try await dan.asked("message.send", cleo.saying("Line \(number)")) }
        _ = try await dan.asked("enquiry.transfer", #"\#(cleo.wish),"person":"\#(shop.agents[1].id)""#)
        #expect(try await dan.answered("conversation.open", cleo.wish).type == "refused", "the place ended on his node too")
        let again = try await there.enter(shop.agents[1])
        let mine = try await again.asked("desk.inbox", #""view":"mine""#).body(InboxTests.Page.self)
        #expect(mine.lines.map(\.conversation) == [cleo.conversation])
        let view = try await again.asked("enquiry.open", cleo.wish).text
        #expect((1...20).allSatisfy { view.contains(#""Line \#($0)""#) })
        await here.stop()
        await there.stop()
    }
}

extension Shop {
    /// A visitor who writes to one node of several.
    func visitor(at node: ProcessNode) async throws -> Caller {
        let json = #"{"id":"\#(UUID().uuidString.lowercased())","text":"Where is my order?","card":{"name":"Cleo"}}"#
        let browser = TestBrowser(port: node.port, origin: "http://localhost:\(node.port)")
        return try await browser.post("/widget/\(site.key)/enquiries", json: json).json()
    }
}
