import Conversations
import Desk
import Foundation
import HTTPTypes
import Logging
import Privacy
import Server
import Storage
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

/// Markers go in everywhere a person can type, through the doors that people use; then every byte that is left is looked at.
@Suite(.timeLimit(.minutes(5))) struct MarkerJourneyTests {
    private static let stem = "Qz7vXk4Wm9Jd"
    /// Where everybody comes from, as a proxy tells.
    private static let address = "203.0.113.77"
    private static let password = "\(stem) three quiet herons"

    /// Every line a server logs, the most talkative level included.
    private final class Lines: Sendable {
        let text = Mutex("")

        var logger: Logger {
            var logger = Logger(label: "test") { label in
                LineLog(label: label, format: .json, level: .trace) { line in self.text.withLock { $0 += line + "\n" } }
            }
            logger.logLevel = .trace
            return logger
        }
    }

    @Test("C58, VZO-38: nothing personal is readable in data, journal, log or backup on SQLite") func sqlite() async throws {
        let settings = try await TestHouse.settings(on: .sqlite)
        let (backups, scans) = try await journey(settings)
        for scan in scans {
            #expect(try scan.directory(settings.dataDirectory) == [])
            #expect(try scan.directory(backups) == [])
        }
    }

    @Test(
        "C58, VZO-38: nothing personal is readable in data, journal, log or backup on PostgreSQL",
        .enabled(if: PostgresServer.programs != nil))
    func postgres() async throws {
        let server = try await PostgresServer()
        var settings = try await TestHouse.settings(on: .sqlite)
        settings.set(\.databaseURL, to: try await server.schema("data"))
        settings.set(\.keysURL, to: try await server.schema("keys"))
        let (backups, scans) = try await journey(settings)
        await server.stop()
        for scan in scans {
            #expect(try scan.directory(server.data) == [])
            #expect(try scan.directory(settings.dataDirectory) == [])
            #expect(try scan.directory(backups) == [])
        }
    }

    /// Lives through a server with its owner, two people and a guest; gives the folder of a backup made at the end, and what to look for:
    /// the words that were typed, the address they came from, and a picture's own bytes.
    private func journey(_ before: Settings) async throws -> (backup: String, scans: [MarkerScan]) {
        var settings = before
        settings.set(\.trustedProxies, to: ["127.0.0.1"])
        let lines = Lines()
        let server = try await TestHouse(settings, logger: lines.logger)
        let ana = TestBrowser(server)
        let ben = TestBrowser(server)
        for (browser, name) in [(ana, "Ana"), (ben, "Ben")] { try await signUp(browser, name) }

        let about = try await ana.post(
            "/settings/profile", [("name", "\(Self.stem) Ana"), ("about", "I am \(Self.stem), and like rivers.")], agent)
        #expect(about.status < 400)
        #expect(try await ana.get("/settings/profile", agent).text.contains("I am \(Self.stem)"), "the marker went in")
        _ = try await ana.post(
            "/contacts/ask", [("email", "\(Self.stem)-Ben@example.org"), ("introduction", "\(Self.stem) says hello")], agent)
        try await bringGuest(to: ana)
        try await meet(at: ana, of: server)
        let picture = try await showPicture(ana)
        try await addPasskey(to: ana, of: server)
        try await runHouse(server)
        try await rattleAtDoors(ana)

        let folder = TemporaryFolder.make()
        let stores = server.house.stores
        try await expectMarkers(in: stores.data, wherever: server.house.registry)
        _ = try await Backup.make(of: stores.data, keys: stores.ring, to: folder + "/data", keyFolder: folder + "/keys")
        try await server.stop()
        let scans = [
            MarkerScan(stem: Self.stem), MarkerScan(stem: Self.address), MarkerScan(stem: "Europe/Zurich"), MarkerScan(bytes: picture),
        ]
        for scan in scans { #expect(scan.bytes(Array(lines.text.withLock { $0 }.utf8), named: "log") == []) }
        #expect(lines.text.withLock { !$0.isEmpty }, "there was a log")
        return (folder, scans)
    }

    /// The journey leads through every sealed column there is: one that is added wants a step of its own here.
    private func expectMarkers(in data: Database, wherever registry: Registry) async throws {
        let sealed = registry.personal.filter { $0.sealing == .sealed }
        #expect(sealed.count > 10)
        for field in sealed {
            let isThere = try await data.read {
                try $0.exists(SQL(stringLiteral: "SELECT 1 FROM \(field.table) WHERE \(field.column) IS NOT NULL"))
            }
            #expect(isThere, "nothing was planted in \(field.place)")
        }
    }

    /// Shows a picture with a telling name, and gives some bytes of what became of it.
    private func showPicture(_ browser: TestBrowser) async throws -> [UInt8] {
        #expect(try await browser.upload(NoisePicture.png(), named: "\(Self.stem).png").status == 303)
        let page = try await browser.get("/settings/profile", agent).text
        let address = try #require(page.matches(of: /\/people\/[^"]+\/picture\/[^"]+/).first).0
        let picture = try await browser.get(String(address), agent).body
        try #require(picture.count > 1000)
        return Array(picture[(picture.count / 2)...].prefix(24))
    }

    private func addPasskey(to browser: TestBrowser, of server: TestHouse) async throws {
        struct Order: Decodable { let challenge: String }
        let order: Order = try await browser.post("/settings/security/passkeys/order", json: "{}").json()
        let device = SoftwareAuthenticator()
        (device.origin, device.relyingParty) = (server.origin, "localhost")
        let added = try await browser.post(
            "/settings/security/passkeys",
            [("name", "\(Self.stem) telephone"), ("credential", device.make(order.challenge)), ("proof", Self.password)], agent)
        #expect(added.status == 303, "\(added.text.prefix(2000))")
        let moved = try await browser.post(
            "/settings/security/email", [("email", "\(Self.stem)-new@example.org"), ("proof", Self.password)], agent)
        #expect(moved.status == 303)
    }

    /// The owner, with a second factor whose secret is a marker too, invites somebody.
    private func runHouse(_ server: TestHouse) async throws {
        let hugo = TestBrowser(server)
        let link = try #require(URL(string: try await server.house.accounts.makeOwnerLink())?.path)
        let form = [("name", "\(Self.stem) Hugo"), ("email", "\(Self.stem)-Hugo@example.org"), ("password", Self.password)]
        #expect(try await hugo.post(link, form, agent).status == 303)
        let secret = AuthenticatorApp.secret(Array((Self.stem + "-secret!").utf8))
        let code = AuthenticatorApp(secret).code(at: Int64(Date().timeIntervalSince1970))
        let enrolled = try await hugo.post(
            "/settings/security/second-factor", [("secret", secret), ("code", code), ("proof", Self.password)], agent)
        #expect(enrolled.status == 200, "\(enrolled.text.prefix(2000))")
        let invited = try await hugo.post("/administration/invitations", [("email", "\(Self.stem)-Ivy@example.org")], agent)
        #expect(invited.status == 200, "\(invited.text.prefix(2000))")
        try await askShop(of: hugo, in: server)
        try await letProgramIn(by: hugo, of: server)
    }

    /// A visitor of the owner's shop writes to its team.
    private func askShop(of owner: TestBrowser, in server: TestHouse) async throws {
        let entered = try await owner.post("/desk/administration/sites", [("name", "Harbour Books"), ("origin", "")], agent)
        let page = try await owner.get(try #require(entered.location), agent).text
        let key = try #require(page.text(after: "href=\"/widget/", before: "\""))
        let card = #"{"name":"\#(Self.stem) Cleo","email":"\#(Self.stem)-cleo@example.org"}"#
        let asked = try await owner.stranger.post(
            "/widget/\(key)/enquiries",
            json: #"{"id":"5b7c9a3e-0000-4000-8000-000000000001","text":"\#(Self.stem) has not come","card":\#(card)}"#, agent)
        #expect(asked.status == 200, "\(asked.text.prefix(2000))")
        try await handOver(try asked.json(), by: owner.stranger)
        // It ends, and the visitor says how it was.
        let desk = server.house.desk
        guard case .visitor(let cleo)? = try await desk.visitors.principal(bearing: try asked.json(Shop.Caller.self).token) else {
            Issue.record("the token opens nothing")
            return
        }
        try await desk.close(try #require(ConversationID(cleo.conversation)), by: cleo.person, as: .visitor)
        try await desk.rate(cleo, score: 2, comment: "\(Self.stem) was slow")
    }

    private struct Begun: Decodable { let conversation, token: String }

    /// The visitor hands over a letter.
    private func handOver(_ begun: Begun, by browser: TestBrowser) async throws {
        struct Upload: Decodable { let id: String }
        var headers = agent
        headers[.authorization] = "Bearer \(begun.token)"
        headers[.origin] = browser.origin
        let letter = Array("Dear shop, \(Self.stem) it never came.".utf8)
        let wish = #"{"conversation":"\#(begun.conversation)","name":"\#(Self.stem).txt","bytes":\#(letter.count)}"#
        let upload: Upload = try await browser.send(.post, "/attachments", headers, body: Array(wish.utf8)).json()
        #expect(try await browser.send(.patch, "/attachments/\(upload.id)?offset=0", headers, body: letter).status == 200)
    }

    private func letProgramIn(by owner: TestBrowser, of server: TestHouse) async throws {
        let made = try await owner.post(
            "/desk/administration/tokens", [("name", "Clerk"), ("scopes", "sites:write"), ("days", "30")], agent)
        let program = Shop.Program(server, secret: "sotto_" + (made.text.text(after: "sotto_", before: "\"") ?? ""))
        let hook = [("url", "https://hooks.example.org/"), ("events", "enquiry.created")]
        #expect(try await owner.post("/desk/administration/webhooks", hook, agent).status == 200)
        #expect(try await program.post("/queues", #"{"name":"Returns"}"#, key: "one").status == 201)
    }

    private func signUp(_ browser: TestBrowser, _ name: String) async throws {
        let email = "\(Self.stem)-\(name)@example.org"
        let answer = try await browser.post(
            "/sign-up",
            [
                ("name", "\(Self.stem) \(name)"), ("visibility-name", "members"), ("email", email), ("visibility-email", "members"),
                ("password", Self.password), ("ageBand", "adult"), ("listed", "yes"),
            ], agent)
        #expect(answer.status < 400, "\(answer.text.prefix(2000))")
        let signedIn = try await browser.post("/sign-in", [("email", email), ("password", Self.password)], agent)
        #expect(signedIn.status < 400, "\(signedIn.text.prefix(2000))")
        #expect(browser.cookies["__Host-session"] != nil)
    }

    private func bringGuest(to host: TestBrowser) async throws {
        let made = try await host.post("/guest-links", [("lifetime", "1"), ("uses", "many")], agent)
        #expect(made.status < 400)
        let page = made.text + (try await host.get(made.location ?? "/guest-links", agent).text)
        let start = try #require(page.range(of: "/join/"), "\(page.prefix(3000))")
        let secret = page[start.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
        let guest = host.stranger
        #expect(try await guest.post("/join/\(secret)", [("name", "\(Self.stem) Guest")], agent).status < 400)
    }

    private func meet(at host: TestBrowser, of server: TestHouse) async throws {
        let form = [("name", "\(Self.stem) Rehearsal"), ("lifetime", "1"), ("lobby", "on")]
        let meeting = try #require(try await host.post("/meetings", form, agent).location)
        let link = try #require(try await host.get(meeting, agent).text.text(after: "/join/", before: "\""))
        // A place can be told by its zone.
        let tomorrow = SystemClock().now + .days(1)
        let plan = [
            ("name", "\(Self.stem) Concert"), ("on", String(tomorrow.machineText.prefix(10))), ("at", "12:00"), ("zone", "Europe/Zurich"),
            ("length", "60"), ("repeats", "never"), ("until", ""), ("remind", "0"),
        ]
        #expect(try await host.post("/meetings/plan", plan, agent).location == "/meetings")
        #expect(try await host.stranger.post("/join/\(link)", [("name", "\(Self.stem) Late Guest")], agent).status == 303)
        // What is written there has no column to lie in.
        var address = FakeBrowser.Address(port: server.port, session: nil)
        address.origin = server.origin
        address.headers = [("Cookie", host.cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; "))]
        let page = try await FakeBrowser.open(address)
        try await page.greet()
        let id = meeting.dropFirst("/meetings/".count)
        let poll = #""question":"\#(Self.stem) asks","answers":["\#(Self.stem) agrees","No"],"allowsSeveral":false,"isAnonymous":false"#
        for command in ["meeting.enter", "meeting.say", "meeting.poll"] {
            page.command(command, #""meeting":"\#(id)","text":"\#(Self.stem) in a meeting",\#(poll)"#)
            _ = try await page.next { $0.type == "ack" }
        }
    }

    /// Addresses, searches and mistakes: what a careless log would keep.
    private func rattleAtDoors(_ browser: TestBrowser) async throws {
        for path in [
            "/people/\(Self.stem)", "/directory?q=\(Self.stem)", "/\(Self.stem)", "/confirm-email/\(Self.stem)", "/join/\(Self.stem)",
        ] {
            _ = try await browser.get(path, agent)
        }
        _ = try await browser.stranger.post(
            "/sign-in", [("email", "\(Self.stem)-Ana@example.org"), ("password", "\(Self.stem) wrong")], agent)
        _ = try await browser.stranger.post("/sign-in", [("email", "\(Self.stem)-nobody@example.org"), ("password", "x")], agent)
        _ = try await browser.stranger.post("/recover", [("email", "\(Self.stem)-Ana@example.org")], agent)
        _ = try await browser.post("/settings/profile", [("name", ""), ("unknown-\(Self.stem)", Self.stem)], agent)
    }

    private var agent: HTTPFields {
        [
            .init("X-Forwarded-For")!: Self.address, .userAgent: "Mozilla/5.0 (X11; Linux) Gecko Firefox/140.0 \(Self.stem)",
            .referer: "https://example.org/\(Self.stem)",
        ]
    }
}
