import Hummingbird
package import Logging
import NIOCore
import ServiceLifecycle
package import Vocabulary
package import Web

/// A real HTTP server on a port of the machine's choice, for as long as a test uses it.
package struct TestServer: Sendable {
    package let port: Int
    package let origin: String

    /// Starts a server with these routes, runs `body`, and stops the server.
    package static func run<Value: Sendable>(
        _ stage: Stage = Stage(), _ body: @escaping @Sendable (TestServer) async throws -> Value
    ) async throws -> Value {
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        let application = try stage.application { channel in
            announce.yield(channel.localAddress?.port ?? 0)
            announce.finish()
        }
        // Told to stop, not cancelled: a connection that is just being accepted must be seen off properly.
        let services = ServiceGroup(services: [application], logger: stage.logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { announce.finish() }
                try await services.run()
            }
            guard let port = await ports.first(where: { _ in true }) else {
                try await group.waitForAll()
                throw CancellationError()
            }
            let result = await Result(catching: body, on: TestServer(port: port, origin: stage.site.origin))
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
            return try result.get()
        }
    }
}

extension Result where Failure == any Error, Success: Sendable {
    fileprivate init(catching body: @Sendable (TestServer) async throws -> Success, on server: TestServer) async {
        do {
            self = .success(try await body(server))
        } catch {
            self = .failure(error)
        }
    }
}

/// What a test server is made of. Everything has a value that stays out of the way.
package struct Stage: Sendable {
    package var routes: [Route] = []
    /// By default one with no more than `templates`.
    package var frontend: Frontend?
    package var authenticators: [any Authenticator] = [NamedPeople()]
    package var clock: any WallClock = ManualClock()
    package var limits = RateLimitTable.unlimited
    package var proxies = TrustedProxies.none
    package var cookies: [CookieDeclaration] = [NamedPeople.cookie, LanguageChoice.cookie]
    package var settings = Mount.Settings()
    package var site = Site(origin: "http://sotto.test", name: "Sotto")
    package var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    package init(_ routes: [Route] = []) {
        self.routes = routes
    }

    /// The least templates that show what the page machinery hands over.
    package static let templates: [String: [UInt8]] = [
        "design/layout.mustache":
            "<!DOCTYPE html><html lang=\"{{language}}\" dir=\"{{direction}}\"><title>{{page.title}}</title>{{#viewer}}<p>{{name}}</p>{{/viewer}}{{{content}}}</html>",
        "design/problem.mustache": "{{#problem}}<h1>{{title}}</h1><p>{{detail}}</p>{{/problem}}",
    ].mapValues { Array($0.utf8) }

    /// A frontend of `templates` and these files.
    package static func frontend(with files: [String: [UInt8]] = [:]) throws -> Frontend {
        try Frontend(BrowserFolder(files: templates.merging(files) { $1 }))
    }

    func application(
        running: @escaping @Sendable (any Channel) async -> Void
    ) throws -> some ApplicationProtocol {
        let frontend = try frontend ?? Self.frontend()
        let pages = PageRenderer(frontend, site: site)
        let entrance = Entrance(
            proxies: proxies, origins: OriginGuard(origins: [site.origin]), limits: RateLimits(limits, clock: clock),
            authenticators: authenticators)
        let mount = Mount(entrance: entrance, pages: pages, site: site, cookies: cookies, settings: settings, logger: logger)
        return Application(
            router: mount.router(routes + [frontend.assets.route, LanguageChoice.route]),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)), onServerRunning: running, logger: logger)
    }
}

/// Knows a named person by a cookie that says who they are: for tests about anything but signing in.
package struct NamedPeople: Authenticator {
    package static let cookie = CookieDeclaration("__Host-session", .necessary, purpose: "Names a person in tests.", lifetime: nil)

    package init() {}

    package func principal(for cookies: SentCookies) async throws -> Principal? {
        guard let name = cookies[Self.cookie] else { return nil }
        let person = PersonID(bytes: Array("\(name)----------------".utf8.prefix(16)))
        guard let person else { return nil }
        switch name {
        case "Cleo": return .guest(.init(person: person, link: "link", name: Redacted(name)))
        case "Hugo": return .member(.init(person: person, session: name, roles: [.owner, .member], name: Redacted(name), isStrong: true))
        case "Gita":
            return .member(.init(person: person, session: name, roles: [.privacyOfficer, .member], name: Redacted(name), isStrong: true))
        default: return .member(.init(person: person, session: name, roles: [.member], name: Redacted(name)))
        }
    }
}
