import Foundation
import TestKit
import Testing
import Vocabulary
import Web

@testable import Calls

/// What one person cannot do to a meeting: fill it, flood it, or stand in its door.
@Suite(.timeLimit(.minutes(2))) struct MeetingLimitTests: MeetingStories {
    private static let meeting = ID<Meeting>(high: 0, low: 1)

    private func known(_ number: UInt64, _ role: MeetingRole = .speaker, in meeting: ID<Meeting> = Self.meeting) -> MeetingPerson {
        MeetingPerson(
            meeting: meeting, person: LiveSender.somebody(number).person, role: role, state: .admitted, joinedAt: .init(milliseconds: 0))
    }

    // MARK: - Words

    @Test("What is kept of the text fits through a live link, however long each is")
    func wordsAreKeptByTheirLength() {
        var gathering = Gathering(Self.meeting)
        let one = Gathering.Attendance(
            person: LiveSender.somebody(1).person, seat: 1, name: "Finn", isMember: false, before: gathering.over,
            connection: LiveSender.somebody(1).connection, role: .speaker, isCaptioner: false)
        // With the name a kilobyte.
        let text = String(repeating: "é", count: 510)
        for _ in 1...256 { _ = gathering.add(text, by: one, at: .init(milliseconds: 0), keeping: 500, bytes: MeetingHall.mostWordBytes) }
        #expect(gathering.words.count == 256)
        _ = gathering.add("!", by: one, at: .init(milliseconds: 0), keeping: 500, bytes: MeetingHall.mostWordBytes)
        #expect(gathering.words.map(\.number) == Array(2...257), "the oldest goes")
        for _ in 1...600 { _ = gathering.add("!", by: one, at: .init(milliseconds: 0), keeping: 500, bytes: MeetingHall.mostWordBytes) }
        #expect(gathering.words.count == 500)
    }

    @Test("Somebody writes ten texts at once, and then one a second")
    func wordsHaveAPace() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let (cleo, ana) = (try await scene.page(ofGuest: try await scene.guest("Cleo", by: link)), try await scene.page(of: scene.ana))
        for page in [cleo, ana] { _ = try await enter(meeting, page) }
        func says(_ page: FakeBrowser) async throws -> String? {
            try await answer(to: "meeting.say", meeting, from: page, #""text":"Hello""#).refusal
        }
        for _ in 1...10 { #expect(try await says(cleo) == nil) }
        #expect(try await says(cleo) == "tooMany")
        #expect(try await says(ana) == nil, "the others go on")
        scene.clock.advance(by: .milliseconds(999))
        #expect(try await says(cleo) == "tooMany")
        scene.clock.advance(by: .milliseconds(1))
        #expect(try await says(cleo) == nil)
        try await scene.stop()
    }

    // MARK: - News

    @Test("Changes at the door and changes of who is there, told together, are told to everybody")
    func newsForHostsWaitForTheOthers() {
        var news = Gathering(Self.meeting).news
        let (hosts, everybody) = (MeetingPeople.News(isForEverybody: false), MeetingPeople.News(isForEverybody: true))
        #expect(news.note(hosts) == hosts)
        #expect(news.note(everybody) == nil && news.note(hosts) == nil)
        #expect(news.pauseIsOver() == everybody)
    }

    @Test("Who waits at the door is told to hosts, and the others hear nothing at all")
    func theDoorIsForHosts() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let (cleo, ana) = (try await scene.page(ofGuest: try await scene.guest("Cleo", by: link)), try await scene.page(of: scene.ana))
        for page in [cleo, ana] { _ = try await enter(meeting, page) }
        for page in [ana, cleo] { _ = try await answer(to: "meeting.hand", meeting, from: page, #""isRaised":true"#) }
        // The last that is on its way.
        _ = try await people(cleo) { $0.people.contains { $0.hand == 2 } }
        func heard() -> Int { cleo.waiting.count { $0.type == "meeting.people" } }
        let before = heard()
        _ = try await answer(to: "meeting.door", meeting, from: ana, #""isShut":true"#)
        let finn = try await scene.page(ofGuest: try await scene.guest("Finn", by: link))
        #expect(try await enter(meeting, finn).state == "waiting")
        _ = try await people(ana) { $0.waiting.count == 1 && $0.isShut }
        _ = try await answer(to: "meeting.hand", meeting, from: ana, #""isRaised":false"#)
        _ = try await people(cleo) { $0.people.contains { $0.name == "Cleo" && $0.hand == 1 } }
        #expect(heard() == before)
        try await scene.stop()
    }

    @Test("Whoever presses a key without end makes no work for the others, and may go at any time")
    func doingHasAPace() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let (cleo, ana) = (try await scene.page(ofGuest: try await scene.guest("Cleo", by: link)), try await scene.page(of: scene.ana))
        for page in [cleo, ana] { _ = try await enter(meeting, page) }
        func raises(_ page: FakeBrowser, _ number: Int = 1) async throws -> String? {
            try await answer(to: "meeting.hand", meeting, from: page, #""isRaised":\#(number % 2 == 0)"#).refusal
        }
        for number in 2...60 { #expect(try await raises(cleo, number) == nil) }
        #expect(try await raises(cleo) == "tooMany")
        #expect(try await raises(ana) == nil)
        scene.clock.advance(by: .milliseconds(200))
        #expect(try await raises(cleo) == nil)
        #expect(try await raises(cleo) == "tooMany")
        #expect(try await answer(to: "meeting.leave", meeting, from: cleo).type == "ack")
        _ = try await people(ana) { $0.people.count == 1 }
        // Nothing is kept of whoever did nothing for a while.
        scene.clock.advance(by: .seconds(12))
        let hall = scene.house.house.calls.hall
        await hall.keep()
        #expect(await hall.paces.isEmpty)
        try await scene.stop()
    }

    // MARK: - Places

    @Test("Who waits takes nobody's place inside, and one household does not take the whole door")
    func theDoorHasRoom() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let hall = scene.house.house.calls.hall
        let full = Problem(.serviceUnavailable, "problem.lobbyFull", retryAfter: 10)
        func waits(_ number: UInt64, at household: Int) async throws {
            _ = try await hall.wait(known(number), as: "Guest", .somebody(number, household: household))
        }
        for number in 1...50 { try await waits(UInt64(number), at: 1) }
        await #expect(throws: full) { try await waits(51, at: 1) }
        try await waits(1, at: 1)
        for number in 51...100 { try await waits(UInt64(number), at: number) }
        await #expect(throws: full) { try await waits(101, at: 101) }
        // As many as fit still come in.
        for number in 201...300 { _ = try await hall.enter(known(UInt64(number)), as: "Guest", .somebody(UInt64(number))) }
        let crowded = Problem(.conflict, "problem.meetingFull")
        await #expect(throws: crowded) { _ = try await hall.enter(known(301), as: "Guest", .somebody(301)) }
        _ = try await hall.enter(known(400, .host), as: "Ana", .somebody(400))
        // Who loads their page again keeps their place; who has left does not.
        let there = await hall.gatherings[Self.meeting]?.present.count
        #expect(there == 101)
        try await hall.leave(Self.meeting, .somebody(400))
        try await hall.leave(Self.meeting, .somebody(201), mayReturn: true)
        await #expect(throws: crowded) { _ = try await hall.enter(known(301), as: "Guest", .somebody(301)) }
        _ = try await hall.enter(known(201), as: "Guest", .somebody(201))
        try await hall.leave(Self.meeting, .somebody(202), mayReturn: true)
        scene.clock.advance(by: MeetingHall.grace)
        _ = try await hall.enter(known(301), as: "Guest", .somebody(301))
        try await hall.leave(Self.meeting, .somebody(203))
        _ = try await hall.enter(known(302), as: "Guest", .somebody(302))
        try await scene.stop()
    }
}
