import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Calls

/// Who rules a meeting, and who does no more.
@Suite(.timeLimit(.minutes(5))) struct MeetingHostTests: MeetingStories {
    /// Ben comes to Ana's meeting by its link; gives both pages and Ben's seat.
    private func together(_ scene: MeetingScene, _ meeting: String, _ link: String) async throws -> (
        ana: FakeBrowser, ben: FakeBrowser, seat: UInt64
    ) {
        let ana = try await scene.page(of: scene.ana)
        _ = try await enter(meeting, ana)
        #expect(try await TestBrowser(scene.house, as: scene.ben).post(link, []).status == 303)
        let ben = try await scene.page(of: scene.ben)
        return (ana, ben, try await enter(meeting, ben).seat)
    }

    @Test("A host who was sent out rules nothing any more", arguments: Engine.all)
    func sentOut(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let (ana, ben, seat) = try await together(scene, meeting, link)
        #expect(try await answer(to: "meeting.role", meeting, from: ana, #""seat":\#(seat),"role":"host""#).type == "ack")
        #expect(try await answer(to: "meeting.door", meeting, from: ben, #""isShut":true"#).type == "ack")
        #expect(try await answer(to: "meeting.remove", meeting, from: ana, #""seat":\#(seat)"#).type == "ack")
        let data = scene.house.house.stores.data
        let role: String? = try await data.read { try $0.first("SELECT role FROM meeting_person")?.get("role") }
        #expect(role == "speaker")
        // As it was written down before: who was sent out kept the role.
        try await data.write { try $0.run("UPDATE meeting_person SET role = 'host'") }
        #expect(try await answer(to: "meeting.door", meeting, from: ben, #""isShut":false"#).refusal == "forbidden")
        #expect(try await answer(to: "meeting.end", meeting, from: ben).refusal == "forbidden")
        #expect(try await TestBrowser(scene.house, as: scene.ben).post("/meetings/\(meeting)/end", []).status == 403)
        // The meeting is still there, and its door shut.
        let finn = try await scene.page(ofGuest: try await scene.guest("Finn", by: link))
        #expect(try await enter(meeting, finn).state == "waiting")
        try await scene.stop()
    }

    @Test("Of two hosts who decide at once, one does, and nobody who was sent out is given a role", arguments: Engine.all)
    func onceDecided(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (meeting, link) = try await scene.meeting(lobby: true)
        _ = try await TestBrowser(scene.house, as: scene.ben).post(link, [])
        let id = try #require(ID<Meeting>(meeting))
        let decided = try await scene.house.house.stores.data.write { transaction in
            [
                try transaction.decide(.refused, of: scene.ben.person, in: id),
                try transaction.decide(.admitted, of: scene.ben.person, in: id),
                try transaction.give(.host, to: scene.ben.person, in: id),
            ]
        }
        #expect(decided == [true, false, false])
        try await scene.stop()
    }

    @Test("A host who loads the page again leaves nobody host; one who does not come back does")
    func theHostLoadsThePageAgain() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let hall = scene.house.house.calls.hall
        let (meeting, link) = try await scene.meeting(lobby: false)
        let (ana, ben, seat) = try await together(scene, meeting, link)
        func role() async throws -> String? {
            try await people(ben) { $0.people.count == 1 }.people.first { $0.seat == seat }?.role
        }
        func goes(_ page: FakeBrowser) async throws {
            #expect(try await answer(to: "meeting.leave", meeting, from: page, #""mayReturn":true"#).type == "ack")
        }
        try await goes(ana)
        #expect(try await role() == "speaker")
        scene.clock.advance(by: MeetingHall.grace - .milliseconds(1))
        await hall.keep()
        #expect(try await enter(meeting, ana).role == "host")
        scene.clock.advance(by: .milliseconds(1))
        await hall.keep()
        #expect(try await people(ben) { $0.people.count == 2 }.people.map(\.role).sorted() == ["host", "speaker"])
        #expect(try await enter(meeting, ben).role == "speaker", "nothing of it was written down")
        // Ana does not come back.
        try await goes(ana)
        scene.clock.advance(by: MeetingHall.grace)
        await hall.keep()
        #expect(try await people(ben) { $0.people.count == 1 && $0.people[0].role == "host" }.people[0].seat == seat)
        #expect(try await enter(meeting, ben).role == "host")
        try await scene.stop()
    }

    @Test("Who was muted while their page was away stays muted until they switch their microphone on themself")
    func mutedWhileAway() async throws {
        let scene = try await MeetingScene(on: .sqlite)
        let (meeting, link) = try await scene.meeting(lobby: false)
        let cookie = try await scene.guest("Cleo", by: link)
        let (cleo, ana) = (try await scene.page(ofGuest: cookie), try await scene.page(of: scene.ana))
        let first = try await enter(meeting, cleo)
        _ = try await enter(meeting, ana)
        #expect(first.mutes == 0 && !first.isMuted)
        /// Whether Cleo is heard after this page said that the microphone is on, and which mutes it knows of.
        func isHeard(by page: FakeBrowser, _ mutes: Int) async throws -> Bool? {
            let tracks = #""microphone":true,"camera":false,"mutes":\#(mutes)"#
            #expect(try await answer(to: "meeting.tracks", meeting, from: page, tracks).type == "ack")
            let gathering = await scene.house.house.calls.hall.gatherings[try #require(ID<Meeting>(meeting))]
            return gathering?.present.first { $0.seat == first.seat }?.isHeard
        }
        #expect(try await isHeard(by: cleo, 0) == true)
        cleo.vanish()
        #expect(try await answer(to: "meeting.mute", meeting, from: ana, #""seat":\#(first.seat)"#).type == "ack")
        let back = try await scene.page(ofGuest: cookie)
        // What it was about to say comes before what it is told.
        #expect(try await enter(meeting, back).mutes == 1)
        #expect(try await isHeard(by: back, 0) == false)
        let again = try await enter(meeting, back)
        #expect(again.mutes == 1 && again.isMuted)
        #expect(try await isHeard(by: back, 1) == true)
        #expect(try await !enter(meeting, back).isMuted)

        // It holds for a page that is loaded again.
        #expect(try await answer(to: "meeting.mute", meeting, from: ana, #""seat":\#(first.seat)"#).type == "ack")
        #expect(try await answer(to: "meeting.leave", meeting, from: back, #""mayReturn":true"#).type == "ack")
        let loaded = try await enter(meeting, try await scene.page(ofGuest: cookie))
        #expect(loaded.mutes == 2 && loaded.isMuted)
        try await scene.stop()
    }
}
