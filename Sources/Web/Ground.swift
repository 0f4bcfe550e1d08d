package import Cluster
import Foundation
package import Logging
package import Mail
package import Storage
package import Vocabulary

/// What every domain stands on: handed to each when the server is put together, and to tests.
package struct Ground: Sendable {
    package let clock: any WallClock
    package let database: Database
    package let keys: KeyRing
    package let bus: any Bus
    package let live: any Live
    package let streams: any Streams
    package let outbox: any Outbox
    package let pages: any Pages
    package let site: Site
    /// Answers that stand for a moment; cleared by whoever changes what they tell.
    package let standing: StandingAnswers
    package let logger: Logger

    package init(
        clock: any WallClock, database: Database, keys: KeyRing, bus: any Bus, live: any Live, streams: any Streams, outbox: any Outbox,
        pages: any Pages, site: Site, standing: StandingAnswers? = nil, logger: Logger
    ) {
        self.clock = clock
        self.database = database
        self.keys = keys
        self.bus = bus
        self.live = live
        self.streams = streams
        self.outbox = outbox
        self.pages = pages
        self.site = site
        self.standing = standing ?? StandingAnswers(clock: clock)
        self.logger = logger
    }
}

/// Where this Sotto lives and what it calls itself.
package struct Site: Sendable {
    /// Scheme, host and port as browsers see them, without a slash at the end: `https://talk.example.org`.
    package let origin: String
    /// Shown in titles and mails.
    package let name: String
    /// What whoever runs the machine types to start this program.
    package let command: String
    /// The host name that passkeys of this server are bound to; nil where browsers offer none.
    package let passkeyHost: String?

    package init(origin: String, name: String, command: String = "sotto") {
        self.origin = origin
        self.name = name
        self.command = command
        passkeyHost = Self.passkeyHost(of: origin)
    }

    /// Nil where browsers offer no passkeys: at an IP address, or without encryption anywhere but on this very machine (WebAuthn Level 3
    /// §5.1.3, Secure Contexts §3.1).
    package static func passkeyHost(of origin: String) -> String? {
        guard let address = URLComponents(string: origin), let host = address.host, !host.contains(":"),
            !host.split(separator: ".").allSatisfy({ $0.allSatisfy(\.isNumber) }),
            address.scheme == "https" || host == "localhost" || host.hasSuffix(".localhost")
        else { return nil }
        return host
    }
}
