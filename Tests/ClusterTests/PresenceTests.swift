import TestKit
import Testing
import Vocabulary

@testable import Cluster

private let ana = PersonID(named: "Ana")
private let ben = PersonID(named: "Ben")

/// Some nodes and the messages between them, with time that is told to pass.
private struct Cluster {
    var now = ContinuousClock.now
    var nodes: [NodeLife: Presence] = [:]
    /// What each node told its watchers, in order.
    var told: [NodeLife: [(PersonID, Availability)]] = [:]
    /// Chance of a message to get lost, in percent.
    var loss = 0
    var chance = Seeded(1)
    var paused: Set<NodeLife> = []

    mutating func add(_ life: UInt64) -> NodeLife {
        let node = NodeLife(bits: life)
        nodes[node] = Presence()
        return node
    }

    /// Lets a quarter of a second pass on every node.
    mutating func turn() {
        now += .milliseconds(250)
        for (life, _) in nodes where !paused.contains(life) {
            nodes[life]?.tick(at: now)
            let messages = nodes[life]?.takeMessages(at: now) ?? []
            for message in messages { deliver(message, from: life) }
            told[life, default: []] += (nodes[life]?.takeChanges(limit: 1_000) ?? []).map { ($0.person, $0.availability) }
        }
    }

    mutating func deliver(_ message: PresenceMessage, from life: NodeLife) {
        guard let (read, from) = PresenceMessage.read(message.bytes(from: life)) else {
            Issue.record("unreadable")
            return
        }
        for other in nodes.keys where other != life && !paused.contains(other) {
            if Int.random(in: 0..<100, using: &chance) < loss { continue }
            if case .ask(let asked) = read, asked != other { continue }
            nodes[other]?.heard(read, from: from, at: now)
        }
    }

    mutating func pass(_ duration: Duration) {
        let end = now + duration
        while now < end { turn() }
    }

    func sees(_ person: PersonID, on node: NodeLife) -> Availability { nodes[node]?.availability(of: person) ?? .offline }
}

@Suite struct PresenceTests {
    @Test func aNodeIsBelievedDeadOnlyWhenItCouldHaveBeenHeard() {
        var (here, now) = (Presence(), ContinuousClock.now)
        let there = NodeLife(bits: 2)
        func pass(_ seconds: Int, hears: Bool = true) {
            for _ in 0..<seconds * 4 {
                now += .milliseconds(250)
                here.tick(at: now, hears: hears)
            }
        }
        pass(9)
        #expect(here.mayLive(there, at: now), "it had no time yet to say anything")
        pass(2)
        #expect(!here.mayLive(there, at: now))
        here.heard(.beat(number: 0), from: there, at: now)
        #expect(here.mayLive(there, at: now))
        pass(60, hears: false)
        #expect(here.mayLive(there, at: now), "nobody could be heard")
        pass(9)
        #expect(here.mayLive(there, at: now))
        pass(2)
        #expect(!here.mayLive(there, at: now))
        here.heard(.beat(number: 0), from: there, at: now)
        now += PresenceRules().nodePatience
        let (first, second) = (here.tick(at: now), here.tick(at: now))
        #expect(first && !second, "a death is told once")
    }

    @Test func comingAndGoingIsSeenOnEveryNodeWithinFiveSeconds() {
        var cluster = Cluster()
        let (here, there) = (cluster.add(1), cluster.add(2))
        cluster.pass(.seconds(1))
        cluster.nodes[here]?.connected(ana, choice: .online, at: cluster.now)
        cluster.pass(.seconds(1))
        #expect(cluster.sees(ana, on: here) == .online && cluster.sees(ana, on: there) == .online)
        cluster.nodes[here]?.disconnected(ana, isDead: false, at: cluster.now)
        cluster.pass(.seconds(5))
        #expect(cluster.told[here]?.map(\.1) == [.online, .offline])
        #expect(cluster.told[there]?.map(\.1) == [.online, .offline])
        #expect(cluster.nodes[here]?.people.isEmpty == true && cluster.nodes[there]?.people.isEmpty == true)
    }

