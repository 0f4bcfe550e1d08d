import HTTPTypes
import Hummingbird
import Logging
import Storage

extension Mount {
    /// The answer for whatever went wrong: a page for people, RFC 9457 for programs.
    func explain(_ error: any Error, to request: Request, _ context: Context, _ route: Route) async -> Response {
        var problem = problem(from: error, route)
        var challenge = "Session"
        if case .programs = route.access, problem == .signInRequired, !request.prefersPage {
            (problem, challenge) = (.tokenRequired, "Bearer")
        }
        if problem == .signInRequired, request.isSafe, request.prefersPage {
            return .seeOther(Self.signIn(backTo: request.uri.string))
        }
        // Who has a second factor need not be told that one is needed: they are asked for it, and go on.
        if problem == .secondFactorRequired, request.isSafe, request.prefersPage, context.principal.hasSecondFactor {
            return .seeOther(.secondFactor(backTo: request.uri.string))
        }
        var response = await rendered(problem, request, context)
        if let seconds = problem.retryAfter { response.headers[.retryAfter] = String(seconds) }
        // RFC 9110 §11.6.1 wants a challenge with every 401; browsers ignore a scheme they do not know.
        if problem.status == .unauthorized { response.headers[.wwwAuthenticate] = challenge }
        if problem.status == .contentTooLarge || problem.status == .requestTimeout { response.headers[.connection] = "close" }
        if let allowed = problem.values["allowed"] { response.headers[.allow] = allowed }
        return response
    }

    /// The sign-in page, which leads back afterwards.
    package static func signIn(backTo path: String) -> LocalPath {
        guard let back = LocalPath(path), back != .home else { return .signIn }
        return LocalPath("/sign-in?return=\(back.escaped)") ?? .signIn
    }

    private func problem(from error: any Error, _ route: Route) -> Problem {
        switch error {
        case let problem as Problem:
            return problem
        case let error as StorageError where error.isTemporary:
            logger.error("the database cannot serve a request", metadata: ["route": "\(route.path)", "reason": "\(error)"])
            return .unavailable
        case let error as HTTPError where error.status.code < 500:
            return Problem(error.status, error.status == .contentTooLarge ? "problem.tooLarge" : "problem.malformed")
        default:
            // The error's own text may repeat what a person typed; StorageError's never does.
            let reason = (error as? StorageError).map { "\($0)" } ?? "\(type(of: error))"
            logger.error("a request failed", metadata: ["route": "\(route.path)", "reason": "\(reason)"])
            return .internal
        }
    }

    /// What else the page offers: when to come back, where to go instead.
    private func hints(_ problem: Problem, _ request: Request, _ context: Context) -> [String: Any] {
        var hints: [String: Any] = [:]
        if let seconds = problem.retryAfter { hints["retry"] = pages.text("problem.retry", count: seconds, [:], in: context.language) }
        if problem == .signInRequired {
            let label = pages.text("problem.signIn", [:], in: context.language)
            hints["action"] = ["url": Self.signIn(backTo: request.isSafe ? request.uri.string : "/").description, "label": label]
        }
        if problem == .secondFactorRequired {
            let (back, isSetUp) = (request.isSafe ? request.uri.string : "", context.principal.hasSecondFactor)
            let label = pages.text(isSetUp ? "accounts.proof.section" : "problem.secondFactor.action", [:], in: context.language)
            let path: LocalPath = isSetUp ? .secondFactor(backTo: back) : .security(backTo: back)
            hints["action"] = ["url": path.description, "label": label]
            hints["isSetUp"] = isSetUp
        }
        return hints
    }

    private func rendered(_ problem: Problem, _ request: Request, _ context: Context) async -> Response {
        let document = pages.document(of: problem, in: context.language)
        if request.prefersPage {
            // A step that is still to be taken is no error, and does not look like one.
            let isStep = problem == .secondFactorRequired
            var page = Page(isStep ? "design/second-factor-needed" : "design/problem", title: "\(problem.key).title")
            if isStep { page.styles = ["accounts/settings.css"] }
            page.titleValues = problem.values
            page.status = problem.status
            page.model = ["problem": document.model.merging(hints(problem, request, context)) { $1 }]
            do {
                return try await pages.respond(page, request, context)
            } catch {
                logger.error("the problem page cannot be rendered", metadata: ["reason": "\(type(of: error))"])
            }
        }
        return document.response
    }
}

/// Answers addresses that no domain declares.
struct Unrouted: RouterMiddleware {
    let mount: Mount

    func handle(_ request: Request, context: Context, next: (Request, Context) async throws -> Response) async throws -> Response {
        let known = HTTPRequest.Method.usual.contains(request.method)
        return try await mount.answer(request, context, known ? .unknown : .unknownMethod)
    }
}

extension Route {
    static let unknown = Route(.get, "unknown", .everyone, purpose: "Tells that there is nothing here.") { _, _ in
        throw Problem.notFound
    }

    static let unknownMethod = Route(.get, "unknown", .everyone, purpose: "Tells that the method is unknown here.") { _, _ in
        throw Problem(.notImplemented, "problem.method")
    }

    static func refusal(_ method: HTTPRequest.Method, _ path: String, allowed: String) -> Route {
        Route(method, path, .everyone, limit: .reading, purpose: "Tells which methods there are.") { _, _ in
            throw Problem(.methodNotAllowed, "problem.method", values: ["allowed": allowed])
        }
    }

    static func options(_ path: String, allowed: String) -> Route {
        Route(.options, path, .everyone, limit: .reading, purpose: "Tells which methods there are.") { _, _ in
            Response(status: .noContent, headers: [.allow: allowed])
        }
    }
}

extension Request {
    var isSafe: Bool { OriginGuard.isSafe(method) }

    /// Whether the asker reads HTML. Browsers name it when they go to a page; scripts and programs do not.
    var prefersPage: Bool {
        headers[.accept]?.contains("text/html") ?? false
    }
}
