import Accounts
import Foundation
import Privacy
import Storage
import TestKit
import Testing
import Vocabulary
import Web

/// The privacy page says of some things that they are kept so many days. Here the days pass.
@Suite(.timeLimit(.minutes(5))) struct RetentionTests {
    /// What no short story leads through, put in by hand. `live_command`: an answer a page may ask for again.
    private static let byHand: [SQL] = [
        "INSERT INTO live_command (person_id, command_id, answer, at) VALUES (\([UInt8](repeating: 1, count: 16)), \([UInt8](repeating: 2, count: 16)), '', \(ManualClock().now))",
        """
        INSERT INTO api_token (id, program_id, fingerprint, name, scopes, made_by, created_at, expires_at, revoked)
        VALUES (\(one), \(one), \(one), 'A program', '', \(one), 0, 1, 0)
        """,
        "INSERT INTO api_answer (token_id, key, request, at) VALUES (\(one), 'one', \(one), \(ManualClock().now))",
    ]
    private static let one = [UInt8](repeating: 1, count: 16)

    @Test("C33: what the registry keeps for some days is gone when they are over", arguments: Engine.all)
    func periods(on engine: Engine) async throws {
        let settings = try await TestHouse.settings(on: engine)
        let clock = ManualClock()
        let gone = PersonID(at: clock.now)
        let first = try await TestHouse(settings, clock: clock)
        let periods = Self.periods(of: first)
        try await live(in: first, clock)
        for statement in Self.byHand { try await first.house.stores.data.write { _ = try $0.rows(statement) } }
        try await first.house.stores.ring.destroyKey(of: gone, at: clock.now)
        for table in periods.keys.sorted() {
            #expect(try await Self.count(table, in: first, of: gone) > 0, "nothing in this story puts a row into \(table)")
        }
        try await first.stop()

        var passed = 0
        for days in Set(periods.values).sorted() {
            clock.advance(by: .days(days - passed) + (passed == 0 ? .hours(1) : .zero))
            passed = days
            // A start is when everything that sweeps does so first.
            let later = try await TestHouse(settings, clock: clock)
            for (table, period) in periods where period == days {
                await #expect(throws: Never.self, "\(table) after \(days) days") {
                    try await Eventually.holds { try await Self.count(table, in: later, of: gone) == 0 }
                }
            }
            try await later.stop()
        }
    }

    /// The shortest promised period of each table that has one.
    private static func periods(of house: TestHouse) -> [String: Int] {
        var periods: [String: Int] = [:]
        for field in house.house.registry.personal {
            let days: Int
            switch field.retention {
            case .after(let some): days = some
            // The longest life of a link that expires, and a day; what stays
            // until its host closes it is the story of `LastingMeetingTests`.
            case .untilClosed: days = 31
            // What lives as long as a conversation is the story of `VisitorTests`.
            case .account, .untilRemoved, .withConversation: continue
            }
            periods[field.table] = min(days, periods[field.table] ?? days)
        }
        return periods
    }

    private static func count(_ table: String, in house: TestHouse, of gone: PersonID) async throws -> Int {
        let stores = house.house.stores
        if table == "erasure" {
            // Others are forgotten, and join the list, as the days pass.
            return try await stores.ring.erasures().count { $0.person == gone }
        }
        let isKey = try await stores.keys.schema().columns[table] != nil
        return try await (isKey ? stores.keys : stores.data).read { transaction in
            try transaction.first(SQL(stringLiteral: "SELECT COUNT(*) AS n FROM \(table)"))?.get("n") ?? 0
        }
    }

    /// Two people, an owner and a guest do a little of everything that is kept for a time.
    private func live(in house: TestHouse, _ clock: ManualClock) async throws {
        let hugo = try await Resident.own(house)
        let (ana, ben) = (try await Resident.register("Ana", in: house), try await Resident.register("Ben", in: house))
        _ = try await ana.browser.post("/contacts/ask", [("email", ben.email)])
        let cleo = TestBrowser(house)
        _ = try await cleo.post("/sign-in", [("email", ana.email), ("password", "a wrong one")])
        _ = try await cleo.post("/recover", [("email", ana.email)])
        _ = try await cleo.post(try await ana.guestLink(), [("name", "Cleo")])
        let meeting = try await ana.browser.post("/meetings", [("name", "Rehearsal"), ("lifetime", "1"), ("lobby", "on")]).location ?? "/"
        let tomorrow = String((clock.now + .days(1)).machineText.prefix(10))
        let plan = [("name", "Concert"), ("on", tomorrow), ("at", "12:00"), ("zone", "UTC"), ("length", "60"), ("repeats", "never")]
        #expect(
            try await ana.browser.post("/meetings/plan", plan + [("until", ""), ("lobby", "on"), ("remind", "5")]).location == "/meetings")
        let secret = try #require(try await ana.browser.get(meeting).text.text(after: "/join/", before: "\""))
        _ = try await TestBrowser(house).post("/join/\(secret)", [("name", "Dora")])
        let cookie = try #require(hugo.browser.cookies["__Host-session"])
        let token = try #require(BearerToken(cookie))
        let owner = try #require(try await house.house.accounts.principal(bearing: token))
        _ = try await house.house.accounts.invite("dan@example.org", by: owner, in: .english)
        // Nobody answers the guest's call, and after a while it is over.
        clock.advance(by: .minutes(31))
        try await Eventually.holds {
            try await house.house.stores.data.read { try $0.exists("SELECT 1 FROM call WHERE state = 'ended'") }
        }
    }
}
