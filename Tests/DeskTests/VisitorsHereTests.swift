import Conversations
import Foundation
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Desk

/// Visitors who chose to be seen before they write, and those who offer them help.
@Suite(.timeLimit(.minutes(4))) struct VisitorsHereTests {
    private struct HereList: Decodable {
        struct Line: Decodable {
            let site: String
            let page: String?
        }
        struct Body: Decodable {
            let visitors: [Line]
        }
        let body: Body
    }

    @Test("Only visitors who chose it are in the list, and they are gone when they leave")
    func beingSeen() async throws {
        let shop = try await Shop.open()
        let dan = try await shop.page(of: shop.agents[0])
        @Sendable func list() async throws -> [HereList.Line] {
            dan.command("visitors.list", "")
            return try JSONDecoder().decode(HereList.self, from: Data(try await dan.next("ack").text.utf8)).body.visitors
        }
        _ = try await shop.visitor("I did not choose to be seen")
        #expect(try await list().isEmpty)
        let id = "1234567890-abcdefgh"
        func tell(_ json: String) async throws -> Int {
            try await TestBrowser(shop.house).post("/widget/\(shop.site.key)/here", json: json).status
        }
        #expect(try await tell(#"{"id":"\#(id)","isHere":true,"page":"https://shop.example/cart?q=1"}"#) == 204)
        try await Eventually.holds { try await list().map(\.page) == ["https://shop.example/cart"] }
        #expect(try await tell(#"{"id":"\#(id)","isHere":false}"#) == 204)
        try await Eventually.holds { try await list().isEmpty }
        for body in [#"{"id":"x","isHere":true}"#, #"{"id":"\#(id)","isHere":"yes"}"#, #"{"id":"\#(id)<b>","isHere":true}"#] {
            #expect(try await tell(body) == 400)
        }
        try await shop.house.stop()
    }

    private struct Seen: Decodable {
        struct Visitor: Decodable {
            let id: String
            let invitedBy: String?
        }
        let visitor: Visitor
    }

    @Test("Whoever may see them hears at once who came, was offered help, and left; help is offered once, to who is there")
    func invitingWhoIsSeen() async throws {
        let shop = try await Shop.open()
        let (dan, eve) = (try await shop.page(of: shop.agents[0]), try await shop.page(of: shop.agents[1]))
        let id = "1234567890-abcdefgh"
        @Sendable func tell(_ isHere: Bool, _ page: String = "cart") async throws -> TestBrowser.Answer {
            try await TestBrowser(shop.house).post(
                "/widget/\(shop.site.key)/here", json: #"{"id":"\#(id)","isHere":\#(isHere),"page":"https://shop.example/\#(page)"}"#)
        }
        #expect(try await dan.answered("visitors.invite", #""visitor":"\#(id)""#).type == "refused", "nobody is there")
        #expect(try await tell(true).status == 204)
        #expect(try await dan.next("visitor.seen").decode(Seen.self).visitor.id == id)
        _ = try await eve.next("visitor.seen")
        try await Eventually.holds { try await dan.answered("visitors.invite", #""visitor":"\#(id)""#).type == "ack" }
        #expect(try await eve.next("visitor.seen").decode(Seen.self).visitor.invitedBy == "Dan")
        try await Eventually.holds { try await tell(true).text.contains(#""invitedBy":"Dan""#) }
        #expect(try await eve.answered("visitors.invite", #""visitor":"\#(id)""#).problem?.type.contains("alreadyInvited") == true)
        _ = try await tell(false)
        #expect(try await eve.next("visitor.gone").text.contains(id))
        try await Eventually.holds {
            try await eve.answered("visitors.invite", #""visitor":"\#(id)""#).problem?.type.contains("notFound") == true
        }
        let elsewhere = Queue(id: .init(at: SystemClock().now), name: "Billing")
        try await shop.house.house.stores.data.write { transaction in
            try transaction.add(elsewhere, at: SystemClock().now)
            try transaction.run("UPDATE queue_agent SET queue_id = \(elsewhere.id)")
        }
        #expect(try await tell(true, "books").status == 204)
        let isFound = try await dan.answered("visitors.invite", #""visitor":"\#(id)""#).type == "ack"
        #expect(!isFound, "only of sites whose visitors one answers")
        #expect(!dan.waiting.contains { $0.type == "visitor.seen" && $0.text.contains("books") })
        try await shop.house.stop()
    }
}
