import Conversations
import Desk
import TestKit
import Testing
import Vocabulary

/// Who is offered what, as a pure machine: stories, and thousands of random days.
@Suite struct RoutingTests {
    private let queue = ID<Queue>(high: 1, low: 1)
    private let start = Timestamp(milliseconds: 1_800_000_000_000)

    private func agent(_ name: String, capacity: Int = 4, skills: [String: Int]? = nil) -> Router.Agent {
        Router.Agent(PersonID(named: name), queues: [queue], capacity: [.chat: capacity], abilities: .init(skills: skills))
    }

    private func desk(_ agents: [Router.Agent], _ change: (inout QueueRules) -> Void = { _ in }) -> Router {
        var rules = QueueRules.automatic
        change(&rules)
        return Router(rules: [queue: rules], agents: Dictionary(uniqueKeysWithValues: agents.map { ($0.person, $0) }))
    }

    private func enquiry(_ number: UInt64, after seconds: Int = 0, priority: Int = 0) -> Router.Case {
        Router.Case(ConversationID(high: 0, low: number), in: queue, priority: priority, since: start + .seconds(seconds))
    }

    /// Whom the steps offer something, in order.
    private func asked(_ steps: [Router.Step]) -> [PersonID] {
        steps.compactMap { if case .offer(_, let offer) = $0 { offer.agent } else { nil } }
    }

    private func served(_ steps: [Router.Step]) -> [UInt64] {
        steps.compactMap { if case .offer(let id, _) = $0 { id.low } else { nil } }
    }

    @Test(
        "Complaints 7, 8: in thousands of random days nobody waits beside a free agent, is overtaken, asked twice or lost",
        arguments: 0..<200)
    func randomDays(block: Int) {
        for day in 0..<10 {
            var history = RoutingHistory(seed: UInt64(block * 1000 + day))
            for _ in 0..<40 { _ = history.happen() }
        }
    }

    @Test("Complaint 7: first in, first out") func firstInFirstOut() {
        var router = desk([agent("dan", capacity: 2)])
        for number in 1...4 { router.arrived(enquiry(UInt64(number), after: 10 - number)) }
        #expect(served(router.decide(at: start + .seconds(10))) == [4, 3])
    }

