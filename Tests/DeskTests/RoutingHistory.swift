import Conversations
import Desk
import TestKit
import Testing
import Vocabulary

/// A random day at a desk, and what must hold after every moment of it.
struct RoutingHistory {
    var chance: Seeded
    var router = Router()
    var now = Timestamp(milliseconds: 1_800_000_000_000)
    var queues: [ID<Queue>] = []
    /// Who was offered it in this round.
    var asked: [ConversationID: Set<PersonID>] = [:]
    var arrived = 0
    var ended = 0
    let seed: UInt64

    init(seed: UInt64, rules: (inout QueueRules, inout Seeded) -> Void = { _, _ in }) {
        self.seed = seed
        chance = Seeded(seed)
        for _ in 0..<Int.random(in: 1...3, using: &chance) {
            let queue = ID<Queue>(at: now, using: &chance)
            queues.append(queue)
            var own = QueueRules.automatic
            own.offerSeconds = Int.random(in: 5...40, using: &chance)
            own.stickySeconds = Int.random(in: 0...60, using: &chance)
            own.matchesLanguage = Bool.random(using: &chance)
            own.rings = [.init(after: 20, easing: 1), .init(after: 60, easing: 2, anyLanguage: true)]
            if Bool.random(using: &chance) {
                own.overflow = .init(after: Int.random(in: 60...600, using: &chance), queue: queues.randomElement(using: &chance))
            }
            rules(&own, &chance)
            router.rules[queue] = own
        }
        for _ in 0..<Int.random(in: 1...6, using: &chance) {
            let person = PersonID(at: now, using: &chance)
            router.agents[person] = Router.Agent(
                person, queues: Set(queues.filter { _ in Int.random(in: 0..<3, using: &chance) > 0 }),
                capacity: [.chat: Int.random(in: 0...4, using: &chance), .message: 5],
                abilities: Abilities(
                    skills: ["returns": Int.random(in: 0...4, using: &chance)],
                    languages: Bool.random(using: &chance) ? nil : [["en", "fr"].randomElement(using: &chance) ?? "en"]),
                assignedAt: now - .seconds(Int.random(in: 0...1000, using: &chance)))
        }
    }

    /// One thing happens, and the router decides.
    mutating func happen() -> [Router.Step] {
        let people = router.agents.keys.sorted()
        let line = router.line.keys.sorted()
        let open = router.open.keys.sorted()
        switch Int.random(in: 0..<12, using: &chance) {
        case 0...3: arrive()
        case 4, 5:
            if let id = line.randomElement(using: &chance), let offer = router.line[id]?.offer {
                let did = router.accept(id, by: offer.agent, at: now)
                #expect(did)
            }
        case 6:
            if let id = line.randomElement(using: &chance), let offer = router.line[id]?.offer {
                let did = router.decline(id, by: offer.agent)
                #expect(did)
            }
        case 7, 8:
            if let id = (open + line).randomElement(using: &chance) {
                router.close(id)
                ended += 1
            }
        case 9:
            if let person = people.randomElement(using: &chance) { router.agents[person]?.isAvailable.toggle() }
        case 10:
            if let person = people.randomElement(using: &chance) {
                let isGone = router.agents[person]?.goneAt != nil
                router.agents[person]?.goneAt = isGone ? nil : now + .seconds(4)
            }
        default: now = now + .milliseconds(Int64.random(in: 1...30_000, using: &chance))
        }
        now = now + .milliseconds(1)
        let before = router
        let steps = router.decide(at: now)
        check(steps, from: before)
        return steps
    }

    mutating func arrive(priority: Int? = nil) {
        arrived += 1
        let queue = queues.randomElement(using: &chance) ?? queues[0]
        router.arrived(
            Router.Case(
                ConversationID(at: now, using: &chance), in: queue, priority: priority ?? Int.random(in: 0...2, using: &chance), since: now,
                language: ["en", "fr"].randomElement(using: &chance) ?? "en",
                needs: Needs(skills: Bool.random(using: &chance) ? ["returns": Int.random(in: 1...4, using: &chance)] : nil),
                sticky: Int.random(in: 0..<4, using: &chance) == 0 ? router.agents.keys.sorted().randomElement(using: &chance) : nil))
    }

    // MARK: - What must hold

    func eligible(_ agent: Router.Agent, _ item: Router.Case) -> Bool {
        guard let rules = router.rules[item.queue] else { return false }
        let ring = rules.rings.last { item.waitingSince + .seconds($0.after) <= now }
        return agent.isThere(at: now) && agent.queues.contains(item.queue) && agent.fits(item, rules, ring)
    }

