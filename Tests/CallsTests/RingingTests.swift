import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Calls

/// Calls as the pages of two people see them, over the live link of a whole Sotto.
@Suite(.timeLimit(.minutes(5))) struct RingingTests {
    /// Ana, Ben and Dan, of whom Ana and Ben, and Dan and Ben, are contacts; and a clock that stands still.
    private struct Scene {
        let clock = ManualClock(SystemClock().now)
        let house: TestHouse
        let (ana, ben, dan): (Lodger, Lodger, Lodger)

        init(on engine: Engine) async throws {
            let settings = try await TestHouse.settings(on: engine)
            let people = try await Lodgers.move(into: settings, ["Ana", "Ben", "Dan"], contacts: [(0, 1), (2, 1)])
            (ana, ben, dan) = (people[0], people[1], people[2])
            house = try await TestHouse(settings, clock: clock)
        }

        /// Opens a page, which has seen every notice so far.
        func page(of lodger: Lodger) async throws -> FakeBrowser {
            var address = FakeBrowser.Address(port: house.port, session: lodger.session)
            address.origin = house.origin
            let browser = try await FakeBrowser.open(address)
            try await browser.greet()
            return browser
        }

        func stop() async throws { try await house.stop() }
    }

    private struct Joined: Decodable {
        let state: String
        let role: String
        let relayOnly: Bool
        let peerPresent: Bool
    }

    private func newCall() -> String { PersonID(at: SystemClock().now).description }

    /// Rings, and returns what the server says to it.
    private func ring(_ callee: String, from caller: FakeBrowser, _ call: String) async throws -> LiveMessage {
        caller.command("call.ring", #""call":"\#(call)","callee":"\#(callee)","relayOnly":false"#)
        return try await caller.next { ["ack", "refused"].contains($0.type) }
    }

    private func answer(to command: String, _ call: String, from browser: FakeBrowser, device: String? = nil) async throws -> LiveMessage {
        browser.command(command, #""call":"\#(call)""# + (device.map { #","device":"\#($0)""# } ?? ""))
        return try await browser.next { ["ack", "refused"].contains($0.type) }
    }

    @Test("C09: every page of the callee rings, one answers, the others stop", arguments: Engine.all)
    func everyDeviceRings(on engine: Engine) async throws {
        let scene = try await Scene(on: engine)
        let (ana, phone, laptop) = (
            try await scene.page(of: scene.ana), try await scene.page(of: scene.ben), try await scene.page(of: scene.ben)
        )
        let call = newCall()
        #expect(try await ring(scene.ben.id, from: ana, call).type == "ack")
        for page in [phone, laptop] { #expect(try await page.next("call.ringing").call == call) }
        #expect(try await answer(to: "call.accept", call, from: phone, device: "phone-of-ben").type == "ack")
        #expect(try await laptop.next("call.answered").call == call)
        #expect(try await ana.next("call.accepted").call == call)
        // The one who answers too late is told how things are, and changes nothing.
        _ = try await answer(to: "call.accept", call, from: laptop, device: "laptop-of-ben")
        let joined: Joined = try await answer(to: "call.join", call, from: phone, device: "phone-of-ben").body()
        #expect(joined.state == "accepted" && joined.role == "callee" && !joined.relayOnly)
        try await scene.stop()
    }

    @Test("C12: only contacts ring, and a stranger learns nothing", arguments: Engine.all)
    func strangersDoNotRing(on engine: Engine) async throws {
        let scene = try await Scene(on: engine)
        let (ana, dan) = (try await scene.page(of: scene.ana), try await scene.page(of: scene.dan))
        let known = try await ring(scene.dan.id, from: ana, newCall())
        #expect(known.type == "refused" && known.problem?.type.hasSuffix("callNotContact") == true)
        let unknown = try await ring(PersonID(at: SystemClock().now).description, from: ana, newCall())
        #expect(unknown.problem?.type == known.problem?.type && unknown.problem?.detail == known.problem?.detail)
        dan.command("ping")
        _ = try await dan.next("ack")
        #expect(!dan.waiting.contains { $0.type.hasPrefix("call.") })
        try await scene.stop()
    }

    @Test("C09: a ring nobody answers is missed when its time is over, and told", arguments: Engine.all)
    func missed(on engine: Engine) async throws {
        let scene = try await Scene(on: engine)
        let (ana, ben) = (try await scene.page(of: scene.ana), try await scene.page(of: scene.ben))
        let call = newCall()
        _ = try await ring(scene.ben.id, from: ana, call)
        _ = try await ben.next("call.ringing")
        scene.clock.advance(by: Call.patience)
        for page in [ana, ben] { #expect(try await page.next("call.ended").reason == "missed") }
        let notice = try await ben.next("event")
        #expect(notice.kind == "call.missed" && notice.text.contains(call))
        #expect(try await answer(to: "call.accept", call, from: ben, device: "page-of-ben").type == "ack", "too late is no error")
        let joined: Joined = try await answer(to: "call.join", call, from: ana, device: "page-of-ana").body()
        #expect(joined.state == "ended")
        try await scene.stop()
    }

    @Test("C09: who declines is not told of a missed call; who is hung up on is", arguments: Engine.all)
    func declinedAndCancelled(on engine: Engine) async throws {
        let scene = try await Scene(on: engine)
        let (ana, ben) = (try await scene.page(of: scene.ana), try await scene.page(of: scene.ben))
        let declined = newCall()
        _ = try await ring(scene.ben.id, from: ana, declined)
        _ = try await ben.next("call.ringing")
        _ = try await answer(to: "call.decline", declined, from: ben)
        #expect(try await ana.next("call.ended").reason == "declined")
        let cancelled = newCall()
        _ = try await ring(scene.ben.id, from: ana, cancelled)
        _ = try await answer(to: "call.hangUp", cancelled, from: ana)
        let notice = try await ben.next("event")
        #expect(notice.kind == "call.missed" && notice.text.contains(cancelled))
        try await scene.stop()
    }

    @Test("C09: a second caller waits, a third hears that it is busy", arguments: Engine.all)
    func callWaiting(on engine: Engine) async throws {
        let scene = try await Scene(on: engine)
        let (ana, ben, dan) = (
            try await scene.page(of: scene.ana), try await scene.page(of: scene.ben), try await scene.page(of: scene.dan)
        )
        let (first, second, third) = (newCall(), newCall(), newCall())
        _ = try await ring(scene.ben.id, from: ana, first)
        _ = try await answer(to: "call.accept", first, from: ben, device: "page-of-ben")
        _ = try await ring(scene.ben.id, from: dan, second)
        #expect(try await ben.next { $0.type == "call.ringing" && $0.call == second }.call == second)
        _ = try await ring(scene.ben.id, from: ana, third)
        #expect(try await ana.next { $0.type == "call.ended" && $0.call == third }.reason == "busy")
        #expect(try await ben.next("event").text.contains(third), "and Ben is told that he missed it")
        try await scene.stop()
    }

    @Test("C09: a page that comes in place of another takes the call over", arguments: Engine.all)
    func reload(on engine: Engine) async throws {
        let scene = try await Scene(on: engine)
        let (ana, ben) = (try await scene.page(of: scene.ana), try await scene.page(of: scene.ben))
        let call = newCall()
        _ = try await ring(scene.ben.id, from: ana, call)
        _ = try await answer(to: "call.accept", call, from: ben, device: "first-page")
        _ = try await answer(to: "call.join", call, from: ana, device: "page-of-ana")
        _ = try await answer(to: "call.join", call, from: ben, device: "first-page")
        #expect(try await ana.next("call.peer").present == true)
        let again = try await scene.page(of: scene.ben)
        let joined: Joined = try await answer(to: "call.join", call, from: again, device: "second-page").body()
        #expect(joined.peerPresent)
        #expect(try await ben.next("call.ended").reason == "answeredElsewhere", "the page before lets go of its camera")
        ben.command("call.signal", #""call":"\#(call)","signal":{"ready":true}"#)
        #expect(try await ben.next("refused").problem?.type.hasSuffix("callElsewhere") == true)
        again.command("call.signal", #""call":"\#(call)","signal":{"ready":true}"#)
        _ = try await ana.next("call.signal")
        again.vanish()
        #expect(try await ana.next { $0.type == "call.peer" && $0.present == false }.present == false)
        try await scene.stop()
    }

    @Test("C10: nobody else gets into a call, or learns that there is one", arguments: Engine.all)
    func outsiders(on engine: Engine) async throws {
        let scene = try await Scene(on: engine)
        let (ana, ben, dan) = (
            try await scene.page(of: scene.ana), try await scene.page(of: scene.ben), try await scene.page(of: scene.dan)
        )
        let call = newCall()
        _ = try await ring(scene.ben.id, from: ana, call)
        _ = try await answer(to: "call.accept", call, from: ben, device: "page-of-ben")
        for command in ["call.join", "call.accept", "call.decline", "call.hangUp"] {
            let (there, notThere) = (
                try await answer(to: command, call, from: dan, device: "page-of-dan"),
                try await answer(to: command, newCall(), from: dan, device: "page-of-dan")
            )
            #expect(there.type == "refused" && there.problem?.type == notThere.problem?.type, "\(command)")
        }
        dan.command("call.signal", #""call":"\#(call)","signal":{}"#)
        #expect(try await dan.next { ["ack", "refused"].contains($0.type) }.type == "refused")
        let joined: Joined = try await answer(to: "call.join", call, from: ana, device: "page-of-ana").body()
        #expect(joined.state == "accepted", "the call goes on")
        try await scene.stop()
    }

    @Test("C12: a block ends the call that goes on", arguments: Engine.all)
    func blocked(on engine: Engine) async throws {
        let scene = try await Scene(on: engine)
        let (ana, ben) = (try await scene.page(of: scene.ana), try await scene.page(of: scene.ben))
        let call = newCall()
        _ = try await ring(scene.ben.id, from: ana, call)
        _ = try await answer(to: "call.accept", call, from: ben, device: "page-of-ben")
        try await scene.house.house.people.block(scene.ana.person, by: scene.ben.person)
        #expect(try await ana.next("call.ended").reason == "hungUp")
        #expect(try await ring(scene.ben.id, from: ana, newCall()).type == "refused")
        try await scene.stop()
    }
}
