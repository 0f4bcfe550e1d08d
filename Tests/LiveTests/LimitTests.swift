import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Web

private struct Shout: Encodable, Sendable {
    let type = "shout"
    let number: Int
    let padding: String
}

@Suite struct LimitTests {
    private func node(_ change: (inout LiveLimits) -> Void) async throws -> LiveNode {
        var plan = try await LiveNode.Plan.fresh(on: .sqlite)
        change(&plan.limits)
        return try await LiveNode.start(plan)
    }

    @Test func aPersonHasSoManyConnectionsAndNotOneMore() async throws {
        let node = try await node { $0.perPerson = 3 }
        var tabs: [FakeBrowser] = []
        for _ in 0..<3 { tabs.append(try await node.enter("Ana")) }
        let fourth = try await node.open("Ana")
        #expect(try await fourth.next("goodbye").after == 15_000)
        #expect(try await fourth.closeCode() == 4002)
        _ = try await node.enter("Ben")
        tabs[0].vanish()
        try await Eventually.holds { node.link.connectionCount == 3 }
        _ = try await node.enter("Ana")
        try await node.stop()
    }

    @Test func aHouseholdHasSoManyConnectionsAndNotOneMore() async throws {
        let node = try await node { $0.perHousehold = 2 }
        let tabs = [try await node.enter("Ana"), try await node.enter("Ben")]
        await #expect(throws: FakeBrowser.Refused(status: 429)) { try await node.open("Eve") }
        tabs[0].close()
        try await Eventually.holds { node.link.connectionCount == 1 }
        _ = try await node.enter("Eve")
        try await node.stop()
    }

    @Test func commandsPassUpToTheLimitAndThenTheConnectionEnds() async throws {
        let node = try await node {
            $0.commandBurst = 21
            $0.commandsPerSecond = 1
        }
        let ana = try await node.enter("Ana")
        let mallory = try await node.enter("Mallory")
        for _ in 0..<19 { ana.command("ping") }
        for _ in 0..<19 { _ = try await ana.next("ack") }
        for _ in 0..<60 { mallory.command("ping") }
        #expect(try await mallory.next("goodbye").after == 10_000)
        #expect(try await mallory.closeCode() == 4003)
        ana.command("ping")
        _ = try await ana.next("ack")
        try await node.stop()
    }

    @Test func theConnectionsOfAPersonShareWhatTheySendAndComingBackWinsNothing() async throws {
        let node = try await node {
            $0.commandBurst = 20
            $0.commandsPerSecond = 0
            // What two of them could send, for all together.
            $0.perPerson = 2 * LiveLimits.activeShare
        }
        for _ in 0..<2 {
            // With the first message, which says where it was, these are twenty.
            let mallory = try await node.enter("Mallory")
            for _ in 0..<19 { mallory.command("ping") }
            for _ in 0..<19 { _ = try await mallory.next("ack") }
            mallory.close()
        }
        try await Eventually.holds { node.link.connectionCount == 0 }
        let third = try await node.open("Mallory")
        third.command("ping")
        #expect(try await third.closeCode() == 4003)
        let ana = try await node.enter("Ana")
        ana.command("ping")
        _ = try await ana.next("ack")
        try await node.stop()
    }

    @Test func theConnectionsOfAHouseholdShareWhatTheySend() async throws {
        let node = try await node {
            $0.commandBurst = 20
            $0.commandsPerSecond = 0
            $0.perHousehold = 2 * LiveLimits.activeShare
        }
        for name in ["Ana", "Ben"] {
            let one = try await node.enter(name)
            for _ in 0..<19 { one.command("ping") }
            for _ in 0..<19 { _ = try await one.next("ack") }
        }
        let eve = try await node.open("Eve")
        eve.command("ping")
        #expect(try await eve.closeCode() == 4003)
        try await node.stop()
    }

    @Test("One slow reader harms only itself: it is cut off, everybody else hears everything")
    func aSlowReaderIsCutOff() async throws {
        let node = try await node { $0.socket.backlogBytes = 1 << 18 }
        let (ana, sleeper) = (try await node.enter("Ana"), try await node.enter("Ben"))
        try await sleeper.fallAsleep()
        let padding = String(repeating: "x", count: 10_000)
        let people = [PersonID(named: "Ana"), PersonID(named: "Ben")]
        // Far more than the kernel's buffers hold; Ana reads in step so that she is never behind.
        for number in 0..<2_000 {
            node.link.send(Shout(number: number, padding: padding), to: people)
            if number >= 10 { #expect(try await ana.next("shout").text.contains("\"number\":\(number - 10),")) }
        }
        try await Eventually.holds { node.link.connectionCount == 1 }
        try await sleeper.wakeUp()
        let code = try await sleeper.closeCode()
        #expect(code == 4000 || code == 1006)
        try await node.stop()
    }

    @Test func aReaderWhoWakesInTimeLearnsThatItWasTooSlow() async throws {
        let node = try await node {
            $0.socket.backlogBytes = 1 << 18
            $0.socket.farewell = .seconds(20)
        }
        let sleeper = try await node.enter("Ben")
        try await sleeper.fallAsleep()
        let padding = String(repeating: "x", count: 10_000)
        for number in 0..<2_000 { node.link.send(Shout(number: number, padding: padding), to: [PersonID(named: "Ben")]) }
        // The close frame waits behind what was sent before it.
        try await sleeper.wakeUp()
        #expect(try await sleeper.next("goodbye").advice == "reconnect")
        #expect(try await sleeper.closeCode() == 4000)
        try await node.stop()
    }
}
