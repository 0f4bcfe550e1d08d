import HTTPTypes
package import Hummingbird
package import Logging
import Metrics
import Vocabulary

/// Puts every route of every domain on one router, behind one door.
///
/// **Nothing reaches a handler but through `Mount.admit`**: who is asking, whether they may, where the request comes from,
/// how often, how big and how long are settled there, from the route's own declaration, in this order.
/// Whatever goes wrong becomes a `Problem` in the form the asker reads.
package struct Mount: Sendable {
    /// What an operator decides about HTTP.
    package struct Settings: Sendable {
        /// How long a body may take to arrive.
        package var bodyDeadline: Duration = .seconds(60)
        /// How long a handler may take.
        package var answerDeadline: Duration = .seconds(30)
        /// Whether this process itself speaks TLS with browsers.
        package var isEncrypted = false

        package init() {}
    }

    let entrance: Entrance
    let pages: any Pages
    let headers: SecurityHeaders
    let cookies: Set<String>
    let settings: Settings
    let standing: StandingAnswers?
    let logger: Logger

    /// - Parameters:
    ///   - site: where this server lives; its origin goes into the content security policy.
    ///   - cookies: every cookie that may be set (C29). Any other is dropped from the response and logged.
    ///   - standing: where answers are kept that may be given again; nil keeps none.
    package init(
        entrance: Entrance, pages: any Pages, site: Site, cookies: [CookieDeclaration], settings: Settings = Settings(),
        standing: StandingAnswers? = nil, logger: Logger
    ) {
        self.entrance = entrance
        self.pages = pages
        self.headers = SecurityHeaders(origin: site.origin)
        self.cookies = Set(cookies.map(\.name))
        self.settings = settings
        self.standing = standing
        self.logger = logger
    }

    /// A router that answers these routes, and everything else with a problem.
    package func router(_ routes: [Route]) -> Router<Context> {
        let router = Router(context: Context.self)
        for (path, routes) in Dictionary(grouping: routes, by: \.path) {
            mount(routes, at: path, on: router)
        }
        // Added after the routes, so that it holds for unknown addresses alone.
        router.add(middleware: Unrouted(mount: self))
        return router
    }

    private func mount(_ routes: [Route], at path: String, on router: Router<Context>) {
        var byMethod = Dictionary(uniqueKeysWithValues: routes.map { ($0.method, $0) })
        byMethod[.head] = byMethod[.head] ?? byMethod[.get]
        let allowed = ([.options] + byMethod.keys).map(\.rawValue).sorted().joined(separator: ", ")
        byMethod[.options] = byMethod[.options] ?? .options(path, allowed: allowed)
        for method in HTTPRequest.Method.usual {
            let route = byMethod[method] ?? .refusal(method, path, allowed: allowed)
            router.on(RouterPath(path), method: method) { request, context in
                try await answer(request, context, route)
            }
        }
    }

    /// The whole life of a request. Throws only what closes the connection (a body that breaks HTTP).
    func answer(_ request: Request, _ asked: Context, _ route: Route) async throws -> Response {
        let began = ContinuousClock.now
        var context = asked
        recognise(request, &context)
        var response: Response
        do {
            response = try await admit(request, &context, route)
        } catch {
            response = await explain(error, to: request, context, route)
        }
        if request.method == .head { response = response.createHeadResponse() }
        finish(&response, context)
        if response.status == .ok { standing?.allow(request.head, of: route) }
        report(request, response, route, took: .now - began)
        return response
    }

    private func recognise(_ request: Request, _ context: inout Context) {
        context.connection = entrance.client(of: request.headers, from: context.remoteAddress)
        context.client = context.connection.household
        context.isSecure = settings.isEncrypted || context.connection.isEncrypted
        context.language = entrance.language(of: request.headers)
    }

    private func finish(_ response: inout Response, _ context: Context) {
        headers.add(to: &response, isSecure: context.isSecure)
        let set = response.headers[values: .setCookie]
        guard !set.isEmpty else { return }
        let declared = set.filter { cookies.contains(String($0.prefix { $0 != "=" })) }
        if declared.count < set.count { logger.error("a cookie that no domain declares was not set") }
        response.headers[values: .setCookie] = declared
    }

    /// One line and two numbers a request: its route's template, never its path, query or address.
    private func report(_ request: Request, _ response: Response, _ route: Route, took: Duration) {
        let status = response.status.code
        Self.counter(route, response.status).increment()
        Self.timer(route).recordNanoseconds(took.inNanoseconds)
        logger.log(
            level: status >= 500 ? .error : route.isAnonymous ? .debug : .info, "request",
            metadata: [
                "method": "\(route.method.rawValue)", "route": "\(route.path)", "status": "\(status)",
                "milliseconds": "\(took.inMilliseconds)",
            ])
    }

    static func counter(_ route: Route, _ status: HTTPResponse.Status) -> Counter {
        Counter(
            label: "sotto_http_requests_total",
            dimensions: [("method", route.method.rawValue), ("route", route.path), ("status", String(status.code))])
    }

    static func timer(_ route: Route) -> Metrics.Timer {
        Metrics.Timer(label: "sotto_http_request_seconds", dimensions: [("route", route.path)])
    }
}

extension HTTPRequest.Method {
    /// The methods a browser or a program may reasonably try. Any other is unknown here (501).
    static let usual: [Self] = [.get, .head, .post, .put, .patch, .delete, .options]
}

extension Duration {
    var inNanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
