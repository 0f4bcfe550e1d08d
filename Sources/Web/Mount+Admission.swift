import HTTPTypes
import Hummingbird
import NIOCore
import Vocabulary

extension Mount {
    /// Lets the request through to its handler, or throws why not.
    func admit(_ request: Request, _ context: inout Context, _ route: Route) async throws -> Response {
        try entrance.limits.take(route.limit, client: context.client)
        if !route.isAnonymous { context.principal = try await entrance.principal(of: request.headers) }
        try check(route.access, context.principal)
        if !OriginGuard.isSafe(request.method) { try entrance.origins.check(request.headers) }
        if let person = context.principal.person { try entrance.limits.take(route.limit, person: person) }
        let whole = try await receive(request, context, upTo: route.bodyLimit)
        let settled = context
        return try await within(settings.answerDeadline, else: .unavailable) {
            try await route.handle(whole, settled)
        }
    }

    /// **Default deny.** Whoever could come in after signing in is told so; everyone else is refused.
    private func check(_ access: Access, _ principal: Principal) throws(Problem) {
        guard !access.allows(principal) else { return }
        guard case .member = principal else { throw .signInRequired }
        throw .forbidden
    }

    /// The request with its body in memory, at most `limit` bytes.
    private func receive(_ request: Request, _ context: Context, upTo limit: Int) async throws -> Request {
        guard !OriginGuard.isSafe(request.method) else { return request }
        if let announced = request.headers[.contentLength].flatMap(Int.init), announced > limit {
            hangUp(context)
            throw Problem.tooLarge
        }
        do {
            return try await within(settings.bodyDeadline, else: .tooSlow) {
                var whole = request
                _ = try await whole.collectBody(upTo: limit)
                return whole
            }
        } catch is NIOTooManyBytesError {
            hangUp(context)
            throw Problem.tooLarge
        } catch let problem as Problem {
            hangUp(context)
            throw problem
        }
    }

    /// Closes the connection of a client that goes on sending, once it had time to read why.
    private func hangUp(_ context: Context) {
        let channel = context.channel
        channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
    }
}

/// Runs `work`, but not longer than `deadline`.
private func within<Value: Sendable>(
    _ deadline: Duration, else problem: Problem, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: deadline)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let value = first else { throw problem }
        return value
    }
}
