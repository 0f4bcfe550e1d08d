import Conversations
import Desk
import Foundation
import Storage
import TestKit
import Testing
import Vocabulary

/// Finding what was said, by those who may, in an index from which nothing can be read.
@Suite(.timeLimit(.minutes(5))) struct SearchTests {
    private struct Found: Decodable {
        struct One: Decodable {
            let conversation: String
            let isOpen: Bool
            let text: String?
            let visitor: String?
            let queueName: String?
        }
        let found: [One]
        let after: String?
    }

    private struct Ack: Decodable { let body: Found }

    private func search(_ text: String, on page: FakeBrowser) async throws -> Found {
        page.command("conversation.search", #""text":"\#(text)""#)
        return try JSONDecoder().decode(
            Ack.self, from: Data(try await page.next { $0.type == "ack" && $0.text.contains(#""found":"#) }.text.utf8)
        ).body
    }

    @Test("Complaint 5, C54: staff finds words and beginnings, and reads them only where it has opened", arguments: Engine.all)
    func staff(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let cleo = try await shop.visitor("Où est ma Théière émaillée bleue?")
        _ = try await shop.visitor("Where is my kettle?", name: "Ivy")
        let dan = try await shop.page(of: shop.agents[0])
        for words in ["theiere", "THÉIÈRE", "émail", "bleue ma", "thei emaillee", #"\"bleue\""#] {
            let found = try await search(words, on: dan).found
            #expect(found.map(\.conversation) == [cleo.conversation], "\(words)")
            #expect(found.allSatisfy { !$0.isOpen && $0.text == nil && $0.visitor == nil }, "nothing is read before it is opened")
            #expect(found.first?.queueName == "Orders")
        }
        for words in ["theieres", "kettle bleue", #"\"thei\""#, "rouge"] {
            #expect(try await search(words, on: dan).found.isEmpty, "\(words)")
        }
        dan.command("enquiry.open", #""conversation":"\#(cleo.conversation)""#)
        _ = try await dan.next("ack")
        let opened = try await search("bleue", on: dan).found.first
        #expect(opened?.text == "Où est ma Théière émaillée bleue?")
        #expect(opened?.visitor == "Cleo")

        try await shop.house.house.stores.data.write {
            _ = try $0.rows("DELETE FROM queue_agent WHERE person_id = \(shop.agents[1].person)")
        }
        let eve = try await shop.page(of: shop.agents[1])
        #expect(try await search("bleue", on: eve).found.isEmpty, "an agent of another queue finds nothing")
        try await shop.house.stop()
    }

    @Test(
        "Complaint 17: a visitor finds only their own, and what is changed, taken back or forgotten is found no more", arguments: Engine.all
    )
    func visitors(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine, keepsTranscript: false)
        let cleo = try await shop.visitor("My parcel is lost")
        _ = try await shop.visitor("My parcel came", name: "Ivy")
        let page = try await shop.page(of: cleo, from: ["conversation/\(cleo.conversation)": 0])
        #expect(try await search("parcel", on: page).found.map(\.conversation) == [cleo.conversation])
        let first = try await page.next { $0.kind == "message.sent" }.sequence ?? 0
        page.command("message.edit", #""conversation":"\#(cleo.conversation)","message":\#(first),"text":"My package is lost""#)
        _ = try await page.next { $0.kind == "message.edited" }
        #expect(try await search("parcel", on: page).found.isEmpty)
        #expect(try await search("package lost", on: page).found.map(\.text) == ["My package is lost"])
        page.command("message.withdraw", #""conversation":"\#(cleo.conversation)","message":\#(first)"#)
        _ = try await page.next { $0.kind == "message.withdrawn" }
        #expect(try await search("package", on: page).found.isEmpty)
        page.command("message.send", #""conversation":"\#(cleo.conversation)","text":"goodbye""#)
        _ = try await page.next { $0.kind == "message.sent" }
        let before = try await shop.count("message_index")
        page.command("enquiry.close", #""conversation":"\#(cleo.conversation)""#)
        _ = try await page.next { $0.kind == "conversation.closed" }
        #expect(try await shop.count("message_index") == before - 1)
        let orphans: SQL = "SELECT count(*) AS n FROM message_token WHERE message NOT IN (SELECT id FROM message_index)"
        #expect(try await shop.house.house.stores.data.read { try $0.first(orphans)?.get("n", as: Int.self) } == 0)
        page.command("conversation.search", #""text":" … ""#)
        #expect(try await page.next("refused").problem?.type.contains("searchEmpty") == true)
        try await shop.house.stop()
    }

    @Test("C58: no word stands in the index, whoever reads the database", arguments: Engine.all)
    func unreadable(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        _ = try await shop.visitor("Zx7vQk4Wm9Jd2Lp where is it", name: "Cleo")
        #expect(try await shop.house.house.conversations.indexer.merge(least: 1) == 1)
        let rows = try await shop.house.house.stores.data.read { try $0.rows("SELECT token FROM message_token") }
        #expect(rows.count > 8)
        try await shop.house.stop()
        if engine == .sqlite { #expect(try MarkerScan(stem: "Zx7vQk4Wm9Jd2Lp").directory(shop.house.settings.dataDirectory) == []) }
    }

    @Test("Many pages of what was found follow each other without a hole", arguments: Engine.all)
    func pages(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let cleo = try await shop.visitor("zebra 0")
        let id = try #require(ConversationID(cleo.conversation))
        let conversations = shop.house.house.conversations
        let start = SystemClock().now
        try await shop.house.house.stores.data.write { transaction in
            for number in 1...50 {
                try transaction.index(
                    conversations.indexed("zebra \(number)"), of: 1000 + number, in: id, at: start + .milliseconds(number))()
            }
        }
        var seen: [Int] = []
        var after: Int64?
        repeat {
            let page = try await conversations.search("zebra", visible: "1 = 1", after: after)
            seen += page.hits.map(\.sequence)
            after = page.after
        } while after != nil
        #expect(seen.count == 51 && Array(seen.prefix(50)) == (1001...1050).reversed())
        try await shop.house.stop()
    }
}
