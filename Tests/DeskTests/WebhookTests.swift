import Conversations
import Foundation
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

@testable import Desk

/// Programs elsewhere are told what happens: signed, in order, again when they did not listen, and nowhere that is not the Internet.
@Suite(.timeLimit(.minutes(3))) struct WebhookTests {
    private struct Told: Decodable, Equatable {
        struct About: Decodable, Equatable {
            let enquiry: String
            let sequence: Int?
            let part: String?
        }
        let type: String
        let data: About
    }

    private static func told(_ heard: WebhookListener.Heard) throws -> Told {
        try JSONDecoder().decode(Told.self, from: Data(heard.body.utf8))
    }

    private static func shop(on engine: Engine) async throws -> Shop {
        try await Shop.open(on: engine) { $0.set(\.webhooksAllowPrivate, to: ["127.0.0.1"]) }
    }

    @Test("Complaint 13: a webhook hears of everything once and in order, signed, and of no word that was said", arguments: Engine.all)
    func inOrder(on engine: Engine) async throws {
        let listener = WebhookListener()
        try await listener.open()
        let shop = try await Self.shop(on: engine)
        let bot = try await shop.program("Clerk", [.readConversations, .writeConversations, .writeWebhooks])
        let made = try await bot.post(
            "/webhooks", #"{"url":"\#(listener.url)","events":["enquiry.created","message.sent","enquiry.closed"]}"#)
        #expect(made.status == 201)
        struct Made: Decodable { let secret: String }
        let secret = try made.json(Made.self).secret
        let cleo = try await shop.visitor("Where is my parcel?")
        for text in ["one", "two", "three"] {
            #expect(try await bot.post("/enquiries/\(cleo.conversation)/messages", #"{"text":"\#(text)"}"#).status == 201)
        }
        #expect(try await bot.post("/enquiries/\(cleo.conversation)/close", "").status == 204)
        try await Eventually.holds { listener.heard.contains { $0.body.contains("enquiry.closed") } }
        let told = try listener.heard.map(Self.told)
        #expect(told.map(\.type) == ["enquiry.created"] + Array(repeating: "message.sent", count: 4) + ["enquiry.closed"])
        #expect(told.compactMap(\.data.part) == ["visitor", "bot", "bot", "bot"])
        #expect(told.compactMap(\.data.sequence) == told.compactMap(\.data.sequence).sorted())
        #expect(Set(listener.heard.map(\.id)).count == 6, "each is told once")
        for heard in listener.heard {
            let seconds = try #require(Int64(heard.timestamp))
            #expect(heard.signature == Webhook.signature(of: heard.body, id: heard.id, at: seconds, under: secret))
            #expect(!heard.body.contains("parcel"))
        }
        try await Eventually.holds { try await shop.count("webhook_delivery") == 0 }
        try await shop.house.stop()
        try await listener.close()
    }

    @Test("Complaint 13: what a webhook did not take comes again under the same id, and nothing overtakes it", arguments: Engine.all)
    func again(on engine: Engine) async throws {
        let listener = WebhookListener { _, before in before == 0 ? 500 : 200 }
        try await listener.open()
        let shop = try await Self.shop(on: engine)
        let desk = shop.house.house.desk
        _ = try await desk.makeWebhook(to: listener.url, of: [.enquiryCreated, .messageSent], in: nil)
        _ = try await shop.visitor()
        let database = shop.house.house.stores.data
        try await Eventually.holds {
            try await database.read { try $0.exists("SELECT 1 FROM webhook_delivery WHERE attempts = 1") }
        }
        #expect(listener.heard.count == 1, "the message waits for what came before it")
        #expect(try await shop.count("webhook_delivery") == 2)
        #expect(try await shop.count("webhook_lane") == 1, "whoever looks for what is due looks at one row, whatever waits behind it")
        #expect(try await database.read { try $0.webhooksDue(at: SystemClock().now) } == [])
        let failure: String? = try await database.read {
            try $0.first("SELECT failure FROM webhook_delivery WHERE attempts = 1")?.get("failure")
        }
        #expect(failure == "HTTP 500")
        let pause = try await database.read { transaction -> (next: Timestamp, begun: Timestamp, until: Timestamp)? in
            try transaction.first(
                """
                SELECT lane.next_at, d.at, d.until FROM webhook_delivery d JOIN webhook_lane lane ON lane.webhook_id = d.webhook_id
                WHERE d.attempts = 1
                """
            ).map {
                (try $0["next_at"], try $0["at"], try $0["until"])
            }
        }
        let due = try #require(pause)
        #expect(due.next > due.begun + .seconds(3) && due.next <= SystemClock().now + .milliseconds(6250), "a pause of five seconds or so")
        #expect(due.until == due.begun + .hours(24))
        // What the pause would have brought.
        try await database.write { _ = try $0.rows("UPDATE webhook_lane SET next_at = 0") }
        try await Eventually.holds { listener.heard.count == 3 }
        #expect(listener.heard[0].id == listener.heard[1].id)
        #expect(try listener.heard.map(Self.told).map(\.type) == ["enquiry.created", "enquiry.created", "message.sent"])
        try await shop.house.stop()
        try await listener.close()
    }

    @Test(
        "a webhook hears that an enquiry was passed on, taken over and let go of, in the order in which it happened", arguments: Engine.all)
    func fromHandToHand(on engine: Engine) async throws {
        let listener = WebhookListener()
        try await listener.open()
        let shop = try await Shop.open(on: engine, agents: ["Dan", "Eve", "Finn"]) { $0.set(\.webhooksAllowPrivate, to: ["127.0.0.1"]) }
        let desk = shop.house.house.desk
        let (_, secret) = try await desk.makeWebhook(
            to: listener.url, of: [.enquiryAssigned, .enquiryTransferred, .enquiryTakenOver, .enquiryReleased, .enquiryClosed], in: nil)
        let dan = try await shop.page(of: shop.agents[0])
        let cleo = try await shop.visitor("Where is my parcel?")
        _ = try await dan.asked("enquiry.take", cleo.wish)
        _ = try await dan.asked("enquiry.transfer", #"\#(cleo.wish),"person":"\#(shop.agents[1].id)""#)
        let finn = Principal.Member(
            person: shop.agents[2].person, session: "test", roles: [.supervisor, .member], name: Redacted("Finn"))
        let id = try #require(ConversationID(cleo.conversation))
        try await desk.takeOver(id, as: finn)
        try await desk.leave(id, as: finn)
        _ = try await dan.asked("enquiry.take", cleo.wish)
        _ = try await dan.asked("enquiry.close", cleo.wish)
        try await Eventually.holds { listener.heard.contains { $0.body.contains("enquiry.closed") } }
        let told = try listener.heard.map(Self.told)
        #expect(
            told.map(\.type) == [
                "enquiry.assigned", "enquiry.transferred", "enquiry.takenOver", "enquiry.released", "enquiry.assigned", "enquiry.closed",
            ])
        #expect(told.allSatisfy { $0.data.enquiry == cleo.conversation })
        for heard in listener.heard {
            let seconds = try #require(Int64(heard.timestamp))
            #expect(heard.signature == Webhook.signature(of: heard.body, id: heard.id, at: seconds, under: secret))
        }
        try await shop.house.stop()
        try await listener.close()
    }

    @Test("a webhook that does not answer keeps no other waiting", arguments: Engine.all)
    func ownHands(on engine: Engine) async throws {
        let isReleased = Mutex(false)
        let silent = WebhookListener { _, _ in
            try? await Eventually.holds { isReleased.withLock(\.self) }
            return 204
        }
        let listener = WebhookListener()
        try await silent.open()
        try await listener.open()
        let shop = try await Self.shop(on: engine)
        for url in [silent.url, listener.url] {
            _ = try await shop.house.house.desk.makeWebhook(to: url, of: [.enquiryCreated], in: nil)
        }
        for _ in 0..<2 * WebhookCourier.hands + 4 { _ = try await shop.visitor() }
        try await Eventually.holds { listener.heard.count == 2 * WebhookCourier.hands + 4 }
        #expect(silent.heard.count == WebhookCourier.hands, "it has its own hands and no other")
        isReleased.withLock { $0 = true }
        try await Eventually.holds { try await shop.count("webhook_delivery") == 0 }
        #expect(try await shop.count("webhook_lane") == 0)
        try await shop.house.stop()
        try await silent.close()
        try await listener.close()
    }

    @Test("the pauses grow from seconds to an hour, and are not the same for all")
    func pauses() {
        let seconds = (1...12).map { WebhookDelivery.delay(afterAttempts: $0, jitter: 100) }
        #expect(seconds == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600].map { .seconds($0) })
        let spread = Set((0..<100).map { _ in WebhookDelivery.delay(afterAttempts: 9) })
        #expect(spread.count > 5 && spread.allSatisfy { (.seconds(960)...(.seconds(1600))).contains($0) })
    }

    @Test(
        "what could not be delivered for a day is kept to be seen, holds up nothing, and is sent again in its old place",
        arguments: Engine.all)
    func deadLetters(on engine: Engine) async throws {
        let listener = WebhookListener { _, before in before == 0 ? 503 : 200 }
        try await listener.open()
        let shop = try await Self.shop(on: engine)
        let bot = try await shop.program("Clerk", [.readConversations, .writeConversations, .writeWebhooks])
        let hook = try await shop.house.house.desk.makeWebhook(to: listener.url, of: [.enquiryCreated, .enquiryClosed], in: nil).webhook
        let cleo = try await shop.visitor()
        let database = shop.house.house.stores.data
        try await Eventually.holds {
            try await database.read { try $0.exists("SELECT 1 FROM webhook_delivery WHERE attempts = 1") }
        }
        // The day is over when it is tried next, and nobody listens.
        try await listener.close()
        try await database.write {
            try $0.run("UPDATE webhook_delivery SET until = 0")
            try $0.run("UPDATE webhook_lane SET next_at = 0")
        }
        try await Eventually.holds {
            try await database.read { try $0.exists("SELECT 1 FROM webhook_delivery WHERE failed_at IS NOT NULL") }
        }
        struct List: Decodable {
            struct Item: Decodable { let id: String; let failure: String? }
            let items: [Item]
        }
        let failed: List = try await bot.get("/webhooks/\(hook.id)/failures").json()
        #expect(failed.items.map(\.failure) == ["no connection"])
        let another = WebhookListener()
        try await another.open()
        try await database.write { [url = another.url] in _ = try $0.rows("UPDATE webhook SET url = \(url)") }
        #expect(try await bot.post("/enquiries/\(cleo.conversation)/close", "").status == 204)
        try await Eventually.holds { another.heard.count == 1 }
        #expect(try Self.told(another.heard[0]).type == "enquiry.closed", "what was given up holds up nothing that came later")
        #expect(try await bot.post("/webhooks/\(hook.id)/failures/\(failed.items[0].id)/replay", "").status == 204)
        try await Eventually.holds { another.heard.count == 2 }
        #expect(another.heard[1].id == listener.heard[0].id)
        try await shop.house.stop()
        try await another.close()
    }

    @Test("at rotation two secrets are good for a day, so that the other side changes at its own time")
    func rotation() async throws {
        let listener = WebhookListener()
        try await listener.open()
        let shop = try await Self.shop(on: .sqlite)
        let desk = shop.house.house.desk
        let (webhook, first) = try await desk.makeWebhook(to: listener.url, of: [.enquiryCreated], in: nil)
        let second = try await desk.rotateWebhook(webhook.id).secret
        _ = try await shop.visitor()
        try await Eventually.holds { listener.heard.count == 1 }
        let heard = listener.heard[0]
        let seconds = try #require(Int64(heard.timestamp))
        let good = [second, first].map { Webhook.signature(of: heard.body, id: heard.id, at: seconds, under: $0) }
        #expect(heard.signature == good.joined(separator: " "))
        let end: Timestamp? = try await shop.database.read { try $0.first("SELECT former_until FROM webhook")?.get("former_until") }
        let until = try #require(end)
        let day = Duration.hours(24)
        #expect(until > SystemClock().now + day - .minutes(3) && until <= SystemClock().now + day)
        // The day is over.
        try await shop.database.write { _ = try $0.rows("UPDATE webhook SET former_until = 1") }
        _ = try await shop.visitor()
        try await Eventually.holds { listener.heard.count == 2 }
        let later = listener.heard[1]
        let then = try #require(Int64(later.timestamp))
        #expect(later.signature == Webhook.signature(of: later.body, id: later.id, at: then, under: second))
        try await shop.house.stop()
        try await listener.close()
    }

    @Test("two nodes tell a webhook of each thing once", arguments: [Engine.postgres])
    func twoNodes(on engine: Engine) async throws {
        let listener = WebhookListener()
        try await listener.open()
        let shop = try await Self.shop(on: engine)
        let other = try await TestHouse(shop.house.settings)
        _ = try await shop.house.house.desk.makeWebhook(to: listener.url, of: [.messageSent], in: nil)
        try await withThrowingTaskGroup { group in
            for _ in 0..<20 { group.addTask { _ = try await shop.visitor() } }
            try await group.waitForAll()
        }
        try await Eventually.holds { try await shop.count("webhook_delivery") == 0 }
        #expect(listener.heard.count == 20 && Set(listener.heard.map(\.id)).count == 20)
        try await other.stop()
        try await shop.house.stop()
        try await listener.close()
    }

    @Test(
        "an address that is not on the Internet is refused, by whatever name it comes",
        arguments: [
            "127.0.0.1", "10.0.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
            "255.255.255.255", "::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "fe80::1", "fd00::1", "ff02::1", "64:ff9b::7f00:1",
            "2002:7f00:1::", "2001:0:1::", "100::1", "198.18.0.1", "192.0.2.1",
        ])
    func privateAddress(_ address: String) {
        #expect(throws: WebhookAddress.Refusal.privateHost) {
            _ = try WebhookAddress(resolving: "https://hooks.example.org/a", allowing: []) { _ in ["93.184.215.14", address] }
        }
    }

    @Test("the connection goes to the address that was checked, and only by https")
    func publicAddress() throws {
        let address = try WebhookAddress(resolving: "https://hooks.example.org:8443/a?b=c", allowing: []) { host in
            host == "hooks.example.org" ? ["93.184.215.14"] : []
        }
        #expect(address.connectTo == "::93.184.215.14:8443")
        let six = try WebhookAddress(resolving: "https://hooks.example.org/", allowing: []) { _ in ["2606:2800:21f:cb07::1"] }
        #expect(six.connectTo == "::[2606:2800:21f:cb07::1]:443")
        for url in [
            "http://hooks.example.org/", "ftp://hooks.example.org/", "https://ana:secret@hooks.example.org/", "https:///a", "hooks",
            "https://hooks.example.org\\@127.0.0.1/", "https://hooks.example.org/#a", "file:///etc/passwd", "https://a b/",
        ] {
            #expect(throws: WebhookAddress.Refusal.self, "\(url)") {
                _ = try WebhookAddress(resolving: url, allowing: []) { _ in ["93.184.215.14"] }
            }
        }
        #expect(throws: WebhookAddress.Refusal.privateHost) {
            _ = try WebhookAddress(resolving: "https://localhost/", allowing: ["hooks.example.org"])
        }
    }
}
