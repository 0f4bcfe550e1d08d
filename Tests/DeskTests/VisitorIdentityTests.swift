import Conversations
import Crypto
import Foundation
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Desk

/// A site vouches for its customer with a token it signed. Mallory tries everything else.
@Suite(.timeLimit(.minutes(3))) struct VisitorIdentityTests {
    private struct Claims: Encodable {
        var sub: String? = "customer-7"
        var aud: String?
        var exp: Double?
        var nbf: Double?
        var name: String? = "Cleo Marin"
        var email: String? = "cleo@example.org"
    }

    private static func base64(_ data: some DataProtocol) -> String {
        Data(data).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func token(_ claims: Claims, secret: String, header: String = #"{"alg":"HS256","typ":"JWT"}"#) throws -> String {
        let signed = "\(base64(Data(header.utf8))).\(base64(try JSONEncoder().encode(claims)))"
        let mac = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: Data(secret.utf8)))
        return "\(signed).\(base64(Data(mac)))"
    }

    private static func begin(_ token: String, at shop: Shop) async throws -> TestBrowser.Answer {
        let json = #"{"id":"\#(UUID().uuidString.lowercased())","text":"Hello","identity":"\#(token)","card":{"name":"Somebody else"}}"#
        return try await TestBrowser(shop.house).post("/widget/\(shop.site.key)/enquiries", json: json)
    }

    @Test(
        "A token the site signed fills in name and address; two secrets count while the site changes over, never three",
        arguments: Engine.all)
    func signed(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let desk = shop.house.house.desk
        let claims = Claims(aud: shop.site.key, exp: Date().timeIntervalSince1970 + 600)
        #expect(try await Self.begin(try Self.token(claims, secret: ""), at: shop).status == 422, "no secret was made yet")
        let first = try await desk.renewIdentitySecret(of: shop.site.key).value
        let answer = try await Self.begin(try Self.token(claims, secret: first), at: shop)
        let caller: Shop.Caller = try answer.json()
        let copy = try await TestBrowser(shop.house).send(.get, "/enquiry/copy", [.authorization: "Bearer \(caller.token)"]).text
        #expect(
            copy.contains("Cleo Marin") && copy.contains("customer-7") && !copy.contains("Somebody else"), "the site's word comes first")

        let second = try await desk.renewIdentitySecret(of: shop.site.key).value
        #expect(second != first)
        for secret in [first, second] { #expect(try await Self.begin(try Self.token(claims, secret: secret), at: shop).status == 200) }
        let third = try await desk.renewIdentitySecret(of: shop.site.key).value
        #expect(try await Self.begin(try Self.token(claims, secret: first), at: shop).status == 422)
        try await desk.dropOldIdentitySecret(of: shop.site.key)
        #expect(try await Self.begin(try Self.token(claims, secret: second), at: shop).status == 422)
        #expect(try await Self.begin(try Self.token(claims, secret: third), at: shop).status == 200)
        let stored = try await shop.house.house.stores.data.read {
            try $0.rows("SELECT settings FROM support_site").map { try $0.get("settings", as: String.self) }
        }
        for secret in [first, second, third] { #expect(!stored.joined().contains(secret), "a secret is kept nowhere") }
        try await shop.house.stop()
    }

    @Test("A customer who comes again is kept for whoever helped before; nobody else's visits are put together", arguments: Engine.all)
    func comesAgain(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let desk = shop.house.house.desk
        let secret = try await desk.renewIdentitySecret(of: shop.site.key).value
        let eve = shop.agents[1].person
        func asks(_ subject: String) async throws -> ConversationID {
            let claims = Claims(sub: subject, aud: shop.site.key, exp: Date().timeIntervalSince1970 + 600)
            let caller: Shop.Caller = try await Self.begin(try Self.token(claims, secret: secret), at: shop).json()
            return try #require(ConversationID(caller.conversation))
        }
        func waitsFor(_ id: ConversationID) async throws -> PersonID? {
            try await shop.house.house.stores.data.read {
                try $0.first("SELECT sticky_id FROM enquiry_routing WHERE conversation_id = \(id)")?.get("sticky_id")
            }
        }
        let first = try await asks("customer-7")
        #expect(try await waitsFor(first) == nil)
        _ = try await shop.house.house.stores.data.write { try $0.assign(first, to: eve, at: SystemClock().now) }
        let (again, other) = (try await asks("customer-7"), try await asks("customer-8"))
        #expect(try await waitsFor(again) == eve)
        #expect(try await waitsFor(other) == nil)
        let visitor = try await shop.house.house.stores.data.read { try #require(try $0.enquiry(first)).visitor }
        try await desk.forget(visitor)
        #expect(try await waitsFor(try await asks("customer-7")) == nil, "who is forgotten is new, as the other visit had no agent")
        try await shop.house.stop()
    }

    @Test(
        "A signed customer is offered to whoever helped before, waits for them a while when they have no room, and then for nobody",
        arguments: Engine.all)
    func offeredToWhomTheyKnow(on engine: Engine) async throws {
        let clock = ManualClock(SystemClock().now)
        let shop = try await Shop.open(on: engine, capacity: 2, clock: clock)
        let (desk, data) = (shop.house.house.desk, shop.house.house.stores.data)
        let secret = try await desk.renewIdentitySecret(of: shop.site.key).value
        let (dan, eve) = (shop.agents[0].person, shop.agents[1].person)
        func asks(_ subject: String) async throws -> ConversationID {
            let claims = Claims(sub: subject, aud: shop.site.key, exp: Date().timeIntervalSince1970 + 600)
            let caller: Shop.Caller = try await Self.begin(try Self.token(claims, secret: secret), at: shop).json()
            return try #require(ConversationID(caller.conversation))
        }
        func enquiry(_ id: ConversationID) async throws -> Enquiry { try #require(try await data.read { try $0.enquiry(id) }) }
        func give(_ id: ConversationID, to agent: PersonID) async throws {
            #expect(try await data.write { try $0.assign(id, to: agent, at: clock.now) })
        }
        // Both are there, and Eve has helped two customers before.
        let pages = [try await shop.page(of: shop.agents[0]), try await shop.page(of: shop.agents[1])]
        try await Eventually.holds { try await Set(data.read { try $0.agentLinks().map { $0.agent } }) == [dan, eve] }
        for subject in ["customer-7", "customer-9"] {
            let before = try await asks(subject)
            try await give(before, to: eve)
            try await desk.close(before, by: eve, as: .agent)
        }
        // She has more to do than Dan, who would be asked first.
        try await give(try await asks("customer-8"), to: eve)
        var rules = QueueRules.automatic
        (rules.stickySeconds, rules.offerSeconds) = (30, 600)
        try await data.write { [rules] in try $0.put(rules, for: shop.queue.id) }
        let again = try await asks("customer-7")
        try await Eventually.holds { try await data.read { try $0.enquiry(again) }?.state == .offered }
        #expect(try await enquiry(again).agent == eve)
        try await give(again, to: eve)

        // Now she has no room left.
        let third = try await asks("customer-7")
        clock.advance(by: .milliseconds(29_999))
        try await desk.route()
        #expect(try await enquiry(third).state == .waiting, "she is waited for")
        clock.advance(by: .milliseconds(1))
        try await desk.route()
        #expect(try await enquiry(third).agent == dan)

        _ = try await pages[1].asked("agent.status", #""status":"away""#)
        let other = try await asks("customer-9")
        try await Eventually.holds { try await data.read { try $0.enquiry(other) }?.state == .offered }
        #expect(try await enquiry(other).agent == dan, "who is not there is not waited for")
        try await shop.house.stop()
    }

    @Test("Complaint 5.8: unsigned, foreign, old, far-reaching and mangled tokens are refused, and nothing is stored")
    func attacks() async throws {
        let shop = try await Shop.open()
        let secret = try await shop.house.house.desk.renewIdentitySecret(of: shop.site.key).value
        let now = Date().timeIntervalSince1970
        let good = Claims(aud: shop.site.key, exp: now + 600)
        let signed = try Self.token(good, secret: secret)
        let parts = signed.split(separator: ".").map(String.init)
        func with(_ change: (inout Claims) -> Void) throws -> String {
            var claims = good
            change(&claims)
            return try Self.token(claims, secret: secret)
        }
        let attacks: [String: String] = [
            "no signature": "\(parts[0]).\(parts[1]).", "two parts": "\(parts[0]).\(parts[1])", "five parts": "\(signed).a.b",
            "alg none": try Self.token(good, secret: secret, header: #"{"alg":"none"}"#),
            "alg None": "\(Self.base64(Data(#"{"alg":"None"}"#.utf8))).\(parts[1]).",
            "alg HS512": try Self.token(good, secret: secret, header: #"{"alg":"HS512"}"#),
            "alg RS256": try Self.token(good, secret: secret, header: #"{"alg":"RS256","kid":"../../key"}"#),
            "a critical extension": try Self.token(good, secret: secret, header: #"{"alg":"HS256","crit":["b64"],"b64":false}"#),
            "the site's public key as secret": try Self.token(good, secret: shop.site.key),
            "an empty secret": try Self.token(good, secret: ""),
            "another site": try with { $0.aud = "0000000000000000" }, "no audience": try with { $0.aud = nil },
            "no end": try with { $0.exp = nil }, "ended": try with { $0.exp = now - 300 },
            "for a year": try with { $0.exp = now + 31_536_000 },
            "not yet": try with { $0.nbf = now + 900 }, "nobody": try with { $0.sub = "" }, "no subject": try with { $0.sub = nil },
            "claims changed":
                "\(parts[0]).\(Self.base64(try JSONEncoder().encode(Claims(sub: "boss", aud: shop.site.key, exp: now + 600)))).\(parts[2])",
            "padded": signed + "=", "nonsense": "a.b.c", "empty": "", "long": String(repeating: "a", count: 4096),
        ]
        for (name, token) in attacks {
            let answer = try await Self.begin(token, at: shop)
            #expect(answer.status == 422 && answer.text.contains("identityRejected"), "\(name): \(answer.status)")
        }
        let visitors: Int? = try await shop.house.house.stores.data.read { try $0.first("SELECT COUNT(*) AS n FROM visitor")?.get("n") }
        #expect(visitors == 0)
        #expect(try await Self.begin(signed, at: shop).status == 200)
        try await shop.house.stop()
    }
}
