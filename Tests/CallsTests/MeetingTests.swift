import Foundation
import Media
import TestKit
import Testing
import Vocabulary

@testable import Calls

/// Meetings as the pages of three people see them, over forms and the live link of a whole Sotto. Their media are `MeetingRoomTests`.
@Suite(.timeLimit(.minutes(5))) struct MeetingTests: MeetingStories {
    @Test("A guest waits at the door, is let in, and is seen by name", arguments: Engine.all)
    func theLobby(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (meeting, link) = try await scene.meeting(lobby: true)
        let door = try await TestBrowser(scene.house).get(link).text
        #expect(door.contains("Rehearsal") && door.contains("Ana"))
        let cleo = try await scene.page(ofGuest: try await scene.guest("Cleo", by: link))
        #expect(try await enter(meeting, cleo).state == "waiting")
        let ana = try await scene.page(of: scene.ana)
        let host = try await enter(meeting, ana)
        #expect(host.state == "in" && host.role == "host")
        #expect(try await people(ana) { $0.waiting.count == 1 }.waiting[0].name == "Cleo")
        #expect(try await answer(to: "meeting.admit", meeting, from: cleo).type == "refused", "who waits lets nobody in")
        #expect(try await answer(to: "meeting.admit", meeting, from: ana).type == "ack")
        _ = try await cleo.next("meeting.admitted")
        let guest = try await enter(meeting, cleo)
        #expect(guest.state == "in" && guest.role == "speaker")
        let seen = try await people(ana) { $0.people.count == 2 }
        #expect(seen.people.map(\.name) == ["Ana", "Cleo"] && seen.waiting.isEmpty)
        let others = try await people(cleo) { $0.people.count == 2 }
        #expect(others.waiting.isEmpty, "only hosts see who waits")
        try await scene.stop()
    }

    @Test("Who was let in comes straight back after the server was restarted", arguments: Engine.all)
    func aRestart(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (meeting, link) = try await scene.meeting(lobby: true)
        let cookie = try await scene.guest("Cleo", by: link)
        let (before, ana) = (try await scene.page(ofGuest: cookie), try await scene.page(of: scene.ana))
        _ = try await enter(meeting, before)
        _ = try await enter(meeting, ana)
        _ = try await people(ana) { $0.waiting.count == 1 }
        _ = try await answer(to: "meeting.admit", meeting, from: ana)
        try await scene.stop()
        let again = MeetingScene(try await TestHouse(scene.house.settings), scene.ana, scene.ben)
        let entered = try await enter(meeting, try await again.page(ofGuest: cookie))
        #expect(entered.state == "in" && !entered.hasMedia)
        try await again.stop()
    }

    @Test("A host takes the word and gives it to nobody; a listener cannot take it", arguments: Engine.all)
    func theWord(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let cleo = try await scene.page(ofGuest: try await scene.guest("Cleo", by: link))
        let seat = try await enter(meeting, cleo).seat
        let ana = try await scene.page(of: scene.ana)
        let host = try await enter(meeting, ana).seat
        let speaks = #""microphone":true,"camera":true"#
        _ = try await answer(to: "meeting.tracks", meeting, from: cleo, speaks)
        _ = try await people(ana) { $0.people.contains { $0.seat == seat && $0.microphone } }

        #expect(try await answer(to: "meeting.mute", meeting, from: cleo, #""seat":\#(host)"#).type == "refused")
        #expect(try await answer(to: "meeting.mute", meeting, from: ana, #""seat":\#(seat)"#).type == "ack")
        _ = try await cleo.next("meeting.muted")
        _ = try await people(ana) { $0.people.contains { $0.seat == seat && !$0.microphone } }
        _ = try await answer(to: "meeting.tracks", meeting, from: cleo, speaks + #","mutes":1"#)
        _ = try await people(ana) { $0.people.contains { $0.seat == seat && $0.microphone } }

        _ = try await answer(to: "meeting.role", meeting, from: ana, #""seat":\#(seat),"role":"attendee""#)
        _ = try await people(ana) { $0.people.contains { $0.seat == seat && !$0.microphone && $0.role == "attendee" } }
        _ = try await answer(to: "meeting.tracks", meeting, from: cleo, speaks)
        _ = try await answer(to: "meeting.hand", meeting, from: cleo, #""isRaised":true"#)
        let asked = try await people(ana) { $0.people.contains { $0.hand == 1 } }
        #expect(asked.people.first { $0.seat == seat }?.microphone == false, "a listener is not heard, whatever their page says")
        try await scene.stop()
    }

    @Test("A screen's sound goes with the screen, and not with the microphone")
    func aScreenThatIsHeard() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let cleo = try await scene.page(ofGuest: try await scene.guest("Cleo", by: link))
        let seat = try await enter(meeting, cleo).seat
        let ana = try await scene.page(of: scene.ana)
        _ = try await enter(meeting, ana)
        func shows(_ screen: Bool, _ sound: Bool, after more: String) async throws {
            _ = try await answer(to: "meeting.tracks", meeting, from: cleo, #""microphone":false,"camera":false,\#(more)"#)
            _ = try await people(ana) { $0.people.contains { $0.seat == seat && $0.screen == screen && $0.screenSound == sound } }
        }
        try await shows(true, true, after: #""screen":true,"screenSound":true"#)
        try await shows(true, false, after: #""screen":true"#)
        try await shows(true, true, after: #""screen":true,"screenSound":true"#)
        _ = try await answer(to: "meeting.mute", meeting, from: ana, #""seat":\#(seat)"#)
        try await shows(false, false, after: #""screen":false,"screenSound":true"#)
        _ = try await answer(to: "meeting.role", meeting, from: ana, #""seat":\#(seat),"role":"attendee""#)
        _ = try await people(ana) { $0.people.contains { $0.seat == seat && $0.role == "attendee" } }
        _ = try await answer(
            to: "meeting.tracks", meeting, from: cleo, #""microphone":true,"camera":true,"screen":true,"screenSound":true"#)
        _ = try await answer(to: "meeting.hand", meeting, from: cleo, #""isRaised":true"#)
        let asked = try await people(ana) { $0.people.contains { $0.hand == 1 } }
        #expect(asked.people.allSatisfy { !$0.screen && !$0.screenSound }, "a listener shares nothing, whatever their page says")
        try await scene.stop()
    }

    @Test("A host shuts the door of an open meeting, and opens it", arguments: Engine.all)
    func theDoor(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let cleo = try await scene.page(ofGuest: try await scene.guest("Cleo", by: link))
        #expect(try await enter(meeting, cleo).state == "in")
        let ana = try await scene.page(of: scene.ana)
        _ = try await enter(meeting, ana)
        #expect(try await answer(to: "meeting.door", meeting, from: cleo, #""isShut":true"#).type == "refused")
        #expect(try await answer(to: "meeting.door", meeting, from: ana, #""isShut":true"#).type == "ack")
        #expect(try await people(ana) { $0.isShut }.people.count == 2)
        let finn = try await scene.page(ofGuest: try await scene.guest("Finn", by: link))
        #expect(try await enter(meeting, finn).state == "waiting")
        #expect(try await enter(meeting, cleo).state == "in", "who is there stays, and comes back")
        // It holds for a host who loads the page again.
        _ = try await enter(meeting, ana)
        #expect(try await people(ana) { $0.waiting.count == 1 }.isShut)
        #expect(try await answer(to: "meeting.door", meeting, from: ana, #""isShut":false"#).type == "ack")
        let dora = try await scene.page(ofGuest: try await scene.guest("Dora", by: link))
        #expect(try await enter(meeting, dora).state == "in")
        try await scene.stop()
    }

    @Test("A host asks somebody to speak, and it is theirs to do it", arguments: Engine.all)
    func askedToSpeak(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let cleo = try await scene.page(ofGuest: try await scene.guest("Cleo", by: link))
        let seat = try await enter(meeting, cleo).seat
        let ana = try await scene.page(of: scene.ana)
        let host = try await enter(meeting, ana).seat
        #expect(try await answer(to: "meeting.ask", meeting, from: cleo, #""seat":\#(host)"#).type == "refused")
        #expect(try await answer(to: "meeting.ask", meeting, from: ana, #""seat":\#(seat)"#).type == "ack")
        _ = try await cleo.next("meeting.asked")
        let still = try await people(ana) { $0.people.count == 2 }
        #expect(still.people.allSatisfy { !$0.microphone }, "nobody is unmuted from afar")
        try await scene.stop()
    }

    @Test("Another host rules, but not over who made the meeting", arguments: Engine.all)
    func twoHosts(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let ana = try await scene.page(of: scene.ana)
        let maker = try await enter(meeting, ana).seat
        #expect(try await TestBrowser(scene.house, as: scene.ben).post(link, []).status == 303)
        let ben = try await scene.page(of: scene.ben)
        let seat = try await enter(meeting, ben).seat
        #expect(try await answer(to: "meeting.role", meeting, from: ana, #""seat":\#(seat),"role":"host""#).type == "ack")
        for command in ["meeting.remove", "meeting.role"] {
            #expect(try await answer(to: command, meeting, from: ben, #""seat":\#(maker),"role":"attendee""#).type == "refused")
        }
        let cleo = try await scene.page(ofGuest: try await scene.guest("Cleo", by: link))
        let guest = try await enter(meeting, cleo).seat
        #expect(try await answer(to: "meeting.remove", meeting, from: ben, #""seat":\#(guest)"#).type == "ack")
        #expect(try await cleo.next("meeting.over").reason == "removed")
        try await scene.stop()
    }

    @Test("When the last host goes, a member who is there is host; a guest never is", arguments: Engine.all)
    func theNextHost(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let cleo = try await scene.page(ofGuest: try await scene.guest("Cleo", by: link))
        _ = try await enter(meeting, cleo)
        let ana = try await scene.page(of: scene.ana)
        _ = try await enter(meeting, ana)
        #expect(try await answer(to: "meeting.leave", meeting, from: ana).type == "ack")
        let alone = try await people(cleo) { $0.people.map(\.name) == ["Cleo"] }
        #expect(alone.people[0].role == "speaker")
        // The host comes back, a member joins, and the host goes.
        _ = try await enter(meeting, ana)
        _ = try await TestBrowser(scene.house, as: scene.ben).post(link, [])
        let ben = try await scene.page(of: scene.ben)
        #expect(try await enter(meeting, ben).role == "speaker")
        #expect(try await answer(to: "meeting.leave", meeting, from: ana).type == "ack")
        let told = try await people(cleo) { people in people.people.contains { $0.name == "Ben" && $0.role == "host" } }
        #expect(told.people.map(\.role) == ["speaker", "host"])
        // It holds for whoever loads the page again, and who made the meeting is host beside them.
        #expect(try await enter(meeting, ben).role == "host")
        #expect(try await enter(meeting, ana).role == "host")
        try await scene.stop()
    }

    @Test("Who is sent out stays out, and strangers do not learn that there is a meeting", arguments: Engine.all)
    func sentOut(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let ben = try await scene.page(of: scene.ben)
        #expect(try await answer(to: "meeting.enter", meeting, from: ben).problem?.type.hasSuffix("notFound") == true)
        #expect(try await TestBrowser(scene.house, as: scene.ben).post(link, []).status == 303)
        let seat = try await enter(meeting, ben).seat
        let ana = try await scene.page(of: scene.ana)
        _ = try await enter(meeting, ana)
        _ = try await answer(to: "meeting.remove", meeting, from: ana, #""seat":\#(seat)"#)
        #expect(try await ben.next("meeting.over").reason == "removed")
        #expect(try await answer(to: "meeting.enter", meeting, from: ben).type == "refused")
        _ = try await TestBrowser(scene.house, as: scene.ben).post(link, [])
        #expect(try await answer(to: "meeting.enter", meeting, from: ben).type == "refused", "coming by the link again changes nothing")
        try await scene.stop()
    }

    @Test("The end is for everybody and for good", arguments: Engine.all)
    func theEnd(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let cleo = try await scene.page(ofGuest: try await scene.guest("Cleo", by: link))
        _ = try await enter(meeting, cleo)
        let ana = try await scene.page(of: scene.ana)
        _ = try await enter(meeting, ana)
        #expect(try await answer(to: "meeting.end", meeting, from: cleo).type == "refused")
        #expect(try await answer(to: "meeting.end", meeting, from: ana).type == "ack")
        for page in [ana, cleo] { #expect(try await page.next("meeting.over").reason == "ended") }
        #expect(try await TestBrowser(scene.house).get(link).status == 410)
        #expect(try await TestBrowser(scene.house, as: scene.ana).get("/meetings/\(meeting)").status == 404)
        let rows: Int = try await scene.house.house.stores.data.read { transaction in
            try transaction.first("SELECT COUNT(*) AS n FROM meeting_person")?.get("n") ?? 0
        }
        #expect(rows == 0, "nothing is left of who was there")
        try await scene.stop()
    }

    @Test("A page that goes takes nobody along; a second page of the same person takes over", arguments: Engine.all)
    func pagesComeAndGo(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let cookie = try await scene.guest("Cleo", by: link)
        let (ana, first) = (try await scene.page(of: scene.ana), try await scene.page(ofGuest: cookie))
        _ = try await enter(meeting, ana)
        let seat = try await enter(meeting, first).seat
        let second = try await scene.page(ofGuest: cookie)
        #expect(try await enter(meeting, second).seat == seat)
        #expect(try await first.next("meeting.over").reason == "elsewhere")
        #expect(try await answer(to: "meeting.hand", meeting, from: first, #""isRaised":true"#).type == "refused")
        for offer in ["", "v=0"] {
            #expect(try await answer(to: "meeting.publish", meeting, from: second, #""sdp":"\#(offer)""#).type == "refused")
        }
        #expect(try await answer(to: "meeting.leave", meeting, from: second).type == "ack")
        _ = try await people(ana) { $0.people.count == 1 }
        // At the door, too.
        _ = try await answer(to: "meeting.door", meeting, from: ana, #""isShut":true"#)
        let finn = try await scene.guest("Finn", by: link)
        let (third, fourth) = (try await scene.page(ofGuest: finn), try await scene.page(ofGuest: finn))
        for page in [third, fourth] { #expect(try await enter(meeting, page).state == "waiting") }
        #expect(try await third.next("meeting.over").reason == "elsewhere")
        try await scene.stop()
    }

    @Test("Whose connection is poor all are told, and why, until it is good again")
    func poorConnections() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let hall = scene.house.house.calls.hall
        let (meeting, link) = try await scene.meeting(lobby: false)
        let (ana, cleo) = (try await scene.page(of: scene.ana), try await scene.page(ofGuest: try await scene.guest("Cleo", by: link)))
        _ = try await enter(meeting, ana)
        let seat = try await enter(meeting, cleo).seat
        let room = try #require(await hall.gatherings.values.first?.room)
        for trouble in LinkTrouble.allCases {
            await hall.hear(.trouble(room, MediaPeerID(seat), trouble))
            for page in [ana, cleo] {
                let there = try await people(page) { $0.people.contains { $0.trouble == trouble.rawValue } }
                #expect(there.people.filter { $0.trouble != nil }.map(\.seat) == [seat])
            }
        }
        await hall.hear(.trouble(room, MediaPeerID(999), .sending))
        await hall.hear(.trouble(room, MediaPeerID(seat), nil))
        _ = try await people(ana) { $0.people.allSatisfy { $0.trouble == nil } }
        try await scene.stop()
    }

    @Test("A block is total: who is blocked finds a link that is gone", arguments: Engine.all)
    func aBlock(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let (ana, ben) = (TestBrowser(scene.house, as: scene.ana), TestBrowser(scene.house, as: scene.ben))
        #expect(try await ben.get(link).text.contains("Rehearsal"))
        #expect(try await ben.post(link, []).status == 303)
        let page = try await scene.page(of: scene.ben)
        #expect(try await enter(meeting, page).state == "in")
        #expect(try await ana.post("/people/\(scene.ben.id)/block", []).status == 303)
        let (door, press) = (try await ben.get(link), try await ben.post(link, []))
        #expect(door.status == 410 && press.status == 410 && !door.text.contains("Rehearsal"))
        #expect(try await answer(to: "meeting.enter", meeting, from: page).refusal == "notFound")
        #expect(try await ben.get("/meetings/\(meeting)").status == 404)
        try await scene.stop()
    }
}