    @Test("Complaint 7: the most important come first, and nobody waits for ever behind them") func nobodyStarves() {
        var router = desk([agent("dan", capacity: 1)])
        router.arrived(enquiry(1))
        var now = start
        var rounds = 0
        // Somebody of higher priority comes with every conversation that ends.
        while router.line[ConversationID(high: 0, low: 1)] != nil, rounds < 100 {
            rounds += 1
            now = now + .seconds(20)
            router.arrived(Router.Case(ConversationID(high: 1, low: UInt64(rounds)), in: queue, priority: 5, since: now))
            for case .offer(let id, let offer) in router.decide(at: now) {
                let did = router.accept(id, by: offer.agent, at: now)
                #expect(did)
                if rounds == 1 { #expect(id.high == 1, "the more important first") }
                router.close(id)
            }
        }
        // Five steps of priority are five minutes.
        #expect((15...17).contains(rounds), "\(rounds)")
    }

    @Test("Complaint 8: loads of equal agents differ by at most one") func sharesAreEqual() {
        var router = desk(["dan", "eve", "finn"].map { agent($0, capacity: 10) })
        for number in 1...20 {
            router.arrived(enquiry(UInt64(number), after: number))
            _ = router.decide(at: start + .seconds(number))
            let loads = router.agents.keys.map { router.loads()[$0]?[.chat] ?? 0 }
            #expect((loads.max() ?? 0) - (loads.min() ?? 0) <= 1)
        }
    }

    @Test("Complaint 8: who comes back from a holiday gets a share, not everything") func backFromHoliday() {
        var (dan, eve) = (agent("dan", capacity: 10), agent("eve", capacity: 10))
        dan.assignedAt = start - .days(20)
        eve.assignedAt = start
        var router = desk([dan, eve])
        for number in 1...6 { router.arrived(enquiry(UInt64(number))) }
        let shares = Dictionary(grouping: asked(router.decide(at: start))) { $0 }.mapValues(\.count)
        #expect(shares == [dan.person: 3, eve.person: 3])
    }

    @Test("Complaint 9: what is not answered goes to the next on the second, and to nobody twice in a round") func unanswered() {
        var router = desk(["dan", "eve"].map { agent($0) }) { ($0.offerSeconds, $0.pauseSeconds) = (20, 10) }
        router.arrived(enquiry(1))
        let first = asked(router.decide(at: start))
        #expect(router.decide(at: start + .milliseconds(19_999)) == [])
        #expect(router.nextDue(after: start) == start + .seconds(20))
        let second = asked(router.decide(at: start + .seconds(20)))
        #expect(Set(first + second).count == 2)
        #expect(asked(router.decide(at: start + .seconds(40))) == [], "everybody was asked")
        #expect(router.nextDue(after: start + .seconds(40)) == start + .seconds(50))
        #expect(asked(router.decide(at: start + .seconds(50))).count == 1, "a new round")
    }

    @Test("Complaint 8: what an agent who is gone left behind goes to somebody who is there") func agentGone() {
        var router = desk(["dan", "eve"].map { agent($0) }) { $0.reassignSeconds = 120 }
        let (dan, eve) = (PersonID(named: "dan"), PersonID(named: "eve"))
        router.open[ConversationID(high: 0, low: 1)] = .init(agent: dan, queue: queue, channel: .chat, since: start)
        router.open[ConversationID(high: 0, low: 2)] = .init(agent: dan, queue: queue, channel: .chat, since: start, awaitsTeam: false)
        router.agents[dan]?.goneAt = start + .seconds(4)
        #expect(router.decide(at: start + .seconds(123)) == [])
        let steps = router.decide(at: start + .seconds(124))
        #expect(asked(steps) == [eve])
        #expect(router.open[ConversationID(high: 0, low: 2)]?.agent == dan, "nobody waits there, so it stays")
    }

    @Test("A queue asks its skills and languages of everybody, whatever the enquiry asks") func queueAsks() {
        var queueRules = QueueRules.automatic
        (queueRules.skills, queueRules.languages) = (["returns": 3], ["fr"])
        let item = enquiry(1)
        func fits(_ skills: [String: Int]?, _ languages: [String]?, _ ring: QueueRules.Ring? = nil) -> Bool {
            var dan = agent("dan", skills: skills)
            dan.abilities.languages = languages
            return dan.fits(item, queueRules, ring)
        }
        #expect(fits(["returns": 3], ["fr", "en"]))
        #expect(fits(["returns": 3], nil), "no languages named: all")
        #expect(!fits(["returns": 2], ["fr"]))
        #expect(!fits(nil, ["fr"]))
        #expect(!fits(["returns": 3], ["en"]))
        #expect(fits(["returns": 2], ["en"], .init(after: 10, easing: 1, anyLanguage: true)), "less is asked later")
    }

    @Test func skillsAreRelaxedRingByRing() {
        let (dan, eve) = (agent("dan", skills: ["returns": 1]), agent("eve", capacity: 0, skills: ["returns": 3]))
        var router = desk([dan, eve]) { $0.rings = [.init(after: 30, easing: 1), .init(after: 60, easing: 2)] }
        var item = enquiry(1)
        item.needs = Needs(skills: ["returns": 3])
        router.arrived(item)
        #expect(router.decide(at: start) == [])
        #expect(router.decide(at: start + .seconds(59)) == [])
        #expect(asked(router.decide(at: start + .seconds(60))) == [dan.person])
    }

    @Test func theAgentWhomTheVisitorKnows() {
        var router = desk([agent("dan", capacity: 1), agent("eve")]) { $0.stickySeconds = 30 }
        let (dan, eve) = (PersonID(named: "dan"), PersonID(named: "eve"))
        var item = enquiry(1)
        item.sticky = dan
        router.arrived(item)
        #expect(asked(router.decide(at: start)) == [dan])
        let did = router.accept(item.id, by: dan, at: start)
        #expect(did)
        var second = enquiry(2)
        second.sticky = dan
        router.arrived(second)
        #expect(router.decide(at: start + .seconds(29)) == [], "Dan has no room, and is waited for")
        #expect(asked(router.decide(at: start + .seconds(30))) == [eve])
        var third = enquiry(3, after: 40)
        third.sticky = dan
        router.agents[dan]?.isAvailable = false
        router.arrived(third)
        #expect(asked(router.decide(at: start + .seconds(40))) == [eve], "Dan is not there: no wait")
    }

    @Test func overflow() {
        let other = ID<Queue>(high: 2, low: 2)
        var router = desk([agent("dan", capacity: 0)]) { $0.overflow = .init(after: 60, queue: other) }
        var rules = QueueRules.automatic
        rules.overflow = .init(after: 90)
        router.rules[other] = rules
        router.arrived(enquiry(1))
        #expect(router.decide(at: start + .seconds(59)) == [])
        #expect(router.decide(at: start + .seconds(60)) == [.move(ConversationID(high: 0, low: 1), to: other)])
        #expect(router.decide(at: start + .seconds(90)) == [.leaveMessage(ConversationID(high: 0, low: 1))])
        #expect(router.nextDue(after: start + .seconds(90)) == nil)
    }
}
