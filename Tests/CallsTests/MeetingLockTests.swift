import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Calls

/// A locked meeting lets nobody new in, as long as somebody is inside.
@Suite(.timeLimit(.minutes(5))) struct MeetingLockTests: MeetingStories {
    private let locks = #""isLocked":true"#

    @Test("Nobody new comes into a locked meeting, and who was inside comes back, also after a restart", arguments: Engine.all)
    func locked(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (room, link) = try await scene.meeting(lobby: false, lifetime: "stays")
        let ben = TestBrowser(scene.house, as: scene.ben)
        #expect(try await ben.post(link, []).status == 303)
        let (host, inside) = (try await scene.page(of: scene.ana), try await scene.page(of: scene.ben))
        for page in [host, inside] { _ = try await enter(room, page) }
        // Finn is past the door, and has not joined yet.
        let cookie = try await scene.guest("Finn", by: link)
        let finn = try await scene.page(ofGuest: cookie)
        #expect(try await answer(to: "meeting.lock", room, from: inside, locks).refusal == "forbidden")
        #expect(try await answer(to: "meeting.lock", room, from: host, locks).type == "ack")
        #expect(try await people(inside) { $0.isLocked }.people.count == 2)

        #expect(try await answer(to: "meeting.enter", room, from: finn).refusal == "meetingLocked")
        let door = try await TestBrowser(scene.house).get(link)
        #expect(door.status == 200 && door.text.contains("locked") && !door.text.contains("name=\"name\""))
        let guests = try await scene.count("guest")
        #expect(try await TestBrowser(scene.house).post(link, [("name", "Mallory")]).status == 409)
        #expect(try await scene.count("guest") == guests)
        inside.vanish()
        #expect(try await ben.get(link).text.contains("form"))
        #expect(try await ben.post(link, []).status == 303)
        #expect(try await enter(room, try await scene.page(of: scene.ben)).state == "in")

        try await scene.stop()
        let again = MeetingScene(
            try await TestHouse(scene.house.settings, clock: scene.clock), scene.ana, scene.ben, scene.clock)
        let back = try await again.page(of: scene.ben)
        #expect(try await enter(room, back).state == "in")
        #expect(try await people(back) { $0.isLocked }.people.count == 1)
        let stranger = try await again.page(ofGuest: cookie)
        #expect(try await answer(to: "meeting.enter", room, from: stranger).refusal == "meetingLocked")
        // Who locks what is locked already keeps nobody out who is on their way back.
        let host2 = try await again.page(of: scene.ana)
        _ = try await enter(room, host2)
        _ = try await answer(to: "meeting.leave", room, from: back, #""mayReturn":true"#)
        #expect(try await answer(to: "meeting.lock", room, from: host2, locks).type == "ack")
        #expect(try await enter(room, back).state == "in")

        // It ends with those who are inside; who was kept out is let in by a host.
        for page in [host2, back] { #expect(try await answer(to: "meeting.leave", room, from: page).type == "ack") }
        let hall = again.house.house.calls.hall
        again.clock.advance(by: MeetingHall.grace - .milliseconds(1))
        await hall.keep()
        #expect(try await answer(to: "meeting.enter", room, from: stranger).refusal == "meetingLocked", "their pages may be loading")
        again.clock.advance(by: .milliseconds(1))
        await hall.keep()
        #expect(try await enter(room, stranger).state == "waiting")
        #expect(try await TestBrowser(again.house).get(link).text.contains("name=\"name\""))
        try await again.stop()
    }

    @Test("Who waits already when it is locked may be let in, and an unlocked one lets people in again", arguments: Engine.all)
    func waiting(on engine: Engine) async throws {
        let scene = try await MeetingScene(on: engine)
        let (room, link) = try await scene.meeting(lobby: true)
        let host = try await scene.page(of: scene.ana)
        #expect(try await answer(to: "meeting.lock", room, from: host, locks).refusal == "notFound", "nobody is inside whom it would keep")
        _ = try await enter(room, host)
        let cleo = try await scene.page(ofGuest: try await scene.guest("Cleo", by: link))
        let finn = try await scene.page(ofGuest: try await scene.guest("Finn", by: link))
        #expect(try await enter(room, cleo).state == "waiting")
        #expect(try await answer(to: "meeting.lock", room, from: host, locks).type == "ack")
        #expect(try await answer(to: "meeting.enter", room, from: finn).refusal == "meetingLocked")
        #expect(try await enter(room, cleo).state == "waiting", "its page asks again")
        #expect(try await answer(to: "meeting.admit", room, from: host).type == "ack")
        _ = try await cleo.next("meeting.admitted")
        #expect(try await enter(room, cleo).state == "in")
        #expect(try await answer(to: "meeting.lock", room, from: host, #""isLocked":false"#).type == "ack")
        #expect(try await people(cleo) { !$0.isLocked }.people.count == 2)
        #expect(try await enter(room, finn).state == "waiting")
        try await scene.stop()
    }
}
