package import Cluster
import Logging
package import Storage
import Synchronization
package import Vocabulary

extension PresenceChoice: SQLConvertible {}

/// Tells people who is here, of those they may see.
///
/// **Bounded**: changes gather and are told four times a second, at most `mostDeliveries` of them; the rest waits for the next turn.
/// Each node tells the people that are connected to it.
package final class PresenceService: Sendable {
    static let topic = Topic("presence")
    static let turn = Duration.milliseconds(250)
    /// People of whom one turn tells.
    static let mostChanges = 500
    /// Messages that one turn sends.
    static let mostDeliveries = 20_000

    private let node: NodeLife
    private let hub: Hub
    private let bus: any Bus
    private let database: Database
    private let clock: any WallClock
    private let logger: Logger
    private let presence: Mutex<Presence>
    private let audience = Mutex<(any PresenceAudience)?>(nil)
    /// Changes that did not fit into a turn.
    private let backlog = Mutex<[(person: PersonID, availability: Availability)]>([])

    init(hub: Hub, bus: any Bus, database: Database, clock: any WallClock, logger: Logger, rules: PresenceRules) {
        node = hub.node
        self.hub = hub
        self.bus = bus
        self.database = database
        self.clock = clock
        self.logger = logger
        presence = Mutex(Presence(rules: rules))
    }

    func open(_ audience: (any PresenceAudience)?) {
        self.audience.withLock { $0 = audience }
    }

    // MARK: - Connections

    /// What the person chose to show.
    func choice(of person: PersonID) async throws -> PresenceChoice {
        try await database.read { try $0.presenceChoice(of: person) }
    }

    func connected(_ person: PersonID, choice: PresenceChoice) {
        presence.withLock { $0.connected(person, choice: choice, at: .now) }
    }

    func disconnected(_ person: PersonID, isDead: Bool) {
        presence.withLock { $0.disconnected(person, isDead: isDead, at: .now) }
    }

    /// Whose presence the person may see.
    func visible(to person: PersonID) async throws -> [PersonID] {
        try await audience.withLock { $0 }?.visible(to: person) ?? []
    }

    /// What the person shows and sees right now, for a page that has just connected. Whoever is missing is offline.
    ///
    /// Made on the event loop that sends it, so that it comes before every later change. Nil when the person is not here any more.
    func overview(for person: PersonID, seeing visible: [PersonID]) -> LiveFrame? {
        let (own, seen) = presence.withLock { ($0.choice(of: person), $0.seen(visible)) }
        guard let own else { return nil }
        let people = Dictionary(uniqueKeysWithValues: seen.map { ($0.key.description, $0.value) })
        return (try? LiveJSON.encode(Overview(own: own, people: people))).map { LiveFrame(json: $0) }
    }

    private struct Overview: Encodable {
        let type = "presence.overview"
        let own: PresenceChoice
        let people: [String: Availability]
    }

    // MARK: - Choosing and asking

    /// Remembers what the person chose, and shows it.
    package func choose(_ choice: PresenceChoice, for person: PersonID) async throws {
        let now = clock.now
        try await database.write { transaction in
            // Nothing is kept about somebody who shows themself as they are.
            guard choice != .online else {
                try transaction.run("DELETE FROM presence_choice WHERE person_id = \(person)")
                return
            }
            try transaction.run(
                """
                INSERT INTO presence_choice (person_id, choice) VALUES (\(person), \(choice))
                ON CONFLICT (person_id) DO UPDATE SET choice = excluded.choice
                """)
        }
        presence.withLock { $0.chose(choice, person, chosenAt: now.milliseconds) }
    }

    package func availability(of people: [PersonID]) -> [PersonID: Availability] {
        presence.withLock { $0.seen(people) }
    }

    /// Whether this node may be alive.
    func mayLive(_ life: NodeLife) -> Bool {
        life == node || presence.withLock { $0.mayLive(life, at: .now) }
    }

    // MARK: - Turns

    /// Tells what has changed since the last turn.
    /// - Returns: whether another node has vanished since.
    func take(at now: ContinuousClock.Instant) async -> Bool {
        let hears = bus.state.isConnected
        // While the database cannot say who may see them, changes gather where a person counts only once.
        let free = Self.mostChanges - backlog.withLock(\.count)
        let (hasVanished, messages, changes) = presence.withLock { presence in
            (presence.tick(at: now, hears: hears), presence.takeMessages(at: now), presence.takeChanges(limit: free))
        }
        for message in messages { bus.publish(message.bytes(from: node), to: Self.topic) }
        backlog.withLock { $0 += changes }
        do {
            try await tell()
        } catch {
            logger.error("presence cannot be told", metadata: ["reason": "\(type(of: error))"])
        }
        return hasVanished
    }

    private func tell() async throws {
        let waiting = backlog.withLock(\.self)
        guard !waiting.isEmpty, let audience = audience.withLock({ $0 }) else {
            return backlog.withLock { $0 = [] }
        }
        let watchers = try await audience.watchers(of: waiting.map(\.person))
        var sent = 0
        var told = 0
        for change in waiting where told == 0 || sent < Self.mostDeliveries {
            let watching = watchers[change.person] ?? []
            sent += watching.count
            told += 1
            send(change.availability, of: change.person, to: watching)
        }
        backlog.withLock { $0.removeFirst(told) }
    }

    func send(_ availability: Availability, of person: PersonID, to people: [PersonID]) {
        guard !people.isEmpty else { return }
        let json = #"{"type":"presence","person":"\#(person)","state":"\#(availability.rawValue)"}"#
        hub.send(LiveFrame(json: json.utf8), to: people)
    }

    func hear(_ bytes: [UInt8]) {
        guard let (message, from) = PresenceMessage.read(bytes), from != node else { return }
        if case .ask(let asked) = message, asked != node { return }
        presence.withLock { $0.heard(message, from: from, at: .now) }
    }

    /// Tells the other nodes that this one goes down.
    func leave() {
        bus.publish(PresenceMessage.bye.bytes(from: node), to: Self.topic)
    }
}

extension Transaction {
    /// What the person chose to show, here or not.
    package func presenceChoice(of person: PersonID) throws -> PresenceChoice {
        try first("SELECT choice FROM presence_choice WHERE person_id = \(person)")?.get("choice") ?? .online
    }
}

extension Presence {
    /// What others see of these people; whoever is missing is offline.
    fileprivate func seen(_ people: [PersonID]) -> [PersonID: Availability] {
        var seen: [PersonID: Availability] = [:]
        for person in people {
            let availability = availability(of: person)
            if availability != .offline { seen[person] = availability }
        }
        return seen
    }
}
