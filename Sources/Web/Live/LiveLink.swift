package import Cluster
package import Logging
package import Storage
import Synchronization
package import Vocabulary

/// The live link of this node: one WebSocket a browser tab.
///
/// **Made first, opened last**: domains are built on it (`Ground.live`, `Ground.streams`), and then tell it what they handle.
/// Until `open` every browser is asked to come back.
package final class LiveLink: Live {
    static let topic = Topic("live")

    /// What the domains brought.
    package struct Opening: Sendable {
        package var entrance: Entrance
        package var handlers: [LiveHandler]
        package var streams: [StreamKind]
        package var observers: [any LiveObserver]
        package var audience: (any PresenceAudience)?

        package init(
            entrance: Entrance, handlers: [LiveHandler], streams: [StreamKind], observers: [any LiveObserver] = [],
            audience: (any PresenceAudience)? = nil
        ) {
            self.entrance = entrance
            self.handlers = handlers
            self.streams = streams
            self.observers = observers
            self.audience = audience
        }
    }

    struct Opened: Sendable {
        let opening: Opening
        let desk: CommandDesk
        let kinds: [String: StreamKind]
    }

    package let store: StreamStore
    let limits: LiveLimits
    let rates: SharedRates
    let hub: Hub
    let delivery: StreamDelivery
    package let presence: PresenceService
    let bus: any Bus
    let pages: any Pages
    let logger: Logger
    let memory = AnswerMemory()
    let arrivals: Arrivals
    /// Where browsers wait to be recognised, and where they wait for what they missed: fewer at a time than either database serves.
    let recognising = Turnstile(width: 3)
    let returning = Turnstile(width: 3)
    private let opened = Mutex<Opened?>(nil)
    /// Each time wakes may have been lost: streams are looked up then.
    let doubts: AsyncStream<Void>
    let doubt: AsyncStream<Void>.Continuation
    private let heardTopics = Mutex<Set<Topic>>([])

    package init(
        database: Database, keys: KeyRing, bus: any Bus, clock: any WallClock, pages: any Pages, logger: Logger,
        limits: LiveLimits = .init(),
        rules: PresenceRules = .init()
    ) {
        store = StreamStore(database: database, keys: keys, clock: clock)
        hub = Hub(node: .random())
        arrivals = Arrivals(most: limits.arriving)
        delivery = StreamDelivery(store: store, hub: hub, logger: logger)
        presence = PresenceService(hub: hub, bus: bus, database: database, clock: clock, logger: logger, rules: rules)
        // Several doubts at once call for one look.
        (doubts, doubt) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.bus = bus
        self.pages = pages
        self.logger = logger
        self.limits = limits
        rates = SharedRates(limits)
    }

    /// Begins to serve. Call it once, when every domain has said what it handles.
    package func open(_ opening: Opening) {
        presence.open(opening.audience)
        let desk = CommandDesk(
            handlers: opening.handlers + [setPresence],
            mayHear: { [weak self] stream, sender in try await self?.mayHear(stream, sender) ?? false }, pages: pages, memory: memory,
            logger: logger)
        let kinds = Dictionary(opening.streams.map { ($0.name, $0) }) { _, _ in preconditionFailure("two streams of one name") }
        opened.withLock { $0 = Opened(opening: opening, desk: desk, kinds: kinds) }
    }

    var current: Opened? { opened.withLock { $0 } }

    /// Connections on this node, for the operator.
    package var connectionCount: Int { hub.count }

    /// Whether this node hears the others by now.
    package var isListening: Bool { heardTopics.withLock { $0.count == 2 } }

    func listens(to topic: Topic) {
        heardTopics.withLock { _ = $0.insert(topic) }
    }

    /// Milliseconds over which browsers are asked to come back after a restart, so that they do not all come at once: 5,000 a second.
    var returnSpread: Int { max(500, hub.count / 5) }

    // MARK: - Connections

    /// Which of these shared streams the sender may hear. Throws when that cannot be looked up: "no" would be a lie that lasts.
    func heard(of streams: [StreamID], by sender: LiveSender) async throws -> [StreamID] {
        var heard: [StreamID] = []
        for stream in streams where try await mayHear(stream, sender) { heard.append(stream) }
        return heard
    }

    /// Whether the sender may hear a shared stream.
    func mayHear(_ stream: StreamID, _ sender: LiveSender) async throws -> Bool {
        guard stream.isShared, let gate = current?.kinds[stream.name]?.mayHear else { return false }
        return try await gate(sender, stream)
    }

    func refusal(of id: CommandID, _ problem: Problem, in language: Language) -> LiveFrame {
        let document = (try? LiveJSON.encode(pages.document(of: problem, in: language))) ?? Array("{}".utf8)
        return LiveJSON.refused(id, problem: document)
    }

    /// The streams that every connection of a member hears.
    func streams(of sender: LiveSender) -> [StreamID] {
        guard case .member = sender.principal, let current else { return [] }
        return current.opening.streams.filter { $0.mayHear == nil }.map { StreamID($0.name, of: sender.person) }
    }

    /// The connection was welcomed.
    func entered(_ sender: LiveSender) async {
        await appear(sender)
        for observer in current?.opening.observers ?? [] { await observer.opened(sender) }
    }

    /// A connection that was welcomed has ended.
    func left(_ sender: LiveSender, isDead: Bool) {
        guard let observers = current?.opening.observers, !observers.isEmpty else { return }
        Task { for observer in observers { await observer.closed(sender, isDead: isDead) } }
    }
}
