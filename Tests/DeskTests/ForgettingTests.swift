import Conversations
import HTTPTypes
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Desk

/// How conversations end, are taken along, and are gone: by the visitor, by the team, and by themselves.
@Suite(.timeLimit(.minutes(4))) struct ForgettingTests {
    private struct Receipt: Decodable {
        let receipt: String
        let messages: Int
    }

    @Test("What cannot be ended whole is not ended at all, and a conversation whose key is gone can be")
    func endings() async throws {
        let shop = try await Shop.open(keepsTranscript: false)
        let (database, desk) = (shop.database, shop.house.house.desk)
        let (id, visitor) = try await shop.begun()
        try await database.write {
            try $0.run(
                """
                CREATE TRIGGER full BEFORE UPDATE OF state ON conversation WHEN NEW.state = 'closed'
                BEGIN SELECT RAISE(ABORT, 'no space left'); END
                """)
        }
        await #expect(throws: (any Error).self) { try await desk.close(id, by: visitor, as: .visitor) }
        #expect(try await database.read { try $0.enquiry(id)?.state } == .waiting, "somebody of the team still sees it")
        try await database.write { try $0.run("DROP TRIGGER full") }
        try await desk.close(id, by: visitor, as: .visitor)
        #expect(try await database.read { (try $0.enquiry(id)?.state, try $0.conversation(id)?.state) } == (.closed, .closed))
        let (other, keyless) = try await shop.begun("Another question")
        try await shop.house.house.stores.ring.destroyKey(of: keyless, at: SystemClock().now)
        try await desk.close(other, by: nil, as: nil)
        #expect(try await database.read { try $0.conversation(other)?.state } == .closed)
        try await shop.house.stop()
    }

    @Test("Get my copy: everything said by everybody, as data and as a page that runs nothing", arguments: Engine.all)
    func copying(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let dan = try await shop.page(of: shop.agents[0])
        let cleo = try await shop.visitor("<script>alert(1)</script>")
        dan.command("enquiry.take", #""conversation":"\#(cleo.conversation)""#)
        _ = try await dan.next("ack")
        for number in 1...60 {
            dan.command("message.send", #""conversation":"\#(cleo.conversation)","text":"line \#(number)""#)
            _ = try await dan.next("ack")
        }
        dan.command("note.add", #""conversation":"\#(cleo.conversation)","text":"only among us""#)
        _ = try await dan.next("ack")
        let data = try await TestBrowser(shop.house).send(.get, "/enquiry/copy", cleo.bearer).text
        for number in 1...60 { #expect(data.contains("\"line \(number)\"")) }
        #expect(data.contains("\"Cleo\"") && data.contains("\"Dan\""))
        let page = try await TestBrowser(shop.house).send(.get, "/enquiry/copy?format=html", cleo.bearer)
        #expect(page.headers[.contentDisposition]?.hasPrefix("attachment") == true)
        #expect(page.text.contains("&lt;script&gt;") && !page.text.contains("<script"))
        #expect(try await TestBrowser(shop.house).get("/enquiry/copy").status != 200, "not without the token")
        try await shop.house.stop()
    }

    @Test(
        "Complaint 17: end and forget me deletes all there is and destroys the key; nobody hears or reads it any more",
        arguments: Engine.all)
    func forgetting(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let dan = try await shop.page(of: shop.agents[0])
        let cleo = try await shop.visitor("My secret is a heron")
        let other = try await shop.visitor("Another question", name: "Mallory")
        let stream = "conversation/\(cleo.conversation)"
        let page = try await shop.page(of: cleo, from: [stream: 0])
        dan.command("enquiry.take", #""conversation":"\#(cleo.conversation)""#)
        _ = try await page.next { $0.kind == "participant.joined" && $0.text.contains("Dan") }
        dan.command("message.send", #""conversation":"\#(cleo.conversation)","text":"Tell me more""#)
        _ = try await page.next { $0.kind == "message.sent" && $0.text.contains("more") }
        dan.command("listen", #""stream":"\#(stream)","after":0"#)
        _ = try await dan.next { $0.kind == "message.sent" }
        _ = try await shop.post("/enquiry/transcript", #"{"email":"cleo@example.org"}"#, as: cleo)
        #expect(try await shop.post("/enquiry/forget", #"{"extra":1}"#, as: cleo).status == 400)

        let answer = try await shop.post("/enquiry/forget", "{}", as: cleo)
        #expect(answer.status == 200)
        let receipt: Receipt = try answer.json()
        #expect(receipt.messages == 2 && receipt.receipt.count == 26)
        #expect(try await dan.next("unheard").stream == stream)
        _ = try await dan.next("enquiry.changed")
        #expect(try await TestBrowser(shop.house).send(.get, "/enquiry", cleo.bearer).status == 401)
        dan.command("enquiry.open", #""conversation":"\#(cleo.conversation)""#)
        #expect(try await dan.next("refused").problem?.type.contains("notFound") == true)
        let letters = "mail_letter WHERE template LIKE 'mail.enquiry%'"
        for table in ["visitor", "enquiry", "conversation", letters, "return_link", "staff_read"] {
            let left = try await shop.count(table)
            #expect(left == (["visitor", "enquiry", "conversation"].contains(table) ? 1 : 0), "\(table)")
        }
        let owner = ConversationID(cleo.conversation)?.bytes ?? []
        let events = try await shop.house.house.stores.data.read { try $0.exists("SELECT 1 FROM stream_event WHERE owner = \(owner)") }
        #expect(!events)
        #expect(try await shop.house.house.stores.ring.erasures().count == 1, "the key is gone, for backups too")
        #expect(try await shop.own(other).conversation == other.conversation, "nobody else lost anything")
        try await shop.house.stop()
    }

    @Test("C58: a visitor whose forgetting was cut off half-way is forgotten for good by the next round")
    func forgettingCutOff() async throws {
        let shop = try await Shop.open()
        let (stores, desk) = (shop.house.house.stores, shop.house.house.desk)
        let (id, visitor) = try await shop.begun("My secret is a heron")
        try await stores.keys.write {
            try $0.run("CREATE TRIGGER lost BEFORE INSERT ON erasure BEGIN SELECT RAISE(ABORT, 'the key store is away'); END")
        }
        await #expect(throws: (any Error).self) { try await desk.forget(visitor) }
        #expect(try await stores.data.read { try $0.conversation(id) } == nil, "what is said is gone at once")
        #expect(try await stores.ring.erasures().isEmpty, "and the key is not, yet")
        try await stores.keys.write { try $0.run("DROP TRIGGER lost") }
        try await desk.sweep()
        #expect(try await stores.ring.erasures().map(\.person) == [visitor])
        #expect(try await stores.keys.read { try $0.exists("SELECT 1 FROM person_key WHERE person_id = \(visitor)") } == false)
        #expect(try await shop.count("visitor_forgetting") == 0)
        try await shop.house.stop()
    }

    @Test("C13: a conversation is gone so many days after its end, its key with it, and a silent one ends by itself", arguments: Engine.all)
    func keeping(on engine: Engine) async throws {
        let clock = ManualClock(SystemClock().now)
        var settings = SupportSite.Settings()
        settings.keepDays = 14
        let shop = try await Shop.open(on: engine, settings: settings, clock: clock)
        let desk = shop.house.house.desk
        let ended = try await shop.visitor("One")
        let silent = try await shop.visitor("Two")
        #expect(try await shop.post("/enquiry/forget", "{}", as: try await shop.visitor("Three")).status == 200)
        let page = try await shop.page(of: ended)
        page.command("enquiry.close", #""conversation":"\#(ended.conversation)""#)
        _ = try await page.next("ack")
        clock.advance(by: .days(13))
        try await desk.sweep()
        #expect(try await shop.own(ended).state == "closed")
        clock.advance(by: .days(2))
        try await desk.sweep()
        #expect(try await TestBrowser(shop.house).send(.get, "/enquiry", ended.bearer).status == 401)
        #expect(try await shop.own(silent).state != "closed")
        clock.advance(by: .days(16))
        try await desk.sweep()
        #expect(try await shop.own(silent).state == "closed")
        clock.advance(by: .days(15))
        try await desk.sweep()
        #expect(try await shop.count("visitor") == 0)
        #expect(try await shop.count("stream_event WHERE name <> 'notices'") == 0)
        #expect(try await shop.house.house.stores.ring.erasures().count == 3)
        try await shop.house.stop()
    }
}
