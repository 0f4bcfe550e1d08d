import Cluster
import Foundation
import Hummingbird
import Logging
import Mail
import Privacy
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Accounts

/// Accounts with everything they stand on that is real: database, keys, streams, outbox, pages. Time stands still until told to move.
struct Door: Sendable {
    let clock: ManualClock
    let database: Database
    let ground: Ground
    let accounts: Accounts
    let mail: MailQueue

    init(on engine: Engine = .sqlite, _ change: (inout Accounts.Policy) -> Void = { _ in }) async throws {
        guard let roots = RootKeys(text: RootKeys.newLine()) else { throw StorageError.unavailable("no root key") }
        let clock = ManualClock()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let database = try await engine.temporary()
        let keys = try await KeyRing.open(try await Engine.sqlite.temporary(), roots: roots)
        try await database.migrate(StreamStore.migrations + MailQueue.migrations + Accounts.migrations + People.migrations)
        let site = Site(origin: "https://sotto.test", name: "Sotto")
        let pages = try PageRenderer(Repository.frontend(), site: site)
        let bus = LocalBus()
        let live = LiveLink(database: database, keys: keys, bus: bus, clock: clock, pages: pages, logger: logger)
        let mail = MailQueue(database: database, keys: keys, clock: clock, carrier: nil, logger: logger)
        let ground = Ground(
            clock: clock, database: database, keys: keys, bus: bus, live: live, streams: live.store, outbox: mail, pages: pages, site: site,
            logger: logger)
        var policy = Accounts.Policy()
        policy.passwordCost = .least
        change(&policy)
        self.clock = clock
        self.database = database
        self.mail = mail
        self.ground = ground
        accounts = Accounts(ground, policy: policy)
    }

    // MARK: - People

    static let password = "three quiet herons"

    static func visit(
        from client: String = "192.0.2.1", on agent: String = Agents.firefox, bearing token: BearerToken? = nil
    ) -> Visit {
        Visit(client: Redacted(client), device: DeviceLabel(userAgent: agent), language: .english, token: token)
    }

    static func registration(_ name: String, password: String = Door.password) -> Registration {
        Registration(name: name, email: "\(name.lowercased())@example.org", way: .password(password), age: .adult)
    }

    /// Registers somebody and returns who they are.
    @discardableResult
    func register(_ name: String) async throws -> PersonID {
        _ = try await accounts.register(Self.registration(name), from: Self.visit())
        return try await person(name)
    }

    func person(_ name: String) async throws -> PersonID {
        let account = try await account("\(name.lowercased())@example.org")
        return try #require(account?.person)
    }

    func account(_ email: String) async throws -> Account? {
        let index = ground.keys.emailIndex(try #require(EmailAddress(email)))
        return try await database.read { try $0.account(emailIndex: index) }
    }

    func signIn(_ name: String, password: String = Door.password, from visit: Visit = Door.visit()) async throws -> NewSession {
        try await accounts.signIn(email: "\(name.lowercased())@example.org", password: password, from: visit)
    }

    /// Signs in and returns who the pages would see.
    func member(_ name: String, from visit: Visit = Door.visit()) async throws -> Principal.Member {
        try #require(try await accounts.principal(bearing: try await signIn(name, from: visit).token))
    }

    func proof(_ member: Principal.Member) async throws -> FreshProof {
        try await accounts.prove(member, password: Self.password, passkey: nil)
    }

    // MARK: - What came of it

    /// Letters that wait, newest first: template and text.
    func letters() async throws -> [Letter] {
        var letters: [Letter] = []
        for waiting in try await mail.waiting() {
            if let letter = try await mail.open(waiting.id) { letters.append(letter) }
        }
        return letters
    }

    func letters(_ template: String, to name: String) async throws -> [Letter] {
        try await letters().filter {
            $0.template.name == "mail.\(template)" && $0.recipient.value.normalised == "\(name.lowercased())@example.org"
        }
    }

    /// The token at the end of the newest such letter's link.
    func token(in template: String, to name: String) async throws -> BearerToken {
        let letter = try #require(try await letters(template, to: name).first)
        let link = try #require(letter.body.value.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("https://sotto.test/") })
        return try #require(BearerToken(String(link.split(separator: "/").last ?? "")))
    }

    func count(_ table: StaticString) async throws -> Int {
        try await database.read { try $0.first("SELECT COUNT(*) AS n FROM \(name: table)")?.get("n") } ?? 0
    }

    /// Kinds of the events in somebody's notices, oldest first.
    func notices(of person: PersonID) async throws -> [String] {
        try await ground.streams.latest(StreamID("notices", of: person), before: nil, limit: 100).map(\.kind).reversed()
    }

    // MARK: - Over HTTP

    /// A real server with these routes, the pages that browsers get.
    func serve<Value: Sendable>(_ body: @escaping @Sendable (TestServer) async throws -> Value) async throws -> Value {
        var stage = Stage(accounts.routes(mail))
        stage.frontend = try Repository.frontend()
        stage.authenticators = [accounts]
        stage.cookies = [Session.cookie, LanguageChoice.cookie]
        stage.clock = clock
        stage.site = ground.site
        return try await TestServer.run(stage, body)
    }
}

enum Agents {
    static let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    static let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
    static let edge =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.2903.51"
    static let safari =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
}

extension Door {
    /// Makes Hugo's account through the owner link, unless he has one, and signs him in.
    func hugo() async throws -> Principal.Member {
        if try await !accounts.hasOwner() {
            let link = try await accounts.makeOwnerLink()
            var hugo = Self.registration("Hugo")
            hugo.pass = .owner(try #require(BearerToken(String(link.suffix(26)))))
            _ = try await accounts.register(hugo, from: Self.visit())
        }
        return try await member("Hugo")
    }
}

extension Door {
    /// Opens the newest confirmation link of somebody who is signed in.
    func confirm(_ name: String) async throws {
        let token = try await token(in: "confirmEmail", to: name)
        #expect(try await accounts.confirmEmail(token, by: try await person(name), password: nil))
    }
}
