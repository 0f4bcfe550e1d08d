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
}
