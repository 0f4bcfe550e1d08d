import Foundation
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Desk

/// What is out of bounds reaches those who look after the desk, wherever they are.
@Suite(.timeLimit(.minutes(3))) struct AlertTests {
    private func shop(on engine: Engine, _ clock: ManualClock) async throws -> (Shop, finn: Lodger) {
        let shop = try await Shop.open(on: engine, agents: ["Dan", "Finn"], clock: clock)
        let finn = shop.agents[1]
        try await shop.house.house.stores.data.write { transaction in
            try transaction.run("UPDATE account_role SET role = 'supervisor' WHERE person_id = \(finn.person)")
            try transaction.run("DELETE FROM agent WHERE person_id = \(finn.person)")
            var rules = try transaction.rules(of: shop.queue.id)
            rules.alertWaiting = 1
            rules.alertWaitSeconds = nil
            try transaction.put(rules, for: shop.queue.id)
        }
        return (shop, finn)
    }

    private func told(_ person: PersonID, in shop: Shop) async throws -> Int {
        try await shop.house.house.stores.data.read { transaction in
            try transaction.first(
                "SELECT COUNT(*) AS n FROM stream_event WHERE owner = \(person) AND kind = 'wallboard.number'")?.get("n") ?? 0
        }
    }

    @Test("Too many wait: each supervisor has one notice, in words, and another only after it was over for long", arguments: Engine.all)
    func told(on engine: Engine) async throws {
        let clock = ManualClock()
        let (shop, finn) = try await shop(on: engine, clock)
        let desk = shop.house.house.desk
        try await desk.tellAlerts()
        #expect(try await told(finn.person, in: shop) == 0, "nobody waits")
        let id = try #require(CommandID(UUID().uuidString.lowercased()))
        _ = try await desk.begin(EnquiryWish(text: "Hello?", id: id), at: shop.site)
        // Of many nodes and rounds, one tells.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { try await desk.tellAlerts() } }
            try await group.waitForAll()
        }
        #expect(try await told(finn.person, in: shop) == 1)
        #expect(try await told(shop.agents[0].person, in: shop) == 0, "who answers is not bothered")
        let page = try await TestBrowser(shop.house, as: finn).get("/notices").text
        #expect(page.contains("Too many wait in Orders") && page.contains("/desk/wallboard"))

        // As long as it goes on, and shortly afterwards, it is the same.
        for _ in 0..<5 {
            clock.advance(by: .minutes(6))
            try await desk.tellAlerts()
        }
        #expect(try await told(finn.person, in: shop) == 1)
        clock.advance(by: Desk.alertPause)
        try await desk.tellAlerts()
        #expect(try await told(finn.person, in: shop) == 2)
        try await shop.house.stop()
    }
}
