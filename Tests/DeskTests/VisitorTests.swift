import Conversations
import Foundation
import HTTPTypes
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Desk

/// What a visitor may do with nothing but their conversation's token.
@Suite(.timeLimit(.minutes(4))) struct VisitorTests {
    private struct Own: Decodable {
        struct Waiting: Decodable {
            let position: Int
            let minutes: Int?
        }
        struct Reader: Decodable {
            let name: String
            let part: String
        }
        let conversation: String
        let state: String
        let waiting: Waiting?
        let readers: [Reader]
        let rating: Int?
        let keptUntil: Int?
    }

    private struct Receipt: Decodable {
        let receipt: String
        let messages: Int
    }

    private static func bearer(_ caller: Shop.Caller) -> HTTPFields {
        [.authorization: "Bearer \(caller.token)", .contentType: "application/json"]
    }

    private static func own(_ caller: Shop.Caller, _ shop: Shop) async throws -> Own {
        try await TestBrowser(shop.house).send(.get, "/enquiry", bearer(caller)).json()
    }

    private static func post(_ path: String, _ json: String, _ caller: Shop.Caller, _ shop: Shop) async throws -> TestBrowser.Answer {
        try await TestBrowser(shop.house).send(.post, path, bearer(caller), body: Array(json.utf8))
    }

    private static func count(_ table: String, _ shop: Shop) async throws -> Int {
        try await shop.house.house.stores.data.read {
            try $0.first(SQL(stringLiteral: "SELECT COUNT(*) AS n FROM \(table)"))?.get("n") ?? 0
        }
    }

    @Test("Somebody who waits learns their true place, and who of the team read", arguments: Engine.all)
    func waiting(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let callers = [try await shop.visitor("One"), try await shop.visitor("Two"), try await shop.visitor("Three")]
        for (place, caller) in callers.enumerated() {
            let own = try await Self.own(caller, shop)
            #expect(own.waiting?.position == place + 1)
            #expect(own.waiting?.minutes == nil, "with nobody answered yet, no estimate is honest")
        }
        // Only now, so that nobody is taken while places are counted.
        let dan = try await shop.page(of: shop.agents[0])
        dan.command("enquiry.take", #""conversation":"\#(callers[0].conversation)""#)
        _ = try await dan.next("ack")
        let first = try await Self.own(callers[0], shop)
        #expect(first.waiting == nil && first.state == "active")
        #expect(Set(first.readers.map(\.name)) == ["Dan"] && first.readers.last?.part == "agent", "C54")
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
        #expect(try await Self.count("visitor_forgetting", shop) == 0)
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
        #expect(try await Self.count("enquiry", shop) == 1)
        let dan = try await shop.page(of: shop.agents[0])
        _ = try await dan.asked("enquiry.open", #""conversation":"\#(enquiry.conversation)""#)
        try await shop.house.stop()
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
        _ = try await Self.post("/enquiry/transcript", #"{"email":"cleo@example.org"}"#, cleo, shop)
        #expect(try await Self.post("/enquiry/forget", #"{"extra":1}"#, cleo, shop).status == 400)

        let answer = try await Self.post("/enquiry/forget", "{}", cleo, shop)
        #expect(answer.status == 200)
        let receipt: Receipt = try answer.json()
        #expect(receipt.messages == 2 && receipt.receipt.count == 26)
        #expect(try await dan.next("unheard").stream == stream)
        _ = try await dan.next("enquiry.changed")
        #expect(try await TestBrowser(shop.house).send(.get, "/enquiry", Self.bearer(cleo)).status == 401)
        dan.command("enquiry.open", #""conversation":"\#(cleo.conversation)""#)
        #expect(try await dan.next("refused").problem?.type.contains("notFound") == true)
        let letters = "mail_letter WHERE template LIKE 'mail.enquiry%'"
        for table in ["visitor", "enquiry", "conversation", letters, "return_link", "staff_read"] {
            let left = try await Self.count(table, shop)
            #expect(left == (["visitor", "enquiry", "conversation"].contains(table) ? 1 : 0), "\(table)")
        }
        let owner = ConversationID(cleo.conversation)?.bytes ?? []
        let events = try await shop.house.house.stores.data.read { try $0.exists("SELECT 1 FROM stream_event WHERE owner = \(owner)") }
        #expect(!events)
        #expect(try await shop.house.house.stores.ring.erasures().count == 1, "the key is gone, for backups too")
        #expect(try await Self.own(other, shop).conversation == other.conversation, "nobody else lost anything")
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
        let data = try await TestBrowser(shop.house).send(.get, "/enquiry/copy", Self.bearer(cleo)).text
        for number in 1...60 { #expect(data.contains("\"line \(number)\"")) }
        #expect(data.contains("\"Cleo\"") && data.contains("\"Dan\""))
        let page = try await TestBrowser(shop.house).send(.get, "/enquiry/copy?format=html", Self.bearer(cleo))
        #expect(page.headers[.contentDisposition]?.hasPrefix("attachment") == true)
        #expect(page.text.contains("&lt;script&gt;") && !page.text.contains("<script"))
        #expect(try await TestBrowser(shop.house).get("/enquiry/copy").status != 200, "not without the token")
        try await shop.house.stop()
    }

    @Test("Complaint 19: an ended conversation takes no word and says so, and can be rated, once more and again")
    func rating() async throws {
        let shop = try await Shop.open()
        let cleo = try await shop.visitor("Hello")
        #expect(try await Self.post("/enquiry/rating", #"{"score":5}"#, cleo, shop).status == 409, "not before the end")
        let page = try await shop.page(of: cleo, from: ["conversation/\(cleo.conversation)": 0])
        page.command("enquiry.close", #""conversation":"\#(cleo.conversation)""#)
        _ = try await page.next("ack")
        page.command("message.send", #""conversation":"\#(cleo.conversation)","text":"More""#)
        #expect(try await page.next("refused").problem?.type.contains("conversationClosed") == true)
        for body in ["{}", #"{"score":0}"#, #"{"score":6}"#, #"{"score":"5"}"#, #"{"score":5,"who":"me"}"#] {
            #expect(try await Self.post("/enquiry/rating", body, cleo, shop).status == 400, "\(body)")
        }
        #expect(try await Self.post("/enquiry/rating", #"{"score":2,"comment":"Slow"}"#, cleo, shop).status == 204)
        #expect(try await Self.post("/enquiry/rating", #"{"score":4,"comment":"Kind after all"}"#, cleo, shop).status == 204)
        let own = try await Self.own(cleo, shop)
        #expect(own.rating == 4 && own.keptUntil != nil)
        let copy = try await TestBrowser(shop.house).send(.get, "/enquiry/copy", Self.bearer(cleo)).text
        #expect(copy.contains("Kind after all") && !copy.contains("Slow"))

        #expect(
            try await Self.post("/enquiry/rating", #"{"score":4,"comment":"Kind. My card: 4111 1111 1111 1111"}"#, cleo, shop).status == 204
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
        #expect(try await Self.count("staff_read", shop) == 2, "each look is written down, and the visitor sees it")
        try await shop.house.stop()
    }

    @Test("VOC-31: mails to a visitor carry a private link and not a word of what was written", arguments: Engine.all)
    func mails(on engine: Engine) async throws {
        let clock = ManualClock(SystemClock().now)
        let shop = try await Shop.open(on: engine, clock: clock)
        let house = shop.house.house
        let json =
            #"{"id":"\#(UUID().uuidString.lowercased())","text":"About the blue heron","card":{"name":"Cleo","email":"cleo@example.org"}}"#
        let cleo: Shop.Caller = try await TestBrowser(shop.house).post("/widget/\(shop.site.key)/enquiries", json: json).json()
        let dan = try await shop.page(of: shop.agents[0])
        dan.command("enquiry.take", #""conversation":"\#(cleo.conversation)""#)
        _ = try await dan.next("ack")
        dan.command("message.send", #""conversation":"\#(cleo.conversation)","text":"The heron is on its way""#)
        _ = try await dan.next("ack")
        try await house.desk.tellAnswers()
        #expect(
            try await Self.count("mail_letter WHERE template = 'mail.enquiryAnswered'", shop) == 0, "there is time to see it in the chat")
        clock.advance(by: .minutes(3))
        for _ in 0..<3 { try await house.desk.tellAnswers() }
        #expect(try await Self.count("mail_letter WHERE template = 'mail.enquiryAnswered'", shop) == 1, "one mail for what was not seen")
        let letters = try await house.mail.waiting()
        let letter = try #require(letters.first { $0.template == Desk.answeredLetter.name })
        let opened = try #require(try await house.mail.open(letter.id))
        let words = "\(opened.subject.value) \(opened.body.value)"
        #expect(!words.contains("heron") && !words.contains("Cleo"))
        let token = try #require(words.firstMatch(of: /\/widget\/[0-9a-z]{16}\/return#([0-9a-z]{32})/)).output.1
        let own = try await TestBrowser(shop.house).send(.get, "/enquiry", [.authorization: "Bearer \(token)"])
        #expect(own.text.contains(cleo.conversation), "the link opens the conversation")

        dan.command("message.send", #""conversation":"\#(cleo.conversation)","text":"And it arrived""#)
        _ = try await dan.next("ack")
        clock.advance(by: .minutes(3))
        try await house.desk.tellAnswers()
        #expect(
            try await Self.count("mail_letter WHERE template = 'mail.enquiryAnswered'", shop) == 2,
            "news after the first mail are told again")
        try await shop.house.stop()
    }

    @Test("answers that nobody can be written of keep no mail from the others, and what is no answer sends none", arguments: Engine.all)
    func dueAnswers(on engine: Engine) async throws {
        let clock = ManualClock(SystemClock().now)
        let shop = try await Shop.open(on: engine, capacity: 20, clock: clock)
        let (desk, dan) = (shop.house.house.desk, try await shop.page(of: shop.agents[0]))
        func answered(_ name: String, at address: String?) async throws -> Shop.Caller {
            let card = address.map { #"{"name":"\#(name)","email":"\#($0)"}"# } ?? #"{"name":"\#(name)"}"#
            let json = #"{"id":"\#(UUID().uuidString.lowercased())","text":"Hello","card":\#(card)}"#
            let caller: Shop.Caller = try await TestBrowser(shop.house).post("/widget/\(shop.site.key)/enquiries", json: json).json()
            _ = try await dan.asked("enquiry.take", caller.wish)
            _ = try await dan.asked("message.send", #"\#(caller.wish),"text":"It is here""#)
            clock.advance(by: .seconds(1))
            return caller
        }
        func mails() async throws -> Int { try await Self.count("mail_letter WHERE template = 'mail.enquiryAnswered'", shop) }
        _ = try await answered("Nobody", at: nil)
        let reader = try await answered("Reader", at: "reader@example.org")
        let read = try #require(ConversationID(reader.conversation))
        let person = try #require(try await shop.database.read { try $0.enquiry(read) }).visitor
        try await shop.conversations.seen(read, by: person, delivered: 10, read: 10)
        _ = try await answered("Away", at: "away@example.org")
        clock.advance(by: .minutes(3))
        // One at a time, as if there were more than are read together.
        try await desk.tellAnswers(inBatchesOf: 1)
        #expect(try await mails() == 1, "to whoever has not read it")
        _ = try await dan.asked("enquiry.close", reader.wish)
        clock.advance(by: .minutes(1))
        try await desk.tellAnswers()
        #expect(try await mails() == 1, "that it ended is no answer")
        try await shop.house.stop()
    }

    @Test("nobody has somebody mailed to again and again: few links go to one address, and few of one visitor", arguments: Engine.all)
    func fewLinks(on engine: Engine) async throws {
        let clock = ManualClock(SystemClock().now)
        let shop = try await Shop.open(on: engine, clock: clock)
        let (one, other) = (try await shop.visitor(), try await shop.visitor())
        func ask(_ caller: Shop.Caller, _ address: String) async throws -> Int {
            try await Self.post("/enquiry/transcript", #"{"email":"\#(address)"}"#, caller, shop).status
        }
        for _ in 0..<3 { #expect(try await ask(one, "victim@example.org") == 204) }
        #expect(try await ask(one, "victim@example.org") == 429)
        #expect(try await ask(other, "Victim@example.org") == 429, "whichever conversation it is about")
        #expect(try await ask(one, "another@example.org") == 429, "whichever address it is")
        #expect(try await ask(other, "another@example.org") == 204)
        #expect(try await Self.count("mail_letter WHERE template = 'mail.enquiryLink'", shop) == 4)
        clock.advance(by: .minutes(61))
        #expect(try await ask(one, "victim@example.org") == 204)
        #expect(try await ask(one, "victim@example.org") == 429, "then one after an hour, and the next after two")
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
        #expect(try await Self.post("/enquiry/forget", "{}", try await shop.visitor("Three"), shop).status == 200)
        let page = try await shop.page(of: ended)
        page.command("enquiry.close", #""conversation":"\#(ended.conversation)""#)
        _ = try await page.next("ack")
        clock.advance(by: .days(13))
        try await desk.sweep()
        #expect(try await Self.own(ended, shop).state == "closed")
        clock.advance(by: .days(2))
        try await desk.sweep()
        #expect(try await TestBrowser(shop.house).send(.get, "/enquiry", Self.bearer(ended)).status == 401)
        #expect(try await Self.own(silent, shop).state != "closed")
        clock.advance(by: .days(16))
        try await desk.sweep()
        #expect(try await Self.own(silent, shop).state == "closed")
        clock.advance(by: .days(15))
        try await desk.sweep()
        #expect(try await Self.count("visitor", shop) == 0)
        #expect(try await Self.count("stream_event WHERE name <> 'notices'", shop) == 0)
        #expect(try await shop.house.house.stores.ring.erasures().count == 3)
        try await shop.house.stop()
    }

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
