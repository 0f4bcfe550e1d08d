import Foundation
import Logging
import TestKit
import Testing
import Vocabulary
import Web

@testable import Calls

/// Ana, who makes the meeting, and Ben, who has an account too. Guests come by the link.
struct MeetingScene {
    let clock: ManualClock
    let house: TestHouse
    let (ana, ben): (Lodger, Lodger)

    init(on engine: Engine, logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) async throws {
        clock = ManualClock(SystemClock().now)
        let settings = try await TestHouse.settings(on: engine)
        let people = try await Lodgers.move(into: settings, ["Ana", "Ben"], contacts: [])
        (ana, ben) = (people[0], people[1])
        house = try await TestHouse(settings, clock: clock, logger: logger)
    }

    init(_ house: TestHouse, _ ana: Lodger, _ ben: Lodger, _ clock: ManualClock = ManualClock(SystemClock().now)) {
        (self.house, self.ana, self.ben, self.clock) = (house, ana, ben, clock)
    }

    /// Ana makes a meeting; gives its id and the path of its link.
    func meeting(lobby: Bool, webinar: Bool = false, lifetime: String = "24") async throws -> (id: String, link: String) {
        let browser = TestBrowser(house, as: ana)
        let flags = (lobby ? [("lobby", "on")] : []) + (webinar ? [("webinar", "on")] : [])
        let form = [("name", "Rehearsal"), ("lifetime", lifetime)] + flags
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

struct MeetingEntry: Decodable {
    let state: String
    let seat: UInt64
    let role: String
    let hasMedia: Bool
    let mutes: Int
    let isMuted: Bool
    let words: [MeetingLine]
    let polls: [MeetingQuestion]
}

struct MeetingQuestion: Decodable {
    struct Answer: Decodable {
        let text: String
        let count: Int
        let names: [String]?
    }

    let number: Int
    let name: String
    let question: String
    let answers: [Answer]
    let isOpen: Bool
    let isOwn: Bool
    let voters: Int
    let chosen: [Int]

    var counts: [Int] { answers.map(\.count) }
}

struct MeetingPollNews: Decodable {
    let poll: MeetingQuestion
}

struct MeetingLine: Decodable {
    let number: Int
    let seat: UInt64
    let name: String
    let text: String
}

struct MeetingSpoken: Decodable {
    let words: MeetingLine
}

struct MeetingSign: Decodable {
    let seat: UInt64
    let reaction: String
}

struct MeetingCrowd: Decodable {
    struct Face: Decodable {
        let seat: UInt64
        let name: String
        let role: String
        let microphone: Bool
        let screen: Bool
        let screenSound: Bool
        let hand: Int?
        let trouble: String?
    }

    struct Waiting: Decodable {
        let seat: UInt64
        let name: String
    }

    let people: [Face]
    let waiting: [Waiting]
    let isShut: Bool
    let isLocked: Bool
    let isWebinar: Bool
    let unseen: Int
    let hasCaptions: Bool
}

struct MeetingMirror: Decodable {
    let face: MeetingCrowd.Face
}

struct MeetingCount: Decodable {
    let reactions: [String: Int]
}

extension LiveSender {
    /// Somebody of whom the hall knows no more than where they are, by a number.
    static func somebody(_ number: UInt64, household: Int = 0) -> LiveSender {
        LiveSender(
            principal: .stranger, person: PersonID(high: 1, low: number), connection: ID<LiveSender>(high: 0, low: number),
            household: household)
    }
}

extension LiveMessage {
    /// Which problem it says, by the end of its type; nil for what was not refused.
    var refusal: String? { problem.map { String($0.type.split(whereSeparator: { "./#:".contains($0) }).last ?? "") } }
}

/// What the pages of a meeting say and hear in tests.
protocol MeetingStories {}

extension MeetingStories {
    func answer(to command: String, _ meeting: String, from browser: FakeBrowser, _ more: String = "") async throws -> LiveMessage {
        browser.command(command, #""meeting":"\#(meeting)""# + (more.isEmpty ? "" : ",\(more)"))
        return try await browser.next { ["ack", "refused"].contains($0.type) }
    }

    func enter(_ meeting: String, _ browser: FakeBrowser) async throws -> MeetingEntry {
        try await answer(to: "meeting.enter", meeting, from: browser).body()
    }

    /// The first news of who is there that looks like this.
    func people(_ browser: FakeBrowser, _ isMeant: @escaping @Sendable (MeetingCrowd) -> Bool) async throws -> MeetingCrowd {
        try await browser.next { $0.type == "meeting.people" && ((try? $0.decode(MeetingCrowd.self)).map(isMeant) ?? false) }.decode()
    }
}
