import Cluster
import TestKit
import Testing
import Vocabulary

@testable import Web

/// Ana and Ben are contacts of each other; Eve is of nobody.
private struct Friends: PresenceAudience {
    let pairs = [("Ana", "Ben")]

    func watchers(of people: [PersonID]) async throws -> [PersonID: [PersonID]] {
        var watchers: [PersonID: [PersonID]] = [:]
        for person in people { watchers[person] = others(person) }
        return watchers
    }

    func visible(to person: PersonID) async throws -> [PersonID] { others(person) }

    private func others(_ person: PersonID) -> [PersonID] {
        pairs.flatMap { [($0.0, $0.1), ($0.1, $0.0)] }.filter { PersonID(named: $0.0) == person }.map { PersonID(named: $0.1) }
    }
}

private struct Overview: Decodable {
    let own: PresenceChoice
    let people: [String: Availability]
}

@Suite struct PresenceLinkTests {
    private func plan(on engine: Engine = .sqlite) async throws -> LiveNode.Plan {
        var plan = try await LiveNode.Plan.fresh(on: engine)
        plan.audience = Friends()
        plan.rules.grace = .milliseconds(300)
        return plan
    }

    private func overview(_ browser: FakeBrowser) async throws -> Overview {
        try await browser.next("presence.overview").decode()
    }

    @Test(arguments: Engine.all) func contactsSeeEachOtherComeChooseAndGo(on engine: Engine) async throws {
        let node = try await LiveNode.start(try await plan(on: engine))
        let ana = try await node.enter("Ana")
        #expect(try await overview(ana).people.isEmpty)
        let eve = try await node.enter("Eve")
        let ben = try await node.enter("Ben")
        let seen = try await overview(ben)
        #expect(seen.own == .online && seen.people == [PersonID(named: "Ana").description: .online])
        #expect(try await ana.next("presence").state == "online")
        ben.command("presence.set", #""state":"busy""#)
        #expect(try await ben.next { $0.type == "presence" && $0.person == PersonID(named: "Ben").description }.state == "busy")
        #expect(try await ana.next("presence").state == "busy")
        #expect(await node.link.presence(of: [PersonID(named: "Ben")]) == [PersonID(named: "Ben"): .busy])
        ben.close()
        #expect(try await ana.next("presence").state == "offline")
        eve.command("ping")
        _ = try await eve.next("ack")
        #expect(!eve.waiting.contains { $0.type == "presence" })
        try await node.stop()
    }

    @Test(arguments: Engine.all) func whoChoseToBeInvisibleComesBackInvisible(on engine: Engine) async throws {
        let plan = try await plan(on: engine)
        let node = try await LiveNode.start(plan)
        let ben = try await node.enter("Ben")
        ben.command("presence.set", #""state":"invisible""#)
        _ = try await ben.next("ack")
        try await node.stop()
        let again = try await LiveNode.start(plan)
        let ana = try await again.enter("Ana")
        let back = try await again.enter("Ben")
        #expect(try await overview(back).own == .invisible)
        #expect(try await overview(ana).people.isEmpty)
        back.command("presence.set", #""state":"online""#)
        // The first that Ana hears of Ben is that he shows himself.
        #expect(try await ana.next("presence").state == "online")
        try await again.stop()
    }

    @Test func aPageThatIsLoadedAgainDoesNotFlicker() async throws {
        var plan = try await plan()
        plan.rules.grace = .seconds(30)
        let node = try await LiveNode.start(plan)
        let ana = try await node.enter("Ana")
        var ben = try await node.enter("Ben")
        #expect(try await ana.next("presence").state == "online")
        for _ in 0..<5 {
            ben.vanish()
            try await Eventually.holds { node.link.connectionCount == 1 }
            ben = try await node.enter("Ben")
        }
        ben.command("presence.set", #""state":"away""#)
        #expect(try await ana.next("presence").state == "away")
        try await node.stop()
    }

    @Test func contactsOnTwoNodesSeeEachOther() async throws {
        let plan = try await plan()
        let (here, there) = (try await LiveNode.start(plan), try await LiveNode.start(plan))
        let ana = try await here.enter("Ana")
        let ben = try await there.enter("Ben")
        #expect(try await ana.next("presence").state == "online")
        ana.command("presence.set", #""state":"away""#)
        #expect(try await ben.next { $0.type == "presence" && $0.state == "away" }.person == PersonID(named: "Ana").description)
        // A node that stops says so: its people are gone after the grace, not after its silence.
        let began = ContinuousClock.now
        try await there.stop()
        #expect(try await ana.next { $0.type == "presence" && $0.state == "offline" }.person == PersonID(named: "Ben").description)
        #expect(ContinuousClock.now - began < .seconds(10))
        try await here.stop()
    }

    @Test func whoeverLosesSightIsToldOffline() async throws {
        var plan = try await plan()
        plan.audience = nil
        let node = try await LiveNode.start(plan)
        let ana = try await node.enter("Ana")
        let ben = try await node.enter("Ben")
        _ = try await overview(ben)
        try await node.link.sightChanged(between: PersonID(named: "Ana"), and: PersonID(named: "Ben"))
        #expect(try await ana.next("presence").state == "offline")
        #expect(try await ben.next("presence").state == "offline")
        try await node.stop()
    }
}