    @Test func aPageThatIsLoadedAgainIsNotTold() {
        var cluster = Cluster()
        let (here, there) = (cluster.add(1), cluster.add(2))
        cluster.nodes[here]?.connected(ana, choice: .busy, at: cluster.now)
        cluster.pass(.seconds(1))
        for _ in 0..<20 {
            cluster.nodes[here]?.disconnected(ana, isDead: false, at: cluster.now)
            cluster.pass(.seconds(2))
            cluster.nodes[here]?.connected(ana, choice: .busy, at: cluster.now)
            cluster.pass(.milliseconds(500))
        }
        #expect(cluster.told[here]?.map(\.1) == [.busy])
        #expect(cluster.told[there]?.map(\.1) == [.busy])
    }

    @Test func severalTabsAndDevicesAreOnePerson() {
        var cluster = Cluster()
        let (here, there) = (cluster.add(1), cluster.add(2))
        cluster.nodes[here]?.connected(ana, choice: .online, at: cluster.now)
        cluster.nodes[here]?.connected(ana, choice: .online, at: cluster.now)
        cluster.nodes[there]?.connected(ana, choice: .online, at: cluster.now)
        cluster.pass(.seconds(1))
        cluster.nodes[here]?.disconnected(ana, isDead: false, at: cluster.now)
        cluster.nodes[here]?.disconnected(ana, isDead: true, at: cluster.now)
        cluster.pass(.seconds(30))
        #expect(cluster.sees(ana, on: here) == .online && cluster.told[here]?.count == 1)
        cluster.nodes[there]?.disconnected(ana, isDead: false, at: cluster.now)
        cluster.pass(.seconds(5))
        #expect(cluster.told[here]?.map(\.1) == [.online, .offline])
    }

    @Test func aDeadLinkIsTakenBackWithoutGrace() {
        var cluster = Cluster()
        let here = cluster.add(1)
        cluster.nodes[here]?.connected(ana, choice: .online, at: cluster.now)
        cluster.pass(.seconds(1))
        cluster.nodes[here]?.disconnected(ana, isDead: true, at: cluster.now)
        cluster.pass(.milliseconds(500))
        #expect(cluster.told[here]?.map(\.1) == [.online, .offline])
    }

    @Test func whoeverIsInvisibleWasNeverThere() {
        var cluster = Cluster()
        let (here, there) = (cluster.add(1), cluster.add(2))
        cluster.nodes[here]?.connected(ana, choice: .invisible, at: cluster.now)
        cluster.pass(.seconds(2))
        cluster.nodes[here]?.disconnected(ana, isDead: false, at: cluster.now)
        cluster.pass(.seconds(10))
        #expect(cluster.told[here]?.isEmpty != false && cluster.told[there]?.isEmpty != false)
    }

    @Test func aChoiceHoldsOnEveryNodeAndTheLaterOneWins() {
        var cluster = Cluster()
        let (here, there) = (cluster.add(1), cluster.add(2))
        cluster.nodes[here]?.connected(ana, choice: .online, at: cluster.now)
        cluster.nodes[there]?.connected(ana, choice: .online, at: cluster.now)
        cluster.pass(.seconds(1))
        cluster.nodes[here]?.chose(.busy, ana, chosenAt: 100)
        cluster.nodes[there]?.chose(.invisible, ana, chosenAt: 200)
        cluster.pass(.seconds(1))
        #expect(cluster.sees(ana, on: here) == .offline && cluster.sees(ana, on: there) == .offline)
        #expect(cluster.nodes[here]?.choice(of: ana) == .invisible)
    }

