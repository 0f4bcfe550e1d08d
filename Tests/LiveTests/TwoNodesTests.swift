import Foundation
import TestKit
import Testing
import Vocabulary

/// Two processes of one Sotto, one PostgreSQL, one NATS: who is on which node makes no difference to anybody.
@Suite(.serialized, .timeLimit(.minutes(5)), .enabled(if: Engine.all.contains(.postgres))) struct TwoNodesTests {
    private struct Town {
        let bus: NATSServer
        let here: ProcessNode
        let there: ProcessNode
        let (ana, ben, dan, eve): (Lodger, Lodger, Lodger, Lodger)

        init() async throws {
            let settings = try await TestHouse.settings(on: .postgres)
            let people = try await Lodgers.move(into: settings, ["Ana", "Ben", "Dan", "Eve"], contacts: [(0, 1), (2, 3)])
            (ana, ben, dan, eve) = (people[0], people[1], people[2], people[3])
            bus = try await NATSServer()
            here = try await ProcessNode(settings, ["nats.url": bus.url])
            there = try await ProcessNode(settings, ["nats.url": bus.url])
        }

        func stop() async {
            await here.stop()
            await there.stop()
        }
    }

    private func newCall() -> String { PersonID(at: SystemClock().now).description }

    private func ring(_ callee: Lodger, by caller: FakeBrowser, _ call: String) async throws {
        caller.command("call.ring", #""call":"\#(call)","callee":"\#(callee.id)","relayOnly":false"#)
        _ = try await caller.next("ack")
    }

    private func join(_ browser: FakeBrowser, _ call: String, _ device: String) async throws {
        browser.command("call.join", #""call":"\#(call)","device":"\#(device)""#)
        _ = try await browser.next("ack")
    }

    /// A call that is going on between a page here and a page there.
    private func talk(_ caller: FakeBrowser, _ callee: FakeBrowser, _ person: Lodger) async throws -> String {
        let call = newCall()
        try await ring(person, by: caller, call)
        #expect(try await callee.next("call.ringing").call == call)
        callee.command("call.accept", #""call":"\#(call)","device":"callee-device""#)
        #expect(try await caller.next("call.accepted").call == call)
        try await join(caller, call, "caller-device")
        try await join(callee, call, "callee-device")
        #expect(try await caller.next("call.peer").present == true)
        return call
    }

    @Test func aCallAndItsSignalsCrossNodes() async throws {
        let town = try await Town()
        let (ana, ben) = (try await town.here.enter(town.ana), try await town.there.enter(town.ben, from: ["notices": 2]))
        _ = try await ana.next { $0.text.contains(town.ben.id) && $0.text.contains("online") }
        let call = try await talk(ana, ben, town.ben)
        for number in 0..<20 {
            ana.command("call.signal", #""call":"\#(call)","signal":{"number":\#(number)}"#)
            ben.command("call.signal", #""call":"\#(call)","signal":{"number":\#(number)}"#)
        }
        for browser in [ana, ben] {
            for number in 0..<20 { #expect(try await browser.next("call.signal").text.contains(#"{"number":\#(number)}"#)) }
        }
        // Meetings are held on one node, so nobody can be added, and it is said.
        ana.command("call.contacts", #""call":"\#(call)""#)
        #expect(try await ana.next("refused").problem?.type.hasSuffix("meetingsOneNode") == true)
        ben.command("call.hangUp", #""call":"\#(call)""#)
        for browser in [ana, ben] { #expect(try await browser.next("call.ended").reason == "hungUp") }
        // Nobody answers: the notice arrives on the other node.
        let missed = newCall()
        try await ring(town.ben, by: ana, missed)
        #expect(try await ben.next("call.ringing").call == missed)
        ana.command("call.hangUp", #""call":"\#(missed)""#)
        #expect(try await ben.next("call.ended").reason == "cancelled")
        let notice = try await ben.nextDurable()
        #expect(notice.kind == "call.missed" && notice.text.contains(missed))
        ben.command("presence.set", #""state":"busy""#)
        _ = try await ana.next { $0.type == "presence" && $0.person == town.ben.id && $0.state == "busy" }
        await town.stop()
    }

    @Test func aKilledNodeTakesNothingWithItButItsConnections() async throws {
        let town = try await Town()
        let (ana, dan) = (try await town.here.enter(town.ana), try await town.here.enter(town.dan))
        // Ben has two pages: one in the call, one that shows who is there.
        let list = try await town.there.enter(town.ben)
        let (ben, eve) = (try await town.there.enter(town.ben), try await town.there.enter(town.eve, from: ["notices": 2]))
        _ = try await list.next { $0.text.contains(town.ana.id) && $0.text.contains("online") }
        let talking = try await talk(ana, ben, town.ben)
        let ringing = newCall()
        try await ring(town.eve, by: dan, ringing)
        #expect(try await eve.next("call.ringing").call == ringing)
        await town.here.kill9()
        let killedAt = ContinuousClock.now
        // It still rings, on every page that Eve opens.
        let phone = try await town.there.enter(town.eve)
        #expect(try await phone.next("call.ringing").call == ringing)
        // Dan comes back on the other node, where the call goes on.
        let danAgain = try await town.there.enter(town.dan)
        danAgain.command("call.hangUp", #""call":"\#(ringing)""#)
        #expect(try await eve.next("call.ended").reason == "cancelled")
        let notice = try await eve.nextDurable()
        #expect(notice.kind == "call.missed" && notice.text.contains(ringing))
        // Ben learns that Ana is gone, and that her page is.
        let gone = try await list.next { $0.type == "presence" && $0.person == town.ana.id && $0.state == "offline" }
        #expect(gone.person == town.ana.id && ContinuousClock.now - killedAt < .seconds(20))
        #expect(try await ben.next("call.peer").present == false)
        // She comes back, and both go on.
        let anaAgain = try await town.there.enter(town.ana)
        try await join(anaAgain, talking, "another-device")
        #expect(try await ben.next("call.peer").present == true)
        await town.stop()
    }
}
