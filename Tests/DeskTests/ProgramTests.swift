import Foundation
import HTTPTypes
import TestKit
import Testing
import Vocabulary
import Web

@testable import Desk

/// Other programs use the desk, within their token's scopes.
@Suite(.timeLimit(.minutes(3))) struct ProgramTests {
    private struct List<Item: Decodable>: Decodable {
        let items: [Item]
        let next: String?
    }

    private struct Enquiry: Decodable {
        let id: String
        let state: String
        let visitor: String
    }

    private struct Event: Decodable {
        let sequence: Int
        let kind: String
        let part: String?
        let name: String?
        let text: String?
    }

    private struct Sent: Decodable, Equatable { let sequence: Int }
    private struct Trouble: Decodable { let type: String }

    @Test("C54: a program reads and answers, marked as one, and the visitor sees it", arguments: Engine.all)
    func aProgramAnswers(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let bot = try await shop.program("Order clerk", [.readConversations, .writeConversations])
        let cleo = try await shop.visitor("Where is my order?")
        let list: List<Enquiry> = try await bot.get("/enquiries?state=waiting").json()
        #expect(list.items.map(\.id) == [cleo.conversation])
        let page = try await shop.page(of: cleo, from: ["conversation/\(cleo.conversation)": 0])
        let read: List<Event> = try await bot.get("/enquiries/\(cleo.conversation)/messages").json()
        #expect(read.items.contains { $0.text == "Where is my order?" })
        #expect(try await page.next { $0.kind == "staff.read" }.text.contains("Order clerk"))
        let sent = try await bot.post("/enquiries/\(cleo.conversation)/messages", #"{"text":"On its way."}"#)
        #expect(sent.status == 201)
        let heard = try await page.next { $0.kind == "message.sent" && $0.text.contains("On its way") }
        #expect(heard.text.contains(#""part":"bot""#) && heard.text.contains("Order clerk"))
        #expect(try await shop.count("staff_read") == 2, "each look is written down")
        let visitor = try #require(list.items.first?.visitor)
        #expect(try await bot.get("/visitors/\(visitor)").text.contains(#""name":"Cleo""#))
        #expect(try await bot.post("/enquiries/\(cleo.conversation)/close", "").status == 204)
        let late = try await bot.post("/enquiries/\(cleo.conversation)/messages", #"{"text":"One more"}"#)
        #expect(late.status == 409)
        #expect(try late.json(Trouble.self).type == "urn:sotto:problem.conversationClosed")
        try await shop.house.stop()
    }

    @Test("VZO-38: a program does what its scopes say, until it is revoked or its time is over", arguments: Engine.all)
    func scopes(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine, agents: ["Dan"])
        let reader = try await shop.program("Reader", [.readSites])
        #expect(try await reader.get("/sites").status == 200)
        #expect(try await reader.get("/enquiries").status == 403)
        #expect(try await reader.post("/queues", #"{"name":"Returns"}"#).status == 403)
        var live = FakeBrowser.Address(port: shop.house.port, session: nil)
        live.headers = [("Sec-WebSocket-Protocol", "sotto, bearer.\(reader.secret)")]
        let page = try? await FakeBrowser.open(live)
        #expect(page == nil, "the live link looks at no scopes, so it lets no program in")
        let unknown = Shop.Program(shop.house, secret: APIToken.newSecret())
        #expect(try await unknown.get("/sites").status == 401)
        #expect(try await unknown.get("/openapi.json").status == 200)
        let token = try #require(try await shop.house.house.stores.data.read { try $0.tokens() }.first)
        #expect(token.usedOn.map { $0.milliseconds % 86_400_000 } == 0, "its last use is known by the day")
        try await shop.house.house.desk.revoke(token.id)
        #expect(try await reader.get("/sites").status == 401)
        let over = try await shop.program("Over", [.readSites], days: 0)
        #expect(try await over.get("/sites").status == 401)
        try await shop.house.stop()
    }

    @Test("Complaint 13: a request that is sent again under its key is answered again and done once", arguments: Engine.all)
    func idempotency(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let bot = try await shop.program("Order clerk", [.readConversations, .writeConversations, .writeSites])
        let cleo = try await shop.visitor()
        let path = "/enquiries/\(cleo.conversation)/messages"
        let answers = try await withThrowingTaskGroup { group in
            for _ in 0..<8 { group.addTask { try await bot.post(path, #"{"text":"Hello"}"#, key: "one") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.allSatisfy { $0.status == 201 || $0.status == 409 }, "409: the first is not done yet")
        let first = try #require(answers.first { $0.status == 201 })
        let again = try await bot.post(path, #"{"text":"Hello"}"#, key: "one")
        #expect(again.status == 201 && again.body == first.body)
        #expect(try await bot.post(path, #"{"text":"Other"}"#, key: "one").status == 422)
        let read: List<Event> = try await bot.get(path).json()
        #expect(read.items.count { $0.kind == "message.sent" && $0.part == "bot" } == 1)
        #expect(try await bot.post("/queues", #"{"name":"Returns"}"#, key: "queue").status == 201)
        #expect(try await bot.post("/queues", #"{"name":"Returns"}"#, key: "queue").status == 201)
        #expect(try await bot.post("/queues", #"{"name":"Returns"}"#).status == 409)
        try await shop.house.stop()
    }

    @Test("pages follow each other without a gap, however much comes in between", arguments: Engine.all)
    func paging(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let reader = try await shop.program("Reader", [.readConversations])
        var all: [String] = []
        for _ in 0..<7 { all.append(try await shop.visitor().conversation) }
        var (found, cursor): ([String], String?) = ([], nil)
        repeat {
            let page: List<Enquiry> = try await reader.get("/enquiries?limit=3" + (cursor.map { "&cursor=\($0)" } ?? "")).json()
            found += page.items.map(\.id)
            cursor = page.next
            _ = try await shop.visitor("Another one")
        } while cursor != nil
        #expect(found == all.reversed())
        let path = "/enquiries/\(all[0])/messages"
        let first: List<Event> = try await reader.get(path + "?limit=2").json()
        let rest: List<Event> = try await reader.get(path + "?limit=2&cursor=\(first.next ?? "")").json()
        #expect((first.items + rest.items).map(\.sequence) == Array(1...(first.items + rest.items).count))
        try await shop.house.stop()
    }

    @Test("what the document does not say is refused, with a problem in the words of RFC 9457")
    func refusals() async throws {
        let shop = try await Shop.open()
        let bot = try await shop.program("Clerk", [.readConversations, .writeSites])
        for path in ["/enquiries?limit=0", "/enquiries?limit=x", "/enquiries?state=lost", "/enquiries?unknown=1", "/enquiries?cursor=1"] {
            let answer = try await bot.get(path)
            #expect(answer.status == 400, "\(path)")
            #expect(answer.headers[.contentType] == "application/problem+json; charset=utf-8")
        }
        #expect(try await bot.get("/enquiries/zzz").status == 404)
        let refused = [
            (#"{"name":""}"#, "#/name"), (#"{"name":"A","other":1}"#, "#"), (#"{}"#, "#/name"), (#"{"name":7}"#, "#/name"),
            (#"{"name":" A"}"#, "#/name"), ("[]", "#"),
        ]
        for (body, place) in refused {
            let answer = try await bot.post("/queues", body)
            #expect(answer.status == 422 && answer.text.contains("at \(place)."), "\(body)")
        }
        #expect(try await bot.post("/queues", "{").status == 400)
        try await shop.house.stop()
    }

    @Test("a token that asks too often is told when again, and each answer how much is left")
    func rateLimit() async throws {
        let shop = try await Shop.open()
        let bot = try await shop.program("Clerk", [.readSites])
        let first = try await bot.get("/sites")
        #expect(first.headers[.init("RateLimit-Policy")!] == #""token";q=150;w=9"#)
        #expect(first.headers[.init("RateLimit")!] == #""token";r=149;t=1"#)
        let allowance = APIAllowance()
        let (now, person) = (ManualClock().now, PersonID(at: ManualClock().now))
        for _ in 0..<APIAllowance.burst { #expect(allowance.take(person, at: now).wait == nil) }
        #expect(allowance.take(person, at: now).wait == 1)
        #expect(allowance.take(person, at: now).field == #""token";r=0;t=9"#)
        #expect(allowance.take(PersonID(at: now), at: now).wait == nil, "another has its own")
        #expect(allowance.take(person, at: now + .milliseconds(60)).wait == nil)
        try await shop.house.stop()
    }

    @Test("the document is made from the routes: each has an operation, and each operation says all it needs")
    func document() async throws {
        try await TestHouse.run { house in
            let routes = house.house.routes.filter { $0.path.hasPrefix("/api/v1/") && $0.path != "/api/v1/openapi.json" }
            let operations = house.house.desk.operations
            #expect(Set(routes.map { "\($0.method) \($0.path)" }) == Set(operations.map { "\($0.method) /api/v1\($0.path)" }))
            #expect(Set(operations.map(\.name)).count == operations.count)
            #expect(operations.allSatisfy { $0.summary.hasSuffix(".") })
            let text = try await TestBrowser(house).get("/api/v1/openapi.json").text
            #expect(text.contains(#""openapi":"3.1.0""#))
            #expect(APISchema.of(TextWish.self) == .object([.init(name: "text", schema: .text(longest: 8000, shortest: 1))]))
            struct Document: Decodable {
                struct Hook: Decodable {
                    struct Post: Decodable { let summary: String }
                    let post: Post
                }
                let webhooks: [String: Hook]
            }
            let told = try JSONDecoder().decode(Document.self, from: Data(text.utf8)).webhooks
            #expect(Set(told.keys) == Set(WebhookEvent.allCases.map(\.rawValue)))
            #expect(try JSONDecoder().decode(WebhookTold.self, from: JSONEncoder().encode(WebhookTold.example)).type == .messageSent)
            let page = try await TestBrowser(house).get("/api").text
            #expect(WebhookEvent.allCases.allSatisfy { page.contains("<code>\($0.rawValue)</code>") })
            #expect(operations.allSatisfy { page.contains("id=\"\($0.name)\"") })
        }
    }

    @Test("A program that sends something else than JSON is told what to send")
    func notJSON() async throws {
        let shop = try await Shop.open()
        let id = try await shop.begun().id
        let clerk = try await shop.program("Clerk", [.writeConversations])
        // What curl says when nothing is said.
        let fields: HTTPFields = [
            .authorization: "Bearer \(clerk.secret)", .accept: "application/json", .contentType: "application/x-www-form-urlencoded",
        ]
        let answer = try await TestBrowser(shop.house).send(
            .post, "/api/v1/enquiries/\(id)/messages", fields, body: Array(#"{"text":"Hello"}"#.utf8))
        #expect(answer.status == 415 && answer.text.contains("urn:sotto:problem.apiMedia"))
        #expect(answer.text.contains("Content-Type: application/json"))
        try await shop.house.stop()
    }

    @Test("A program without a good token is told what to send")
    func withoutToken() async throws {
        let shop = try await Shop.open()
        for secret in ["", "sotto_of-another-day"] {
            let answer = try await Shop.Program(shop.house, secret: secret).get("/sites")
            #expect(answer.status == 401 && answer.headers[.wwwAuthenticate] == "Bearer")
            #expect(answer.text.contains("urn:sotto:problem.tokenRequired") && answer.text.contains("Authorization: Bearer"))
        }
        try await shop.house.stop()
    }
}