    @Test("A node that dies takes its people offline within 15 seconds, and not those who came back elsewhere")
    func aNodeThatDies() {
        var cluster = Cluster()
        let (here, there) = (cluster.add(1), cluster.add(2))
        cluster.nodes[there]?.connected(ana, choice: .online, at: cluster.now)
        cluster.nodes[there]?.connected(ben, choice: .away, at: cluster.now)
        cluster.pass(.seconds(3))
        cluster.paused.insert(there)
        cluster.pass(.seconds(2))
        cluster.nodes[here]?.connected(ben, choice: .away, at: cluster.now)
        cluster.pass(.seconds(13))
        #expect(cluster.told[here]?.filter { $0.0 == ana }.map(\.1) == [.online, .offline])
        #expect(cluster.told[here]?.filter { $0.0 == ben }.map(\.1) == [.away])
    }

    @Test func aNodeThatRestartsCausesNoStorm() {
        var cluster = Cluster()
        let (here, there) = (cluster.add(1), cluster.add(2))
        let people = (0..<2_000).map { PersonID(high: 7, low: $0) }
        for person in people { cluster.nodes[there]?.connected(person, choice: .online, at: cluster.now) }
        cluster.pass(.seconds(3))
        #expect(cluster.told[here]?.count == people.count)
        cluster.deliver(.bye, from: there)
        cluster.nodes[there] = nil
        cluster.pass(.seconds(1))
        for person in people { cluster.nodes[here]?.connected(person, choice: .online, at: cluster.now) }
        cluster.pass(.seconds(20))
        #expect(cluster.told[here]?.count == people.count)
    }

    @Test("Whatever gets lost between nodes, they agree in the end", arguments: 0..<40)
    func nodesAgreeInTheEnd(seed: UInt64) {
        var cluster = Cluster()
        cluster.chance = Seeded(seed)
        cluster.loss = 30
        let nodes = [cluster.add(1), cluster.add(2), cluster.add(3)]
        let people = (0..<20).map { PersonID(high: 7, low: $0) }
        var connections: [(NodeLife, PersonID)] = []
        for _ in 0..<300 {
            let node = nodes.randomElement(using: &cluster.chance) ?? nodes[0]
            let person = people.randomElement(using: &cluster.chance) ?? ana
            if Bool.random(using: &cluster.chance) {
                cluster.nodes[node]?.connected(person, choice: .online, at: cluster.now)
                connections.append((node, person))
            } else if !connections.isEmpty {
                let (node, person) = connections.remove(at: Int.random(in: 0..<connections.count, using: &cluster.chance))
                cluster.nodes[node]?.disconnected(person, isDead: Bool.random(using: &cluster.chance), at: cluster.now)
            }
            cluster.turn()
        }
        cluster.loss = 0
        cluster.pass(.seconds(20))
        let here = Set(connections.map(\.1))
        for node in nodes {
            for person in people { #expect(cluster.sees(person, on: node) == (here.contains(person) ? .online : .offline)) }
            var last: [PersonID: Availability] = [:]
            for (person, availability) in cluster.told[node] ?? [] {
                #expect(last[person, default: .offline] != availability, "told twice")
                last[person] = availability
            }
            for person in people { #expect(last[person, default: .offline] == (here.contains(person) ? .online : .offline)) }
        }
    }

    @Test func messagesBetweenNodesArriveAsTheyWereSent() throws {
        let entries = [
            PresenceMessage.Entry(person: ana, standing: .init(.invisible, chosenAt: 1_800_000_000_000)), .init(person: ben, standing: nil),
        ]
        let messages: [PresenceMessage] = [
            .change(number: 7, entries), .beat(number: 0), .ask(NodeLife(bits: 5)), .everybody(number: 9, part: 1, of: 2, entries), .bye,
        ]
        for message in messages {
            let (read, from) = try #require(PresenceMessage.read(message.bytes(from: NodeLife(bits: 77))))
            #expect(read == message && from.bits == 77)
        }
    }
}
