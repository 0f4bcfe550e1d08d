package import Accounts
package import Calls
package import Cluster
package import Conversations
package import Desk
import Foundation
package import Logging
package import Mail
package import Privacy
package import Storage
package import Vocabulary
package import Web

/// A Sotto put together from its settings: everything there is on one node, in the order in which it needs each other.
package struct House: Sendable {
    package let settings: Settings
    package let site: Site
    package let stores: Stores
    package let bus: any Bus
    package let mail: MailQueue
    package let pages: PageRenderer
    package let link: LiveLink
    package let accounts: Accounts
    package let people: People
    package let conversations: Conversations
    package let calls: Calls
    package let desk: Desk
    package let health: Health
    /// What this server holds and does; the page `/privacy` is written from it.
    package private(set) var registry: Registry
    /// Commands on the live link beside those of the domains, for whoever measures it.
    package var measuring: [LiveHandler] = []
    package let logger: Logger
    let clock: any WallClock
    let standing: StandingAnswers
    let frontend: Frontend
    let certificate: ServerCertificate?

    /// Opens and migrates the databases and makes every part. Nothing listens or loops yet.
    ///
    /// - Parameter isDemo: whether its people are invented and share a password that is printed: then nobody needs a second factor.
    /// - Parameter frontend: one that was made before; by default that of the folder `browser.directory`.
    package static func build(
        _ settings: Settings, isDemo: Bool = false, frontend: Frontend? = nil, clock: any WallClock = SystemClock(), logger: Logger
    ) async throws -> House {
        let settings = try settings.placed()
        let certificate = try ServerCertificate.load(settings)
        let frontend = try frontend ?? Frontend(at: settings.browserFolder())
        let stores = try await Stores.open(settings, clock: clock, logger: logger.part("storage"))
        do {
            _ = try await stores.migrate(settings, clock: clock, logger: logger.part("storage"))
            var house = try House(settings, frontend, stores, certificate, isDemo: isDemo, clock: clock, logger: logger)
            house.registry = try Registry(House.declarations, routes: house.routes)
            return house
        } catch {
            await stores.close()
            throw error
        }
    }

    private init(
        _ settings: Settings, _ frontend: Frontend, _ stores: Stores, _ certificate: ServerCertificate?, isDemo: Bool,
        clock: any WallClock, logger: Logger
    ) throws {
        self.settings = settings
        self.stores = stores
        self.clock = clock
        self.logger = logger
        self.certificate = certificate
        site = Site(origin: settings.origin, name: settings.siteName, command: Command.name)
        bus = settings.natsURL.isEmpty ? LocalBus() : try NATSBus(settings.natsURL)
        mail = MailQueue(database: stores.data, keys: stores.ring, clock: clock, carrier: settings.mailCarrier, logger: logger.part("mail"))
        self.frontend = frontend
        pages = PageRenderer(frontend, site: site)
        link = LiveLink(
            database: stores.data, keys: stores.ring, bus: bus, clock: clock, pages: pages, logger: logger.part("live"),
            limits: settings.liveLimits)
        standing = StandingAnswers(clock: clock)
        let ground = Ground(
            clock: clock, database: stores.data, keys: stores.ring, bus: bus, live: link, streams: link.store, outbox: mail, pages: pages,
            site: site, standing: standing, logger: logger)
        var policy = settings.accountsPolicy
        policy.trustsPasswords = isDemo
        accounts = Accounts(ground, policy: policy)
        people = People(ground)
        conversations = Conversations(ground, scanner: settings.clamavAddress.isEmpty ? nil : Clamd(settings.clamavAddress))
        let media = MediaServer(
            port: UInt16(clamping: settings.mediaPort), addresses: settings.mediaAddresses, codecs: settings.mediaCodecs,
            limits: settings.mediaLimits, publicAddresses: settings.publicAddresses, logger: logger.part("media"))
        calls = Calls(ground, people: people, relay: settings.relay, media: media)
        desk = Desk(
            ground, people: people, conversations: conversations, calls: calls, privateHosts: Set(settings.webhooksAllowPrivate))
        people.subjects.ask(calls)
        conversations.listeners.add(desk)
        accounts.listeners.add(desk)
        health = Health([.database(stores.data), .keys(stores.keys), .bus(bus)])
        registry = try Registry([])
    }

    /// Lets go of databases and bus. Call it when nothing runs any more.
    package func close() async {
        await bus.close()
        await stores.close()
    }
}

extension Health.Check {
    /// The key store answers. Without it nothing sealed can be read.
    fileprivate static func keys(_ database: Database) -> Self {
        .init("keys") { (try? await database.read { try $0.first("SELECT 1 AS one") }) != nil }
    }
}

extension Logger {
    /// The same logger for a part of the server.
    func part(_ name: String) -> Logger {
        var logger = self
        logger[metadataKey: "part"] = "\(name)"
        return logger
    }
}

extension Settings {
    /// Who delivers mails; nil when no mail server is configured.
    package var mailCarrier: MailQueue.Carrier? {
        guard let server = MailServer(self.mailURL, authority: self.mailAuthority.isEmpty ? nil : self.mailAuthority),
            let sender = EmailAddress(self.mailFrom)
        else { return nil }
        let composer = Composer(from: sender, siteName: self.siteName, origin: self.origin, controller: self.siteController)
        return .init(client: SMTPClient(server), composer: composer)
    }
}
