import Foundation
import TestKit
import Testing
import Vocabulary
import Web

@testable import Calls

/// A few are seen and heard by hundreds, who see neither each other nor who else is there.
@Suite(.timeLimit(.minutes(2))) struct WebinarTests: MeetingStories {
    private static let meeting = ID<Meeting>(high: 0, low: 1)

    private func known(_ number: UInt64, _ role: MeetingRole) -> MeetingPerson {
        MeetingPerson(
            meeting: Self.meeting, person: LiveSender.somebody(number).person, role: role, state: .admitted,
            joinedAt: .init(milliseconds: 0))
    }

    /// Ana, who holds a webinar, and two who came to listen.
    private func audience(
        _ scene: MeetingScene, _ meeting: String, _ link: String
    ) async throws -> (ana: FakeBrowser, cleo: FakeBrowser, finn: FakeBrowser, seat: UInt64) {
        let ana = try await scene.page(of: scene.ana)
        _ = try await enter(meeting, ana)
        let cleo = try await scene.page(ofGuest: try await scene.guest("Cleo", by: link))
        let entered = try await enter(meeting, cleo)
        #expect(entered.role == "attendee")
        let finn = try await scene.page(ofGuest: try await scene.guest("Finn", by: link))
        _ = try await enter(meeting, finn)
        return (ana, cleo, finn, entered.seat)
    }

    /// What an attendee is told of themself, once it looks like this.
    private func mirror(
        _ browser: FakeBrowser, _ isMeant: @escaping @Sendable (MeetingCrowd.Face) -> Bool
    ) async throws -> MeetingCrowd.Face {
        try await browser.next { $0.type == "meeting.self" && ((try? $0.decode(MeetingMirror.self).face).map(isMeant) ?? false) }
            .decode(MeetingMirror.self).face
    }

    @Test("Who comes listens: hosts see them, and each other they see by number alone", arguments: Engine.all)
    func whoComesListens(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (meeting, link) = try await scene.meeting(lobby: false, webinar: true)
        let (ana, cleo, finn, seat) = try await audience(scene, meeting, link)
        #expect(try await people(ana) { $0.people.count == 3 }.people.map(\.role) == ["host", "attendee", "attendee"])
        // Each of those who listen sees Ana and themself, and that somebody else is there.
        for (page, name) in [(cleo, "Cleo"), (finn, "Finn")] {
            let seen = try await people(page) { $0.unseen == 2 }
            #expect(seen.people.map(\.name) == ["Ana"] && seen.isWebinar)
            #expect(try await mirror(page) { _ in true }.name == name)
        }
        // A raised hand is for hosts.
        _ = try await answer(to: "meeting.hand", meeting, from: cleo, #""isRaised":true"#)
        #expect(try await people(ana) { $0.people.contains { $0.hand == 1 } }.people.first { $0.hand == 1 }?.name == "Cleo")
        #expect(try await mirror(cleo) { $0.hand == 1 }.role == "attendee")
        #expect(try await answer(to: "meeting.role", meeting, from: finn, #""seat":\#(seat),"role":"speaker""#).refusal == "forbidden")
        // With the word somebody is seen by everybody, and still is after they load their page again.
        #expect(try await answer(to: "meeting.role", meeting, from: ana, #""seat":\#(seat),"role":"speaker""#).type == "ack")
        #expect(try await people(finn) { $0.people.count == 2 }.people.map(\.name) == ["Ana", "Cleo"])
        #expect(try await enter(meeting, cleo).role == "speaker")
        #expect(!finn.waiting.contains { $0.text.contains("hand\":1") }, "who else asked for the word is not told")
        try await scene.stop()
    }

    @Test("The page of who comes to listen asks for neither camera nor microphone, and its door says so")
    func nothingIsOpened() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let (meeting, link) = try await scene.meeting(lobby: false, webinar: true)
        let guest = TestBrowser(scene.house)
        let words = "You come to listen"
        #expect(try await guest.get(link).text.contains(words))
        _ = try await guest.post(link, [("name", "Cleo")])
        let page = try await guest.get("/meetings/\(meeting)").text
        #expect(page.contains(#"data-own-role="attendee""#) && page.contains(words) && !page.contains(#"data-call="check-video""#))
        let host = try await TestBrowser(scene.house, as: scene.ana).get("/meetings/\(meeting)").text
        #expect(host.contains(#"data-own-role="host""#) && !host.contains(words) && host.contains(#"data-call="check-video""#))
        #expect(try await TestBrowser(scene.house, as: scene.ana).get("/meetings").text.contains("who comes listens"))
        try await scene.stop()
    }

    @Test("A host makes listeners of all who are there and who come, and gives all the word again", arguments: Engine.all)
    func turnedOnAndOff(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let (ana, cleo) = (try await scene.page(of: scene.ana), try await scene.page(ofGuest: try await scene.guest("Cleo", by: link)))
        for page in [ana, cleo] { _ = try await enter(meeting, page) }
        _ = try await answer(to: "meeting.tracks", meeting, from: cleo, #""microphone":true,"camera":true"#)
        _ = try await people(ana) { $0.people.contains { $0.name == "Cleo" && $0.microphone } }
        #expect(try await answer(to: "meeting.webinar", meeting, from: cleo, #""isWebinar":true"#).refusal == "forbidden")
        #expect(try await answer(to: "meeting.webinar", meeting, from: ana, #""isWebinar":true"#).type == "ack")
        let seen = try await people(ana) { $0.isWebinar }.people
        #expect(seen.first { $0.name == "Cleo" }.map { $0.role == "attendee" && !$0.microphone } == true)
        #expect(try await mirror(cleo) { _ in true }.role == "attendee")
        #expect(try await people(cleo) { $0.isWebinar }.people.map(\.name) == ["Ana"])
        // It holds for who comes, and for who comes back.
        let finn = try await scene.page(ofGuest: try await scene.guest("Finn", by: link))
        for page in [finn, cleo] { #expect(try await enter(meeting, page).role == "attendee") }
        #expect(try await answer(to: "meeting.webinar", meeting, from: ana, #""isWebinar":false"#).type == "ack")
        let free = try await people(finn) { !$0.isWebinar }
        #expect(Set(free.people.map(\.name)) == ["Ana", "Cleo", "Finn"] && free.unseen == 0)
        #expect(free.people.allSatisfy { $0.role != "attendee" && !$0.microphone }, "nobody is heard who does not know it")
        #expect(try await enter(meeting, cleo).role == "speaker")
        try await scene.stop()
    }

    @Test("Captions reach who listens, whoever writes them, and a listener asked to write them is shown to hosts alone")
    func captions() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let (meeting, link) = try await scene.meeting(lobby: false, webinar: true)
        let (ana, cleo, finn, seat) = try await audience(scene, meeting, link)
        #expect(
            try await answer(to: "meeting.captioner", meeting, from: ana, #""seat":\#(seat),"isCaptioner":true"#).type == "ack")
        #expect(try await people(finn) { $0.hasCaptions }.people.map(\.name) == ["Ana"])
        _ = try await answer(to: "meeting.caption", meeting, from: cleo, #""text":"Welcome","isFinal":true"#)
        _ = try await finn.next("meeting.captioned")
        try await scene.stop()
    }

    @Test("Of two hosts who change who has the word at once, what is written down last holds inside too", arguments: Engine.all)
    func whatIsWrittenHolds(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let id = try #require(ID<Meeting>(meeting))
        let (ana, cleo) = (try await scene.page(of: scene.ana), try await scene.page(ofGuest: try await scene.guest("Cleo", by: link)))
        for page in [ana, cleo] { _ = try await enter(meeting, page) }
        let (hall, data) = (scene.house.house.calls.hall, scene.house.house.stores.data)
        for _ in 1...10 {
            await withThrowingTaskGroup(of: Void.self) { group in
                for isWebinar in [true, false, true, false] {
                    group.addTask {
                        try await data.write { try $0.setWebinar(isWebinar, id) }
                        try await hall.settle(id)
                    }
                }
            }
            let written = try await data.read { try ($0.meeting(id)?.isWebinar, $0.roles(in: id).values.first) }
            let inside = await hall.gatherings[id].map { ($0.isWebinar, $0.present.first { !$0.isMember }?.role) }
            #expect(inside?.0 == written.0 && inside?.1 == written.1)
        }
        // What was read before another reading says nothing any more.
        let stale = try #require(await hall.gatherings[id]).readings
        let read = try await data.read { try ($0.meeting(id)!, $0.roles(in: id)) }
        try await data.write { try $0.setWebinar(!read.0.isWebinar, id) }
        try await hall.settle(id)
        await hall.settle(id, as: read, reading: stale)
        #expect(await hall.gatherings[id]?.isWebinar == !read.0.isWebinar)
        // Also for who comes while nobody inside knows of it yet.
        for page in [ana, cleo] { _ = try await answer(to: "meeting.leave", meeting, from: page) }
        try await data.write { try $0.setWebinar(true, id) }
        let known = MeetingPerson(
            meeting: id, person: LiveSender.somebody(9).person, role: .speaker, state: .admitted, joinedAt: scene.clock.now)
        _ = try await hall.enter(known, as: "Guest", isWebinar: false, .somebody(9))
        #expect(try await enter(meeting, cleo).role == "attendee")
        #expect(await hall.gatherings[id]?.isWebinar == true)
        try await scene.stop()
    }

    @Test("Whoever was given the word keeps it when the plan is changed, unless that changes it for everybody")
    func planned() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let browser = TestBrowser(scene.house, as: scene.ana)
        let tomorrow = scene.clock.now + .days(1)
        func form(webinar: Bool, before: Bool = false) -> [(String, String)] {
            [
                ("name", "Lecture"), ("on", String(tomorrow.machineText.prefix(10))), ("at", "10:00"), ("zone", "UTC"), ("length", "60"),
                ("repeats", "never"), ("until", ""), ("remind", "0"),
            ] + (webinar ? [("webinar", "on")] : []) + (before ? [("webinarBefore", "on")] : [])
        }
        #expect(try await browser.post("/meetings/plan", form(webinar: true)).location == "/meetings")
        let list = try await browser.get("/meetings").text
        let id = String(try #require(list.firstMatch(of: /\/meetings\/([0-9a-z-]+)\/plan"/)).1)
        let link = "/join/" + (try #require(list.text(after: "/join/", before: "\"")))
        // The host is there, so the door is open.
        let ana = try await scene.page(of: scene.ana)
        _ = try await enter(id, ana)
        let cleo = try await scene.page(ofGuest: try await scene.guest("Cleo", by: link))
        let seat = try await enter(id, cleo).seat
        #expect(try await answer(to: "meeting.role", id, from: ana, #""seat":\#(seat),"role":"speaker""#).type == "ack")
        let shown = try await browser.get("/meetings/\(id)/plan").text
        #expect(shown.contains(#"name="webinar" checked"#) && shown.contains(#"name="webinarBefore""#))
        func saves(_ webinar: Bool, over before: Bool) async throws {
            #expect(try await browser.post("/meetings/\(id)/plan", form(webinar: webinar, before: before)).location == "/meetings")
        }
        try await saves(true, over: true)
        #expect(try await enter(id, cleo).role == "speaker")
        try await saves(false, over: true)
        _ = try await people(cleo) { !$0.isWebinar }
        // Ana begins it anew inside, while the form stands open with nothing of it: that changes nothing.
        #expect(try await answer(to: "meeting.webinar", id, from: ana, #""isWebinar":true"#).type == "ack")
        _ = try await people(cleo) { $0.isWebinar }
        try await saves(false, over: false)
        #expect(try await enter(id, cleo).role == "attendee")
        // Said again it changes nothing either: who has the word keeps it.
        #expect(try await answer(to: "meeting.role", id, from: ana, #""seat":\#(seat),"role":"speaker""#).type == "ack")
        #expect(try await answer(to: "meeting.webinar", id, from: ana, #""isWebinar":true"#).type == "ack")
        #expect(try await enter(id, cleo).role == "speaker")
        try await scene.stop()
    }

    @Test("Five hundred fit in, a hundred of whom may have the word")
    func places() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let hall = scene.house.house.calls.hall
        func enters(_ number: UInt64, _ role: MeetingRole) async throws {
            _ = try await hall.enter(known(number, role), as: "Guest", isWebinar: true, .somebody(number))
        }
        try await enters(1, .host)
        for number in 2...100 { try await enters(UInt64(number), .speaker) }
        let full = Problem(.conflict, "problem.meetingFull")
        await #expect(throws: full) { try await enters(101, .speaker) }
        for number in 101...500 { try await enters(UInt64(number), .attendee) }
        await #expect(throws: full) { try await enters(501, .attendee) }
        // Hosts come in beyond that.
        try await enters(600, .host)
        let seat = try #require(await hall.gatherings[Self.meeting]?.present.first { $0.role == .attendee }?.seat)
        func stage(_ role: MeetingRole, at seat: UInt64) async throws {
            try await hall.checkStage(for: role, at: seat, in: Self.meeting)
        }
        await #expect(throws: Problem.stageFull) { try await stage(.speaker, at: seat) }
        try await stage(.host, at: seat)
        try await stage(.speaker, at: 2)
        await #expect(throws: Problem.stageFull) { try await hall.checkStage(of: Self.meeting, asWebinar: false) }
        try await hall.checkStage(of: Self.meeting, asWebinar: true)
        // With a hundred it may be a meeting like others.
        for number in 101...500 { try await hall.leave(Self.meeting, .somebody(UInt64(number))) }
        try await hall.leave(Self.meeting, .somebody(2))
        try await hall.checkStage(of: Self.meeting, asWebinar: false)
        try await scene.stop()
    }

    @Test("Hundreds who applaud are told as a number, and what they write has a pace for all together")
    func theCrowd() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let hall = scene.house.house.calls.hall
        let (meeting, link) = try await scene.meeting(lobby: false, webinar: true)
        let (ana, cleo, finn, _) = try await audience(scene, meeting, link)
        for page in [cleo, finn] { _ = try await answer(to: "meeting.react", meeting, from: page, #""reaction":"applause""#) }
        var counted = 0
        while counted < 2 {
            counted += try await ana.next { $0.type == "meeting.applause" }.decode(MeetingCount.self).reactions["applause"] ?? 0
        }
        #expect(counted == 2)
        _ = try await finn.next { $0.type == "meeting.applause" }
        #expect(!finn.waiting.contains { $0.type == "meeting.reacted" }, "whom it comes from is told to nobody")
        // Who has the word is seen when they show something.
        _ = try await answer(to: "meeting.react", meeting, from: ana, #""reaction":"love""#)
        #expect(try await finn.next { $0.type == "meeting.reacted" }.decode(MeetingSign.self).reaction == "love")

        let id = try #require(ID<Meeting>(meeting))
        let listeners = (1...10).map { LiveSender.somebody($0) }
        for one in listeners {
            let comes = MeetingPerson(meeting: id, person: one.person, role: .attendee, state: .admitted, joinedAt: scene.clock.now)
            _ = try await hall.enter(comes, as: "Guest", one)
        }
        func says(_ one: LiveSender) async throws { try await hall.say(MeetingSaying(meeting: id, text: "Hello"), one) }
        for one in listeners.prefix(3) { for _ in 1...10 { try await says(one) } }
        let tooMany = Problem.tooMany(retryAfter: 1)
        await #expect(throws: tooMany) { try await says(listeners[3]) }
        #expect(try await answer(to: "meeting.say", meeting, from: ana, #""text":"Welcome""#).type == "ack", "who has the word goes on")
        scene.clock.advance(by: .milliseconds(100))
        try await says(listeners[4])
        await #expect(throws: tooMany) { try await says(listeners[5]) }
        try await scene.stop()
    }
}
