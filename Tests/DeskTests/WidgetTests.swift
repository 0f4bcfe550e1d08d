import Desk
import Foundation
import HTTPTypes
import Storage
import TestKit
import Testing
import Vocabulary
import Web

/// The widget's files, and the first message.
@Suite(.timeLimit(.minutes(3))) struct WidgetTests {
    @Test("Complaint 16: the loader is one small cacheable file of the site, and so is the document")
    func files() async throws {
        let shop = try await Shop.open()
        let browser = TestBrowser(shop.house)
        let loader = try await browser.get("/widget/\(shop.site.key)/loader.js", [.acceptEncoding: "gzip"])
        #expect(loader.status == 200)
        #expect(loader.headers[.cacheControl] == "public, max-age=300")
        #expect(loader.headers[.contentEncoding] == "gzip")
        #expect(loader.headers[.init("Cross-Origin-Resource-Policy")!] == "cross-origin")
        #expect(loader.headers[values: .setCookie].isEmpty)
        let tag = try #require(loader.headers[.eTag])
        #expect(try await browser.get("/widget/\(shop.site.key)/loader.js", [.ifNoneMatch: tag]).status == 304)
        let plain = try await browser.get("/widget/\(shop.site.key)/loader.js").text
        #expect(plain.contains(shop.site.key) && !plain.contains("\"SITE\"") && !plain.contains("/**"))

        let document = try await browser.get("/widget/\(shop.site.key)?language=fr")
        #expect(document.headers[.contentLanguage] == "fr")
        #expect(document.headers[.cacheControl]?.hasPrefix("public") == true)
        #expect(
            document.headers[.contentSecurityPolicy]?.contains("frame-ancestors * file:;") == true,
            "a site without origins is being tried out")
        #expect(document.headers[.contentSecurityPolicy]?.contains("script-src 'self';") == true)
        #expect(document.headers[.init("X-Frame-Options")!] == nil)
        #expect(try await browser.get("/sign-in").headers[.init("X-Frame-Options")!] == "DENY", "no other page may be framed")
        for path in [
            "/widget/0000000000000000/loader.js", "/widget/0000000000000000", "/widget/%00/loader.js", "/widget/../../etc/loader.js",
        ] {
            #expect(try await browser.get(path).status == 404)
        }
        try await shop.house.stop()
    }

    @Test("Only the site's own pages may frame the chat, and a mistyped origin is none")
    func framing() async throws {
        var settings = SupportSite.Settings()
        settings.origins = ["https://shop.example", "https://*.shop.example", "'none'; script-src *", "javascript:alert(1)"]
        let shop = try await Shop.open(settings: settings)
        let policy = try #require(
            try await TestBrowser(shop.house).get("/widget/\(shop.site.key)").headers[.contentSecurityPolicy])
        #expect(policy.contains("frame-ancestors 'self' https://shop.example https://*.shop.example;"))
        #expect(!policy.contains("script-src *"))
        try await shop.house.stop()
    }

    @Test("VOC-39: the document says whose statement applies before anything can be typed, and which notice it shows")
    func statements() async throws {
        var settings = SupportSite.Settings()
        settings.controller = "Harbour Books <Ltd>"
        settings.statementURL = "https://shop.example/privacy"
        settings.notice = ["en": "We keep chats for 30 days.", "fr": "Nous gardons les discussions 30 jours."]
        settings.noticeVersion = 7
        let shop = try await Shop.open(settings: settings)
        let browser = TestBrowser(shop.house)
        let html = try await browser.get("/widget/\(shop.site.key)?language=en").text
        let field = try #require(html.range(of: "<textarea"))
        for words in ["Harbour Books &lt;Ltd&gt;", "https://shop.example/privacy", "href=\"/privacy\"", "We keep chats for 30 days."] {
            let place = try #require(html.range(of: words), "\(words)")
            #expect(place.lowerBound < field.lowerBound, "the notice precedes the first field (C28)")
        }
        #expect(html.contains("data-notice=\"7\""))
        let json = #"{"id":"\#(UUID().uuidString.lowercased())","text":"Hello","notice":7}"#
        #expect(try await browser.post("/widget/\(shop.site.key)/enquiries", json: json).status == 200)
        let recorded: Int? = try await shop.house.house.stores.data.read { try $0.first("SELECT notice FROM visitor")?.get("notice") }
        #expect(recorded == 7)
        try await shop.house.stop()
    }

    @Test("Nothing is begun twice: the same browser asking again, even at once, gets the same conversation", arguments: Engine.all)
    func onceOnly(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let token = String(repeating: "k", count: 31) + "g"
        let json = #"{"id":"\#(UUID().uuidString.lowercased())","text":"Where is my order?","token":"\#(token)"}"#
        let answers = try await withThrowingTaskGroup(of: Shop.Caller.self) { group in
            for _ in 0..<6 {
                group.addTask { try await TestBrowser(shop.house).post("/widget/\(shop.site.key)/enquiries", json: json).json() }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(answers.map(\.conversation)).count == 1)
        let counts = try await shop.house.house.stores.data.read { transaction in
            try ["visitor", "enquiry", "conversation"].map { table in
                try transaction.first(SQL(stringLiteral: "SELECT COUNT(*) AS n FROM \(table)"))?.get("n", as: Int.self)
            }
        }
        #expect(counts == [1, 1, 1])
        let said: Int? = try await shop.house.house.stores.data.read {
            try $0.first("SELECT COUNT(*) AS n FROM stream_event WHERE kind = 'message.sent'")?.get("n")
        }
        #expect(said == 1)
        try await shop.house.stop()
    }

    @Test("C13: only answers to the site's own questions are kept, and a page's address without its query")
    func answers() async throws {
        var settings = SupportSite.Settings()
        settings.questions = [
            .init("email", isRequired: true), .init("order"), .init("topic", kind: .choice, options: [["en": "Delivery"]]),
        ]
        let shop = try await Shop.open(settings: settings)
        func ask(_ card: String) async throws -> TestBrowser.Answer {
            let json = #"{"id":"\#(UUID().uuidString.lowercased())","text":"Hello","card":\#(card)}"#
            return try await TestBrowser(shop.house).post("/widget/\(shop.site.key)/enquiries", json: json)
        }
        #expect(try await ask("{}").status == 422, "the address is required")
        #expect(try await ask(#"{"email":"no address"}"#).status == 422)
        #expect(try await ask(#"{"email":"cleo@example.org","isVerified":true}"#).status == 400, "no field that nobody declared")
        #expect(try await ask(#"{"email":"cleo@example.org","subject":"boss"}"#).status == 400, "nobody vouches for themself")
        let answer = try await ask(
            #"{"name":"Cleo","email":"cleo@example.org","page":"https://shop.example/cart?card=4111#x","answers":{"order":"A-7","topic":"Made up","income":"1"}}"#
        )
        let caller: Shop.Caller = try answer.json()
        let copy = try await TestBrowser(shop.house).send(.get, "/enquiry/copy", [.authorization: "Bearer \(caller.token)"]).text
        #expect(copy.contains("A-7") && copy.contains("cleo@example.org") && copy.contains("\"https://shop.example/cart\""))
        for unasked in ["Made up", "income", "4111", "\"name\":\"Cleo\""] { #expect(!copy.contains(unasked), "\(unasked)") }
        try await shop.house.stop()
    }

    @Test("Hostile bodies are refused and leave nothing behind")
    func hostile() async throws {
        let shop = try await Shop.open()
        let browser = TestBrowser(shop.house)
        let id = UUID().uuidString.lowercased()
        let bodies = [
            "", "[]", "null", "{", #"{"id":"x","text":"a"}"#, #"{"id":"\#(id)"}"#, #"{"id":"\#(id)","text":7}"#,
            #"{"id":"\#(id)","text":"   "}"#, #"{"id":"\#(id)","text":"a","token":"short"}"#,
            #"{"id":"\#(id)","text":"a","card":{"answers":{"a":{"b":{}}}}}"#, #"{"id":"\#(id)","text":"a","extra":1}"#,
            #"{"id":"\#(id)","text":"\#(String(repeating: "x", count: 8001))"}"#, String(repeating: "[", count: 600),
        ]
        for body in bodies {
            let answer = try await browser.post("/widget/\(shop.site.key)/enquiries", json: body)
            #expect((400..<500).contains(answer.status), "\(body.prefix(60)): \(answer.status)")
        }
        let foreign = try await browser.post(
            "/widget/\(shop.site.key)/enquiries", json: #"{"id":"\#(id)","text":"a"}"#, [.origin: "https://shop.example"])
        #expect(foreign.status == 403, "a page of the shop cannot write in the visitor's name")
        let left: Int? = try await shop.house.house.stores.data.read { try $0.first("SELECT COUNT(*) AS n FROM visitor")?.get("n") }
        #expect(left == 0)
        try await shop.house.stop()
    }

    @Test("One household begins so many conversations and no more")
    func floods() async throws {
        let shop = try await Shop.open()
        var statuses: [Int] = []
        for _ in 0..<62 {
            let json = #"{"id":"\#(UUID().uuidString.lowercased())","text":"spam"}"#
            let answer = try await TestBrowser(shop.house).post("/widget/\(shop.site.key)/enquiries", json: json)
            statuses.append(answer.status)
            if answer.status == 429 { #expect(answer.headers[.init("Retry-After")!] != nil) }
        }
        #expect(statuses.prefix(60).allSatisfy { $0 == 200 } && statuses.contains(429))
        try await shop.house.stop()
    }

    @Test("Nobody there: the same form leaves a message; somebody there: it is a chat")
    func nobodyThere() async throws {
        let shop = try await Shop.open()
        let browser = TestBrowser(shop.house)
        #expect(try await browser.get("/widget/\(shop.site.key)/availability").text == #"{"isStaffed":false}"#)
        _ = try await shop.visitor("Are you open?")
        #expect(try await Self.channels(of: shop) == ["message"])
        let dan = try await shop.page(of: shop.agents[0])
        _ = try await shop.visitor("And now?")
        #expect(try await Self.channels(of: shop) == ["chat", "message"])
        _ = dan
        try await shop.house.stop()
    }

    private static func channels(of shop: Shop) async throws -> [String] {
        try await shop.house.house.stores.data.read {
            try $0.rows("SELECT channel FROM enquiry ORDER BY channel").map { try $0["channel"] }
        }
    }

    @Test("Whatever colour a site chooses, words on it and it on the page can be read", arguments: 0..<200)
    func colours(seed: Int) throws {
        var random = Seeded(UInt64(seed))
        let text = "#" + String(0x1000000 + Int.random(in: 0..<0x1000000, using: &random), radix: 16).suffix(6)
        let accent = try #require(Accent(text))
        let shades = accent.shades.compactMap(Accent.init)
        #expect(shades.count == 4)
        #expect(Accent.contrast(shades[0], shades[1]) >= 4.5 && Accent.contrast(shades[2], shades[3]) >= 4.5, "\(text)")
        #expect(Accent.contrast(shades[0], Accent("#ffffff")!) >= 4.5 && Accent.contrast(shades[2], Accent("#141a1c")!) >= 4.5, "\(text)")
    }
}
