package import Cluster
import Hummingbird
package import Logging
import NIOCore
import ServiceLifecycle
package import Storage
package import Vocabulary
package import Web

/// A node with nothing but a live link, on a port of the machine's choice.
package final class LiveNode: Sendable {
    /// What the node is made of. Everything has a value that stays out of the way.
    package struct Plan: Sendable {
        package var database: Database
        package var keys: KeyRing
        package var bus: any Bus = LocalBus()
        package var clock: any WallClock = SystemClock()
        package var limits = LiveLimits()
        package var rules = PresenceRules()
        package var handlers: @Sendable (LiveLink) -> [LiveHandler] = { _ in [] }
        package var streams = [StreamKind("notices", retention: .days(90))]
        package var observers: [any LiveObserver] = []
        package var audience: (any PresenceAudience)?
        package var authenticators: [any Authenticator] = [NamedPeople()]
        package var port = 0
        package var files = Stage.templates
        package var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

        package init(_ database: Database, _ keys: KeyRing) {
            self.database = database
            self.keys = keys
        }

        /// A plan on a fresh database of this engine, with keys of its own.
        package static func fresh(on engine: Engine) async throws -> Plan {
            let database = try await engine.temporary()
            try await database.migrate(StreamStore.migrations)
            guard let roots = RootKeys(text: RootKeys.newLine()) else { throw StorageError.unavailable("no root key") }
            return Plan(database, try await KeyRing.open(try await Engine.sqlite.temporary(), roots: roots))
        }
    }

    package let link: LiveLink
    package let port: Int
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    private init(link: LiveLink, port: Int, group: ServiceGroup, running: Task<Void, any Error>) {
        self.link = link
        self.port = port
        self.group = group
        self.running = running
    }

    package static func start(_ plan: Plan) async throws -> LiveNode {
        let site = Site(origin: "http://sotto.test", name: "Sotto")
        let pages = try PageRenderer(Frontend(BrowserFolder(files: plan.files)), site: site)
        let link = LiveLink(
            database: plan.database, keys: plan.keys, bus: plan.bus, clock: plan.clock, pages: pages, logger: plan.logger,
            limits: plan.limits, rules: plan.rules)
        let entrance = Entrance(
            proxies: .none, origins: OriginGuard(origins: [site.origin]), limits: RateLimits(.unlimited, clock: plan.clock),
            authenticators: plan.authenticators)
        link.open(
            .init(
                entrance: entrance, handlers: plan.handlers(link), streams: plan.streams, observers: plan.observers,
                audience: plan.audience))
        let mount = Mount(entrance: entrance, pages: pages, site: site, cookies: [], settings: .init(), logger: plan.logger)
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: mount.router([]), server: .http1(sockets: link.door),
            configuration: .init(address: .hostname("127.0.0.1", port: plan.port)),
            onServerRunning: { channel in announce.yield(channel.localAddress?.port ?? 0) }, logger: plan.logger)
        let group = ServiceGroup(services: link.services + [application], logger: plan.logger)
        let running = Task {
            defer { announce.finish() }
            try await group.run()
        }
        guard let port = await ports.first(where: { _ in true }) else {
            try await running.value
            throw CancellationError()
        }
        try await Eventually.holds { link.isListening }
        return LiveNode(link: link, port: port, group: group, running: running)
    }

    /// Stops as an operator would, and waits for the end.
    package func stop() async throws {
        await group.triggerGracefulShutdown()
        try await running.value
    }

    /// Opens a socket as this person, without saying anything yet.
    package func open(_ name: String?, _ change: (inout FakeBrowser.Address) -> Void = { _ in }) async throws -> FakeBrowser {
        var address = FakeBrowser.Address(port: port, session: name)
        change(&address)
        return try await FakeBrowser.open(address)
    }

    /// Opens a socket as this person and waits for the welcome.
    package func enter(_ name: String, from positions: [String: Int] = [:]) async throws -> FakeBrowser {
        let browser = try await open(name)
        try await browser.greet(positions)
        return browser
    }
}

extension PersonID {
    /// The id that `NamedPeople` gives to a name.
    package init(named name: String) {
        self = PersonID(bytes: Array("\(name)----------------".utf8.prefix(16))) ?? PersonID(high: 0, low: 0)
    }
}
