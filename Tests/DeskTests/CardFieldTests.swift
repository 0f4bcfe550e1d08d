import Conversations
import Foundation
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Desk

/// What the team wants to know of a visitor: fields that agents fill in beside the conversation, and programs by the API.
@Suite(.timeLimit(.minutes(3))) struct CardFieldTests {
    private struct Field: Decodable {
        let id: String
        let value: String?
    }

    private func make(_ field: CardField, in shop: Shop) async throws -> CardField {
        #expect(try await shop.house.house.desk.make(field))
        return field
    }

    private func field(_ name: String, _ kind: CardField.Kind = .line, _ options: [String] = []) -> CardField {
        CardField(id: .init(at: SystemClock().now), name: name, kind: kind, options: options)
    }

    @Test(
        "C1: an agent fills in a field; the colleague's card follows, the timeline says who, the visitor's copy has it",
        arguments: Engine.all)
    func fills(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let number = try await make(field("Customer number", .number), in: shop)
        let cleo = try await shop.visitor()
        let dan = try await shop.page(of: shop.agents[0])
        let eve = try await shop.page(of: shop.agents[1])
        let wish = #""conversation":"\#(cleo.conversation)""#
        for page in [dan, eve] { _ = try await page.asked("enquiry.open", wish) }
        let filling = #"\#(wish),"field":"\#(number.id)","value""#
        #expect(try await dan.answered("enquiry.fill", #"\#(filling):"twelve""#).problem?.type.contains("fieldValue") == true)
        _ = try await dan.asked("enquiry.fill", #"\#(filling):" ١٠٤٤٣ ""#)
        _ = try await eve.next("card.changed")
        let card = try await eve.asked("enquiry.card", wish).text
        #expect(card.contains(#""value":"10443""#), "digits of another script are digits")
        #expect(card.contains("enquiry.fieldChanged") && card.contains("Customer number"))
        #expect(try await shop.count("staff_read") == 2, "both looks are written down")
        let copy = try await TestBrowser(shop.house).send(.get, "/enquiry/copy", [.authorization: "Bearer \(cleo.token)"]).text
        #expect(copy.contains("Customer number") && copy.contains("10443"))
        try await shop.house.stop()
    }

    @Test("what a program was answered about a visitor is sealed with their key and goes with them", arguments: Engine.all)
    func answersGo(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let note = try await make(field("Note"), in: shop)
        let bot = try await shop.program("Clerk", [.readConversations, .writeConversations, .writeSites])
        let cleo = try await shop.visitor()
        let path = "/enquiries/\(cleo.conversation)/fields/\(note.id)"
        for _ in 0..<2 {
            let answer = try await bot.send(.put, path, #"{"value":"Likes herons"}"#, key: "fill-1")
            #expect(answer.status == 200 && answer.text.contains("Likes herons"), "the same answer, whenever it is asked again")
        }
        let other = try await bot.send(.post, "/fields", #"{"name":"Size","kind":"line"}"#, key: "make-1")
        #expect(other.status == 201)
        #expect(try await shop.count("api_answer") == 2)
        let id = try #require(ConversationID(cleo.conversation))
        let visitor = try #require(try await shop.database.read { try $0.enquiry(id) }).visitor
        let sealed = try #require(
            try await shop.database.read {
                try $0.first("SELECT answer FROM api_answer WHERE key = 'fill-1'")?.get("answer", as: Sealed?.self)
            })
        let keys = shop.conversations.ground.keys
        #expect(try await keys.openText(sealed, of: visitor, as: IdempotencyKey.answerColumn).contains("Likes herons"))
        _ = try await TestBrowser(shop.house).send(
            .post, "/enquiry/forget", [.authorization: "Bearer \(cleo.token)", .contentType: "application/json"], body: Array("{}".utf8))
        #expect(try await shop.count("api_answer") == 1, "only what is about nobody is left")
        await #expect(throws: SealError.self) { try await keys.openText(sealed, of: visitor, as: IdempotencyKey.answerColumn) }
        try await shop.house.stop()
    }

    @Test("values fit their field, what looks like a card number is masked, and nobody without a place fills in anything")
    func refuses() async throws {
        let shop = try await Shop.open()
        let desk = shop.house.house.desk
        let note = try await make(field("Note"), in: shop)
        let since = try await make(field("Customer since", .date), in: shop)
        let size = try await make(field("Size", .choice, ["S", "M"]), in: shop)
        let cleo = try await shop.visitor()
        let id = try #require(ConversationID(cleo.conversation))
        let dan = Doer(person: shop.agents[0].person, called: "Dan")
        await #expect(throws: (any Error).self) { try await desk.fill(note.id, of: id, with: "early", by: dan) }
        let clerk = try await shop.program("Clerk", [.readConversations, .writeConversations, .readSites, .writeSites])
        let path = "/enquiries/\(cleo.conversation)/fields"
        for (field, value) in [(since, "31.12.2026"), (since, "2026-02-30"), (size, "XL"), (note, String(repeating: "a", count: 201))] {
            #expect(try await clerk.send(.put, "\(path)/\(field.id)", #"{"value":"\#(value)"}"#).status == 422, "\(value)")
        }
        #expect(try await clerk.send(.put, "\(path)/\(since.id)", #"{"value":"1998-05-01"}"#).status == 200)
        #expect(try await clerk.send(.put, "\(path)/\(note.id)", #"{"value":"4111 1111 1111 1111"}"#).status == 200)
        let visitor = try await clerk.get("/enquiries/\(cleo.conversation)").json(Asked.self).visitor
        var card = try await clerk.get("/visitors/\(visitor)").text
        #expect(card.contains("1998-05-01") && !card.contains("4111 1111"))
        #expect(try await clerk.send(.put, "\(path)/\(since.id)", "{}").status == 200)
        card = try await clerk.get("/visitors/\(visitor)").text
        #expect(!card.contains("1998"), "emptied")
        #expect(try await clerk.send(.put, "\(path)/\(shop.queue.id)", #"{"value":"1"}"#).status == 404)
        try await shop.house.stop()
    }

    private struct Asked: Decodable { let visitor: String }

    @Test("a program makes and removes fields; names are there once, and a choice has something to choose", arguments: Engine.all)
    func makes(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let clerk = try await shop.program("Clerk", [.readSites, .writeSites])
        let made: Field = try await clerk.post("/fields", #"{"name":"Size","kind":"choice","options":["S","M"]}"#).json()
        #expect(try await clerk.post("/fields", #"{"name":"Size","kind":"line"}"#).status == 409)
        #expect(try await clerk.post("/fields", #"{"name":"Colour","kind":"choice","options":["red"]}"#).status == 422)
        #expect(try await clerk.post("/fields", #"{"name":"Colour","kind":"line","options":["red","blue"]}"#).status == 422)
        #expect(try await clerk.get("/fields").text.contains(#""options":["S","M"]"#))
        #expect(try await clerk.send(.delete, "/fields/\(made.id)", "").status == 204)
        #expect(try await clerk.send(.delete, "/fields/\(made.id)", "").status == 404)
        try await shop.house.stop()
    }

    @Test("C07: nothing is filled in once a conversation without a transcript has ended", arguments: Engine.all)
    func ended(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine, keepsTranscript: false)
        let note = try await make(field("Note"), in: shop)
        let (id, visitor) = try await shop.begun()
        let dan = Doer(person: shop.agents[0].person, called: "Dan")
        _ = try await shop.page(of: shop.agents[0]).asked("enquiry.open", #""conversation":"\#(id)""#)
        try await shop.house.house.desk.fill(note.id, of: id, with: "before", by: dan)
        try await shop.house.house.desk.close(id, by: nil, as: nil)
        await #expect(throws: (any Error).self) { try await shop.house.house.desk.fill(note.id, of: id, with: "after", by: dan) }
        #expect(try await shop.database.read { try $0.visitor(visitor) }?.isErased == true)
        try await shop.house.stop()
    }

    @Test("two agents fill in two fields at once, and both stand", arguments: Engine.all)
    func atOnce(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let desk = shop.house.house.desk
        var fields: [CardField] = []
        for name in ["A", "B", "C", "D"] { fields.append(try await make(field(name), in: shop)) }
        let (id, visitor) = try await shop.begun()
        let clerk = try await shop.program("Clerk", [.readConversations, .writeConversations])
        _ = try await clerk.get("/enquiries/\(id)/messages")
        let program = try #require(try await shop.database.read { try $0.participants(of: id) }.first { $0.person != visitor }?.person)
        try await withThrowingTaskGroup { group in
            for field in fields {
                group.addTask { try await desk.fill(field.id, of: id, with: "1", by: Doer(person: program, called: "Clerk")) }
            }
            try await group.waitForAll()
        }
        for field in fields { #expect(try await desk.filled(field.id, of: id) == "1") }
        try await shop.house.stop()
    }
}
