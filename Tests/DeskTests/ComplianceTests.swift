import Conversations
import Desk
import Foundation
import HTTPTypes
import Storage
import TestKit
import Testing
import Vocabulary

/// Queues that keep no transcript, and the guard on the way of a real message (C07).
@Suite(.timeLimit(.minutes(3))) struct ComplianceTests {
    private static let stem = "Kp4wTz8Qm2Xv"

    private static func count(_ statement: SQL, in shop: Shop) async throws -> Int {
        try await shop.house.house.stores.data.read { try $0.first(statement)?.get("n") ?? 0 }
    }

    @Test("C07: a conversation without transcript leaves who, when and how long, and no word", arguments: Engine.all)
    func nothingStays(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine, keepsTranscript: false)
        let dan = try await shop.page(of: shop.agents[0])
        let cleo = try await shop.visitor("\(Self.stem) where is it?", name: "\(Self.stem) Cleo")
        let page = try await shop.page(of: cleo, from: ["conversation/\(cleo.conversation)": 0])
        dan.command("enquiry.take", #""conversation":"\#(cleo.conversation)""#)
        _ = try await page.next { $0.kind == "participant.joined" && $0.text.contains("Dan") }
        dan.command("message.send", #""conversation":"\#(cleo.conversation)","text":"\#(Self.stem) on its way""#)
        dan.command("note.add", #""conversation":"\#(cleo.conversation)","text":"\#(Self.stem) is nice""#)
        _ = try await page.next { $0.kind == "message.sent" && $0.text.contains("on its way") }
        let id = try #require(ConversationID(cleo.conversation))
        let ring = shop.house.house.stores.ring
        let keeper = try #require(try await shop.house.house.stores.data.read { try $0.enquiry(id)?.visitor })

        dan.command("enquiry.close", #""conversation":"\#(cleo.conversation)""#)
        _ = try await page.next { $0.kind == "conversation.closed" }
        try await Eventually.holds { try await ring.erasures().contains { $0.person == keeper } }
        try await Eventually.holds { try await Self.count("SELECT count(*) AS n FROM participant WHERE length(name) > 0", in: shop) == 0 }
        #expect(
            try await Self.count(
                "SELECT count(*) AS n FROM stream_event WHERE owner = \(id.bytes) AND kind <> 'conversation.closed'", in: shop)
                == 0)
        #expect(try await Self.count("SELECT count(*) AS n FROM visitor WHERE length(card) > 0", in: shop) == 0)
        let left = try #require(try await shop.house.house.stores.data.read { try $0.enquiry(id) })
        #expect(left.agent == shop.agents[0].person && left.assignedAt != nil && left.closedAt != nil && left.arrivedAt < left.closedAt!)
        try await shop.house.stop()
        if engine == .sqlite {
            #expect(try MarkerScan(stem: Self.stem).directory(shop.house.settings.dataDirectory) == [])
        }
    }

    @Test("C07: after the end of a conversation without transcript both sides are answered, and get no word", arguments: Engine.all)
    func answersAfterwards(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine, keepsTranscript: false)
        let dan = try await shop.page(of: shop.agents[0])
        let cleo = try await shop.visitor("Where is my order?", name: "Cleo")
        dan.command("enquiry.take", #""conversation":"\#(cleo.conversation)""#)
        _ = try await dan.next("ack")
        dan.command("enquiry.close", #""conversation":"\#(cleo.conversation)""#)
        _ = try await dan.next("ack")
        try await Eventually.holds { try await Self.count("SELECT count(*) AS n FROM participant WHERE length(name) > 0", in: shop) == 0 }

        let browser = TestBrowser(shop.house)
        let token: HTTPFields = [.authorization: "Bearer \(cleo.token)"]
        let own = try await browser.get("/enquiry", token)
        #expect(own.status == 200 && own.text.contains(#""isErased":true"#) && own.text.contains(#""state":"closed""#))
        for format in ["json", "html"] {
            let copy = try await browser.get("/enquiry/copy?format=\(format)", token)
            #expect(copy.status == 200 && !copy.text.contains("Where is my order") && !copy.text.contains("Cleo"))
        }
        #expect(try await browser.post("/enquiry/rating", json: #"{"score":4,"comment":"My order came late"}"#, token).status == 204)
        #expect(try await Self.count("SELECT count(*) AS n FROM enquiry_rating WHERE score = 4 AND comment IS NULL", in: shop) == 1)
        #expect(try await browser.post("/enquiry/transcript", json: #"{"email":"cleo@example.org"}"#, token).status == 404)
        for command in ["enquiry.card", "enquiry.open"] {
            dan.command(command, #""conversation":"\#(cleo.conversation)""#)
            let answer = try await dan.next { $0.type == "ack" || $0.type == "refused" }
            #expect(answer.problem?.type != "urn:sotto:problem.internal", "\(command)")
        }
        let bot = try await shop.program("Clerk", [.readConversations])
        let id = try #require(ConversationID(cleo.conversation))
        let visitor = try #require(try await shop.house.house.stores.data.read { try $0.enquiry(id)?.visitor })
        for path in ["/enquiries/\(cleo.conversation)", "/enquiries/\(cleo.conversation)/messages", "/visitors/\(visitor)"] {
            let answer = try await bot.get(path)
            #expect(answer.status == 200 && !answer.text.contains("Where is my order") && !answer.text.contains("Cleo"), "\(path)")
        }
        #expect(try await browser.post("/enquiry/forget", json: "{}", token).status == 200)
        try await shop.house.stop()
    }

    @Test("What has ended without transcript holds back nobody else's mail, and nobody keeps a place in it", arguments: Engine.all)
    func endedForEveryRound(on engine: Engine) async throws {
        let clock = ManualClock(SystemClock().now)
        let shop = try await Shop.open(on: engine, keepsTranscript: false, clock: clock)
        let dan = try await shop.page(of: shop.agents[0])
        for email in ["cleo@example.org", "noor@example.org"] {
            let json = #"{"id":"\#(UUID().uuidString.lowercased())","text":"Hello","card":{"email":"\#(email)"}}"#
            let visitor: Shop.Caller = try await TestBrowser(shop.house).post("/widget/\(shop.site.key)/enquiries", json: json).json()
            for (command, more) in [("enquiry.take", ""), ("message.send", #","text":"It is here""#)] {
                dan.command(command, #""conversation":"\#(visitor.conversation)"\#(more)"#)
                _ = try await dan.next("ack")
            }
            guard email.hasPrefix("cleo") else { continue }
            dan.command("enquiry.close", #""conversation":"\#(visitor.conversation)""#)
            _ = try await dan.next("ack")
            let names: SQL = "SELECT count(*) AS n FROM participant WHERE length(name) > 0"
            try await Eventually.holds { try await Self.count(names, in: shop) == 0 }
        }
        clock.advance(by: .minutes(3))
        try await shop.house.house.desk.tellAnswers()
        #expect(
            try await Self.count("SELECT count(*) AS n FROM mail_letter WHERE template = 'mail.enquiryAnswered'", in: shop) == 1)
        clock.advance(by: .minutes(10))
        try await shop.house.house.desk.endPlacesInClosed()
        let places: SQL = """
            SELECT count(*) AS n FROM participant JOIN conversation ON conversation.id = conversation_id
            WHERE closed_at IS NOT NULL AND left_at IS NULL AND part IN ('agent', 'observer')
            """
        #expect(try await Self.count(places, in: shop) == 0)
        try await shop.house.stop()
    }

    @Test("C07: what a crash cut off after the closing is finished at the next start", arguments: Engine.all)
    func crash(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine, keepsTranscript: false)
        let cleo = try await shop.visitor("Hello")
        let id = try #require(ConversationID(cleo.conversation))
        let house = shop.house.house
        let keeper = try #require(try await house.stores.data.read { try $0.enquiry(id)?.visitor })
        _ = try await house.stores.data.write { try $0.setState(of: id, to: .closed, at: SystemClock().now) }
        #expect(try await house.stores.ring.erasures().isEmpty)
        try await house.conversations.sweep()
        #expect(try await house.stores.ring.erasures().map(\.person) == [keeper])
        try await shop.house.stop()
    }

    @Test("C07: a card number is replaced before it is stored, and both sides are told", arguments: Engine.all)
    func masked(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let cleo = try await shop.visitor("My card is 4111 1111 1111 1111")
        let page = try await shop.page(of: cleo, from: ["conversation/\(cleo.conversation)": 0])
        let first = try await page.next { $0.kind == "message.sent" }.text
        #expect(first.contains("•••• •••• •••• 1111") && first.contains(#""masked":["card"]"#))
        page.command("message.send", #""conversation":"\#(cleo.conversation)","text":"password: hunter2""#)
        #expect(try await page.next("ack").text.contains(#""masked":["password"]"#))
        let second = try await page.next { $0.kind == "message.sent" }
        #expect(!second.text.contains("hunter2"))
        page.command(
            "message.edit",
            #""conversation":"\#(cleo.conversation)","message":\#(second.sequence ?? 0),"text":"IBAN DE89370400440532013000""#)
        #expect(try await page.next { $0.kind == "message.edited" }.text.contains("••••3000"))
        try await shop.house.stop()
    }

    @Test("C07: a queue that refuses such things stores nothing of them", arguments: Engine.all)
    func refused(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        try await shop.house.house.stores.data.write { _ = try $0.rows("UPDATE support_queue SET guard = 'refuse'") }
        await #expect(throws: (any Error).self) { try await shop.visitor("I pay with 4111111111111111") }
        for table in ["conversation", "visitor", "enquiry", "participant"] {
            #expect(try await Self.count(SQL(stringLiteral: "SELECT count(*) AS n FROM \(table)"), in: shop) == 0, "\(table)")
        }
        let cleo = try await shop.visitor("Hello")
        let page = try await shop.page(of: cleo, from: ["conversation/\(cleo.conversation)": 0])
        page.command("message.send", #""conversation":"\#(cleo.conversation)","text":"4111 1111 1111 1111""#)
        #expect(try await page.next("refused").problem?.type.contains("messageSensitive") == true)
        #expect(try await Self.count("SELECT count(*) AS n FROM stream_event WHERE kind = 'message.sent'", in: shop) == 1)
        try await shop.house.stop()
    }
}
