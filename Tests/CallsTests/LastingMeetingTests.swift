import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Calls

/// What is there again tomorrow, and what of it is not.
@Suite(.timeLimit(.minutes(5))) struct LastingMeetingTests: MeetingStories {
    @Test("A room stays until its host closes it; who came is forgotten in a day, and what was said when it empties", arguments: Engine.all)
    func aRoom(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (room, link) = try await scene.meeting(lobby: false, lifetime: "stays")
        let ana = TestBrowser(scene.house, as: scene.ana)
        let page = try await ana.get("/meetings").text
        #expect(page.contains("Stays until you close it") && !page.contains("9999"))
        let (host, ben) = (try await scene.page(of: scene.ana), try await scene.page(of: scene.ben))
        _ = try await TestBrowser(scene.house, as: scene.ben).post(link, [])
        let cleo = try await scene.page(ofGuest: try await scene.guest("Cleo", by: link))
        for browser in [host, ben, cleo] { #expect(try await enter(room, browser).state == "in") }
        _ = try await answer(to: "meeting.say", room, from: host, #""text":"Hello""#)

        // Its end is the end of the sitting.
        #expect(try await answer(to: "meeting.end", room, from: host).type == "ack")
        for browser in [host, ben, cleo] { #expect(try await browser.next("meeting.over").reason == "ended") }
        #expect(try await scene.count("meeting_person") == 0)
        #expect(try await enter(room, host).words.isEmpty)
        #expect(try await answer(to: "meeting.enter", room, from: ben).type == "refused", "who was sent out comes by the link again")
        _ = try await answer(to: "meeting.leave", room, from: host)

        _ = try await TestBrowser(scene.house, as: scene.ben).post(link, [])
        for _ in 1...2 {
            scene.clock.advance(by: .days(20))
            #expect(try await ana.get("/meetings").text.contains("Rehearsal"))
            // A session that nobody uses ends.
            #expect(try await TestBrowser(scene.house, as: scene.ben).get("/").status == 200)
            #expect(try await TestBrowser(scene.house).get(link).status == 200)
        }
        try await Eventually.holds { try await scene.count("meeting_person", "guest") == 0 }
        #expect(try await TestBrowser(scene.house, as: scene.ben).get("/meetings/\(room)").status == 404)

        // Another host ends a sitting; the room is not theirs to close.
        _ = try await TestBrowser(scene.house, as: scene.ben).post(link, [])
        try await scene.house.house.stores.data.write { try $0.run("UPDATE meeting_person SET role = 'host'") }
        #expect(try await TestBrowser(scene.house, as: scene.ben).post("/meetings/\(room)/end", []).status == 403)
        #expect(try await ana.post("/meetings/\(room)/end", []).status == 303)
        #expect(try await TestBrowser(scene.house).get(link).status == 410)
        try await Eventually.holds { try await scene.count("meeting", "guest_link") == 0 }
        try await scene.stop()
    }

    @Test("Who was sent out of a room stays out when its sitting has ended, for the day", arguments: Engine.all)
    func sentOut(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (room, link) = try await scene.meeting(lobby: false, lifetime: "stays")
        let (host, ben) = (try await scene.page(of: scene.ana), try await scene.page(of: scene.ben))
        _ = try await TestBrowser(scene.house, as: scene.ben).post(link, [])
        let seat = try await enter(room, ben).seat
        _ = try await enter(room, host)
        #expect(try await answer(to: "meeting.remove", room, from: host, #""seat":\#(seat)"#).type == "ack")
        #expect(try await answer(to: "meeting.end", room, from: host).type == "ack")
        _ = try await TestBrowser(scene.house, as: scene.ben).post(link, [])
        #expect(try await answer(to: "meeting.enter", room, from: ben).refusal == "meetingRefused")
        try await scene.stop()
    }

    @Test("A room goes with its host's account", arguments: Engine.all)
    func erasure(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (_, link) = try await scene.meeting(lobby: false, lifetime: "stays")
        _ = try await scene.guest("Cleo", by: link)
        try await scene.house.house.stores.data.write { try $0.run("DELETE FROM profile WHERE person_id = \(scene.ana.person)") }
        #expect(try await scene.count("meeting", "guest_link", "guest", "meeting_person") == 0)
        try await scene.stop()
    }
}
