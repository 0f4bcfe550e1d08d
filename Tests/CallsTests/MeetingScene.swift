import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Calls

/// Ana, who makes the meeting, and Ben, who has an account too. Guests come by the link.
struct MeetingScene {
    let clock: ManualClock
    let house: TestHouse
    let (ana, ben): (Lodger, Lodger)

    init(on engine: Engine) async throws {
        clock = ManualClock(SystemClock().now)
        let settings = try await TestHouse.settings(on: engine)
        let people = try await Lodgers.move(into: settings, ["Ana", "Ben"], contacts: [])
        (ana, ben) = (people[0], people[1])
        house = try await TestHouse(settings, clock: clock)
    }

    init(_ house: TestHouse, _ ana: Lodger, _ ben: Lodger, _ clock: ManualClock = ManualClock(SystemClock().now)) {
        (self.house, self.ana, self.ben, self.clock) = (house, ana, ben, clock)
    }

    /// Ana makes a meeting; gives its id and the path of its link.
    func meeting(lobby: Bool, lifetime: String = "24") async throws -> (id: String, link: String) {
        let browser = TestBrowser(house, as: ana)
        let form = [("name", "Rehearsal"), ("lifetime", lifetime)] + (lobby ? [("lobby", "on")] : [])
        let location = try #require(try await browser.post("/meetings", form).location)
        let page = try await browser.get(location).text
        let secret = try #require(page.text(after: "/join/", before: "\""))
        return (String(location.dropFirst("/meetings/".count)), "/join/\(secret)")
    }

    /// Somebody without an account comes by the link; gives their cookie.
    func guest(_ name: String, by link: String) async throws -> String {
        let browser = TestBrowser(house)
        #expect(try await browser.post(link, [("name", name)]).location?.hasPrefix("/meetings/") == true)
        return try #require(browser.cookies["__Host-guest"])
    }

    func page(of lodger: Lodger) async throws -> FakeBrowser {
        var address = FakeBrowser.Address(port: house.port, session: lodger.session)
        address.origin = house.origin
        let browser = try await FakeBrowser.open(address)
        try await browser.greet()
        return browser
    }

    func page(ofGuest cookie: String) async throws -> FakeBrowser {
        var address = FakeBrowser.Address(port: house.port, session: nil)
        address.origin = house.origin
        address.headers = [("Cookie", "__Host-guest=\(cookie)")]
        let browser = try await FakeBrowser.open(address)
        try await browser.greet()
        return browser
    }

    /// How many rows there are in these tables together.
    func count(_ tables: StaticString...) async throws -> Int {
        try await house.house.stores.data.read { transaction in
            try tables.reduce(0) { try $0 + (transaction.first("SELECT COUNT(*) AS n FROM \(name: $1)")?.get("n") ?? 0) }
        }
    }

    func stop() async throws { try await house.stop() }
}

/// What a page at a meeting does and hears.
protocol MeetingStory {}

extension MeetingStory {
    typealias Entered = MeetingAnswer.Entered
    typealias Said = MeetingAnswer.Said
    typealias Reacted = MeetingAnswer.Reacted
    typealias People = MeetingAnswer.People

    func answer(to command: String, _ meeting: String, from browser: FakeBrowser, _ more: String = "") async throws -> LiveMessage {
        browser.command(command, #""meeting":"\#(meeting)""# + (more.isEmpty ? "" : ",\(more)"))
        return try await browser.next { ["ack", "refused"].contains($0.type) }
    }

    func enter(_ meeting: String, _ browser: FakeBrowser) async throws -> Entered {
        try await answer(to: "meeting.enter", meeting, from: browser).body()
    }

    /// The first news of who is there that looks like this.
    func people(_ browser: FakeBrowser, _ isMeant: @escaping @Sendable (People) -> Bool) async throws -> People {
        try await browser.next { $0.type == "meeting.people" && ((try? $0.decode(People.self)).map(isMeant) ?? false) }.decode()
    }
}

/// What the server tells a page, as far as stories look at it.
enum MeetingAnswer {
    struct Entered: Decodable {
        let state: String
        let seat: UInt64
        let role: String
        let hasMedia: Bool
        let words: [Words]
    }

    struct Words: Decodable {
        let number: Int
        let seat: UInt64
        let name: String
        let text: String
    }

    struct Said: Decodable {
        let words: Words
    }

    struct Reacted: Decodable {
        let seat: UInt64
        let reaction: String
    }

    struct People: Decodable {
        struct Face: Decodable {
            let seat: UInt64
            let name: String
            let role: String
            let microphone: Bool
            let hand: Int?
        }

        struct Waiting: Decodable {
            let seat: UInt64
            let name: String
        }

        let people: [Face]
        let waiting: [Waiting]
        let isShut: Bool
    }
}
