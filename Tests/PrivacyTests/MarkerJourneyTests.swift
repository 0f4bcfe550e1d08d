import Foundation
import HTTPTypes
import Logging
import Server
import Storage
import Synchronization
import TestKit
import Testing

/// Markers go in everywhere a person can type, through the doors that people use; then every byte that is left is looked at.
@Suite(.timeLimit(.minutes(5))) struct MarkerJourneyTests {
    private static let stem = "Qz7vXk4Wm9Jd"
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
        let backups = try await journey(settings)
        #expect(try MarkerScan(stem: Self.stem).directory(settings.dataDirectory) == [])
        #expect(try MarkerScan(stem: Self.stem).directory(backups) == [])
    }

    @Test(
        "C58, VZO-38: nothing personal is readable in data, journal, log or backup on PostgreSQL",
        .enabled(if: PostgresServer.programs != nil))
    func postgres() async throws {
        let server = try await PostgresServer()
        var settings = try await TestHouse.settings(on: .sqlite)
        settings.set(\.databaseURL, to: try await server.schema("data"))
        settings.set(\.keysURL, to: try await server.schema("keys"))
        let backups = try await journey(settings)
        await server.stop()
        #expect(try MarkerScan(stem: Self.stem).directory(server.data) == [])
        #expect(try MarkerScan(stem: Self.stem).directory(settings.dataDirectory) == [])
        #expect(try MarkerScan(stem: Self.stem).directory(backups) == [])
    }

    /// Lives through a server with two people and a guest; gives the folder of a backup made at the end.
    private func journey(_ settings: Settings) async throws -> String {
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
        try await rattleAtDoors(ana)

        let folder = TemporaryFolder.make()
        let stores = server.house.stores
        try await expectMarkersIn(stores.data)
        _ = try await Backup.make(of: stores.data, keys: stores.ring, to: folder + "/data", keyFolder: folder + "/keys")
        try await server.stop()
        #expect(MarkerScan(stem: Self.stem).bytes(Array(lines.text.withLock { $0 }.utf8), named: "log") == [])
        #expect(lines.text.withLock { !$0.isEmpty }, "there was a log")
        return folder
    }

    /// The journey leads through these sealed columns. (Second factors, passkeys, pictures and invitations have stories of their own.)
    private func expectMarkersIn(_ data: Database) async throws {
        for place in [
            "profile.name", "profile.about", "account.email", "account.password", "session.device", "mail_letter.sealed",
            "contact_request.introduction", "address_request.address", "guest.name", "stream_event.body",
        ] {
            let parts = place.split(separator: ".")
            let isThere = try await data.read {
                try $0.exists(SQL(stringLiteral: "SELECT 1 FROM \(parts[0]) WHERE \(parts[1]) IS NOT NULL"))
            }
            #expect(isThere, "\(place) is empty")
        }
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
        [.userAgent: "Mozilla/5.0 (X11; Linux) Gecko Firefox/140.0 \(Self.stem)", .referer: "https://example.org/\(Self.stem)"]
    }
}
