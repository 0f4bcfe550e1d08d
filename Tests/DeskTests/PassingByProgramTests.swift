import Conversations
import Foundation
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Desk

/// A program passes enquiries on, tags them and erases visitors; other programs are told; and it is not the team's first answer.
@Suite(.timeLimit(.minutes(3))) struct PassingByProgramTests {
    private struct Shape: Decodable {
        let state: String
        let agent: String?
        let queue: String
        let visitor: String
    }

    @Test("a program assigns, transfers, tags and erases, and each is told to webhooks", arguments: Engine.all)
    func passes(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let (database, desk) = (shop.house.house.stores.data, shop.house.house.desk)
        let clerk = try await shop.program("Clerk", [.readConversations, .writeConversations])
        let cleaner = try await shop.program("Cleaner", [.eraseVisitors])
        let returns = Queue(id: .init(at: SystemClock().now), name: "Returns")
        try await database.write { try $0.add(returns, at: SystemClock().now) }
        _ = try await desk.makeWebhook(to: "https://hooks.example.org/x", of: [.enquiryTransferred], in: nil)
        let cleo = try await shop.visitor()
        let path = "/enquiries/\(cleo.conversation)"
        let dan = shop.agents[0].person
        #expect(try await clerk.post(path + "/assign", #"{"agent":"\#(PersonID(at: SystemClock().now))"}"#).status == 422)
        let assigned: Shape = try await clerk.post(path + "/assign", #"{"agent":"\#(dan)"}"#).json()
        #expect(assigned.state == "active" && assigned.agent == dan.description)
        let passed: Shape = try await clerk.post(path + "/transfer", #"{"queue":"\#(returns.id)"}"#).json()
        #expect(passed.queue == returns.id.description && passed.agent == nil)
        let tagged = try await clerk.send(.put, path + "/tags", #"{"tags":["Late parcel","late parcel","Vip"]}"#)
        #expect(tagged.text == #"{"tags":["late parcel","vip"]}"#)
        #expect(try await clerk.send(.put, path + "/tags", #"{"tags":["vip"]}"#).text == #"{"tags":["vip"]}"#)
        let kinds = try await database.read { try $0.rows("SELECT kind FROM webhook_delivery").map { try $0.get("kind", as: String.self) } }
        #expect(kinds == ["enquiry.transferred", "enquiry.transferred"])
        #expect(try await clerk.send(.delete, "/visitors/\(passed.visitor)", "").status == 403, "that takes a scope of its own")
        let erased = try await cleaner.send(.delete, "/visitors/\(passed.visitor)", "")
        #expect(erased.status == 200 && erased.text.contains("receipt"))
        #expect(try await shop.count("visitor") == 0)
        try await shop.house.stop()
    }

    @Test("a program's answer is not counted as the team's first", arguments: Engine.all)
    func firstAnswer(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let database = shop.house.house.stores.data
        func firstAnswers() async throws -> Int {
            try await database.read {
                try $0.first("SELECT SUM(number) AS n FROM report_figures WHERE measure = 'firstResponse'")?.get("n") as Int? ?? 0
            }
        }
        let clerk = try await shop.program("Clerk", [.readConversations, .writeConversations])
        let cleo = try await shop.visitor()
        #expect(try await clerk.post("/enquiries/\(cleo.conversation)/messages", #"{"text":"One moment."}"#).status == 201)
        #expect(try await firstAnswers() == 0)
        let dan = try await shop.page(of: shop.agents[0])
        let about = #""conversation":"\#(cleo.conversation)""#
        dan.command("enquiry.take", about)
        _ = try await dan.next("ack")
        for text in ["On its way.", "Tomorrow."] {
            dan.command("message.send", about + #","text":"\#(text)""#)
            _ = try await dan.next("ack")
        }
        #expect(try await firstAnswers() == 1)
        try await shop.house.stop()
    }
}
