package import Accounts

/// Every setting there is. The settings file, the environment, `sotto
/// serve --help` and the table in `docs/operating.md` are read from here.
package struct Options: Sendable {
    // MARK: Where it is reached

    package let address = Option.text(
        "address", default: "127.0.0.1",
        "The address to listen on. `0.0.0.0` or `::` for every network, which needs TLS here or a proxy in `trustedProxies`.")
    package let port = Option.number("port", 0...65535, default: 8080, "The port to listen on; 0 lets the system choose.")
    package let origin = Option.url(
        "origin", schemes: ["https", "http"], shown: "made from address and port",
        "What people type: scheme, host and port, as in `https://talk.example.org`. `http` only for `localhost`.")
    package let trustedProxies = Option.list(
        "trustedProxies", of: "addresses or networks like 10.0.0.0/8",
        "Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. Nobody else's are.", where: Network.isValid)
    package let redirectPort = Option.number(
        "redirectPort", 0...65535, default: 0,
        "A port, usually 80, where plain HTTP is answered with the way to `origin` and nothing else; 0 for none.")

    // MARK: What it calls itself

    package let siteName = Option.text("site.name", default: "Sotto", "The name in titles and mails.")
    package let siteController = Option.text(
        "site.controller", "Who is responsible for this server, with address: at the foot of mails and on the privacy page.")
    package let siteContact = Option.text("site.contact", "Where people can write to with questions about their data.")

    // MARK: Where things are kept

    package let dataDirectory = Option.path(
        "data.directory", default: StandardFolders.data, shown: "~/.local/share/sotto (root: /var/lib/sotto)",
        "The folder of databases and files. Made on the first start, readable by nobody else.")
    package let databaseURL = Option.url(
        "database.url", schemes: ["postgresql", "postgres"], shown: "SQLite in the data directory", secret: true,
        "A PostgreSQL database instead of the built-in SQLite.")
    package let keysURL = Option.url(
        "keys.url", schemes: ["postgresql", "postgres"], shown: "SQLite in the data directory", secret: true,
        "A second PostgreSQL database for people's keys; needed when several nodes share one `database.url`. Back it up apart from the data."
    )
    package let rootKey = Option.path(
        "keys.root", default: StandardFolders.settings + "/root.key", shown: "~/.config/sotto/root.key (root: /etc/sotto/root.key)",
        "The file with the key that opens all others. Made on the first start with mode 0600. Keep a copy elsewhere, and never beside the data."
    )
    package let rootKeyCommand = Option.text(
        "keys.rootCommand", "A command that prints the root key, instead of the file; for a key service. Run by `/bin/sh`.")
    package let browserDirectory = Option.path(
        "browser.directory", shown: "found beside the program", "The folder of pages, styles and scripts that comes with the program.")

    // MARK: TLS

    package let tlsCertificate = Option.path(
        "tls.certificate", "A file with the certificate and its chain (PEM). Read again when it changes or on SIGHUP.")
    package let tlsKey = Option.path("tls.key", "The file with the certificate's key (PEM).")
    package let tlsSelfSigned = Option.flag(
        "tls.selfSigned",
        "Make a certificate for this machine's own addresses, for a network without a domain. Browsers will ask whether to trust it.")

    // MARK: Who may come in

    package let registration = Option<RegistrationMode>.choice(
        "registration", default: .invitation, "Who may register until the owner chooses otherwise under Administration.")
    package let minimumAge = Option.number(
        "minimumAge", 13...21, default: 16, "Nobody younger can register, and nothing is kept of those who try.")
    package let sessionIdleDays = Option.number(
        "session.idleDays", 1...365, default: 30, "Days without use after which a device is signed out.")
    package let sessionDays = Option.number("session.days", 1...730, default: 180, "Days after which a device is signed out in any case.")

    // MARK: Mail

    package let mailURL = Option.url(
        "mail.url", schemes: ["smtp", "smtps"], secret: true,
        "The mail server: `smtp://user:password@host:587` with STARTTLS or `smtps://…:465`. Never without encryption. Without one, mails wait under Administration."
    )
    package let mailFrom = Option.text("mail.from", "The sender's address in mails.")
    package let mailAuthority = Option.path(
        "mail.authority",
        "A file with the certificate of the authority that signed the mail server's, if the system does not know it (PEM).")

    // MARK: Calls

    package let turnURLs = Option.list(
        "turn.urls", of: "turn: or turns: addresses",
        "Relays for calls, as in `turn:talk.example.org:3478`. Without them calls go by direct paths only.",
        where: { $0.hasPrefix("turn:") || $0.hasPrefix("turns:") || $0.hasPrefix("stun:") })
    package let turnSecret = Option.text("turn.secret", secret: true, "The secret shared with the relay (coturn's `static-auth-secret`).")
    package let turnMinutes = Option.number(
        "turn.minutes", 5...1440, default: 60, "Minutes for which a person's password for the relay is good.")
    package let mediaPort = Option.number(
        "media.port", 0...65535, default: 10_000,
        "The UDP port for group calls, to be opened in the firewall. Zero takes any that is free.")
    package let mediaAddresses = Option.list(
        "media.addresses", of: "IP addresses",
        "Where browsers reach `media.port`, if that is neither an address of the machine itself nor the one to which the name in `origin` leads.",
        where: { !$0.isEmpty && $0.allSatisfy { $0.isHexDigit || $0 == "." || $0 == ":" } })
    package let mediaTCPPort = Option.number(
        "media.tcpPort", 0...65535, default: 0,
        "The TCP port by which browsers reach this process's pages without a proxy in between, if that is not `port`. There group calls go where a network lets no UDP pass. Zero means `port`."
    )
    package let mediaBandwidth = Option.number(
        "media.bandwidth", 0...1_000_000, default: 0,
        "What the line carries in each direction, in Mbit/s. No new group call begins while four fifths of it are used. Zero means what the network card says, where it says something."
    )
    package let mediaPackets = Option.number(
        "media.packets", 0...100_000_000, default: 0,
        "How many datagrams a second the network takes, in and out together, where whoever runs it says so, as for virtual machines. No new group call begins above four fifths of it. Zero leaves it to what the system could not take."
    )
    package let mediaCodecs = Option.list(
        "media.codecs", of: "codecs: VP8, VP9, AV1 or H264", default: ["VP8", "VP9", "AV1", "H264"],
        "What pictures of meetings may be in. Each page sends the first that its browser and all who are there have. VP8 is in every browser; VP9 and AV1 look better on slow lines and cost more to make.",
        where: { ["VP8", "VP9", "AV1", "H264"].contains($0) })

    // MARK: Files

    package let clamavAddress = Option.url(
        "clamav.address", schemes: ["unix", "tcp"],
        "ClamAV's daemon, which looks at files before anybody gets them: `unix:///run/clamav/clamd.ctl` or `tcp://127.0.0.1:3310`. Without it files are not scanned; with it no file is taken that it did not see."
    )

    // MARK: Several nodes

    package let natsURL = Option.url(
        "nats.url", schemes: ["nats", "tls"], secret: true, "The NATS server by which the nodes of one Sotto tell each other what is new.")

    // MARK: Other programs

    package let webhooksAllowPrivate = Option.list(
        "webhooks.allowPrivate", of: "hosts",
        "Hosts on private networks that webhooks may lead to, also without TLS. Webhooks to any other host go to the Internet by `https` alone.",
        where: { !$0.isEmpty && !$0.contains("/") })

    // MARK: Limits

    package let connections = Option.number(
        "limits.connections", 10...1_000_000, default: 12_000, "Connections at once; more wait until one ends.")
    package let socketsPerPerson = Option.number(
        "limits.socketsPerPerson", 1...1000, default: 20, "Live links of one person at once, over all devices.")
    package let socketsPerAddress = Option.number(
        "limits.socketsPerAddress", 1...100_000, default: 200, "Live links from one address at once.")

    // MARK: Watching it

    package let logLevel = Option<LogLevel>.choice(
        "log.level", default: .info, "How much is logged. No level logs anything about a person.")
    package let logFormat = Option<LogFormat>.choice("log.format", default: .text, "Lines for people or for programs.")
    package let metricsToken = Option.text(
        "metrics.token", secret: true,
        "What a program must send as `Authorization: Bearer …` to read `/metrics`. Without it only this machine can.")

    /// In the order of declaration.
    static let all: [any Declared] = Mirror(reflecting: Options()).children.compactMap { $0.value as? any Declared }
}

package enum LogLevel: String, CaseIterable, Sendable {
    case debug, info, notice, warning, error
}

package enum LogFormat: String, CaseIterable, Sendable {
    case text, json
}