    func use(_ agent: Router.Agent, _ channel: Enquiry.Channel) -> Int { router.loads()[agent.person]?[channel] ?? 0 }

    func hasRoom(_ agent: Router.Agent, _ item: Router.Case) -> Bool { use(agent, item.channel) < agent.capacity[item.channel] ?? 0 }

    /// The sticky agent is there without room, and is waited for.
    func waitsForSticky(_ item: Router.Case) -> Bool {
        guard let sticky = item.sticky, !item.tried.contains(sticky), let agent = router.agents[sticky] else { return false }
        return agent.isThere(at: now) && agent.queues.contains(item.queue)
            && now < item.waitingSince + .seconds(router.rules[item.queue]?.stickySeconds ?? 0)
    }

    mutating func check(_ steps: [Router.Step], from before: Router) {
        checkLoads(steps, from: before)
        checkRounds(steps)
        checkLine(steps)
        #expect(router.line.count + router.open.count + ended == arrived, "an enquiry was lost or doubled, seed \(seed)")
        #expect(Set(router.line.keys).isDisjoint(with: router.open.keys), "seed \(seed)")
        var again = router
        #expect(again.decide(at: now) == [], "there was more to do, seed \(seed)")
        if let due = router.nextDue(after: now) {
            var early = router
            #expect(early.decide(at: due - .milliseconds(1)) == [], "something fell due before it was said to, seed \(seed)")
        } else {
            var late = router
            #expect(late.decide(at: now + .days(2)) == [], "something falls due that was not said, seed \(seed)")
        }
    }

    /// Capacity is never exceeded, and each offer goes to whoever has the smallest part of theirs in use.
    private func checkLoads(_ steps: [Router.Step], from before: Router) {
        var loads = before.loads()
        var line = before.line
        for step in steps {
            switch step {
            case .withdraw(let id, let person, _):
                loads[person]?[line[id]?.channel ?? .chat]? -= 1
            case .release(let id, let person): loads[person]?[before.open[id]?.channel ?? .chat]? -= 1
            case .leaveMessage(let id): line[id]?.channel = .message
            case .offer(let id, let offer):
                guard let item = router.line[id], let agent = router.agents[offer.agent] else {
                    Issue.record("an offer to nobody, seed \(seed)")
                    continue
                }
                let mine = loads[offer.agent]?[item.channel] ?? 0
                if item.sticky != offer.agent {
                    for other in router.agents.values where eligible(other, item) && !item.tried.contains(other.person) {
                        let theirs = loads[other.person]?[item.channel] ?? 0
                        guard let room = other.capacity[item.channel], theirs < room else { continue }
                        #expect(
                            mine * room <= theirs * (agent.capacity[item.channel] ?? 0),
                            "somebody with less to do was passed over, seed \(seed)")
                    }
                }
                loads[offer.agent, default: [:]][item.channel, default: 0] += 1
            default: break
            }
        }
        for agent in router.agents.values {
            for (channel, number) in router.loads()[agent.person] ?? [:] {
                #expect(number <= agent.capacity[channel] ?? 0, "capacity exceeded, seed \(seed)")
            }
        }
    }

    /// Nobody is asked twice in a round.
    private mutating func checkRounds(_ steps: [Router.Step]) {
        for step in steps {
            switch step {
            case .beginRound(let id), .move(let id, _), .leaveMessage(let id), .release(let id, _): asked[id] = []
            case .offer(let id, let offer):
                #expect(asked[id, default: []].insert(offer.agent).inserted, "asked twice in a round, seed \(seed)")
                #expect(
                    router.agents[offer.agent].map { eligible($0, router.line[id] ?? Router.Case(id, in: queues[0], since: now)) } == true)
            default: break
            }
        }
    }

    /// Nobody waits while somebody who may be asked has room, nobody overtakes, and no offer outlives its time.
    private func checkLine(_ steps: [Router.Step]) {
        for item in router.line.values {
            if let offer = item.offer {
                #expect(offer.until > now, "seed \(seed)")
                continue
            }
            for agent in router.agents.values where eligible(agent, item) && !item.tried.contains(agent.person) {
                #expect(!hasRoom(agent, item) || waitsForSticky(item), "somebody waits while an agent has room, seed \(seed)")
                for case .offer(let id, let offer) in steps where offer.agent == agent.person {
                    guard let other = router.line[id], other.queue == item.queue, other.channel == item.channel else { continue }
                    let overtakes =
                        Router.rank(priority: item.priority, since: item.waitingSince)
                        < Router.rank(priority: other.priority, since: other.waitingSince)
                    #expect(!overtakes || waitsForSticky(item), "somebody was overtaken, seed \(seed)")
                }
            }
        }
    }
}
