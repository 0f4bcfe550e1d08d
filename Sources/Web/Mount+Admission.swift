import HTTPTypes
import Hummingbird
import NIOCore
import Vocabulary

extension Mount {
    /// Lets the request through to its handler, or throws why not.
    func admit(_ request: Request, _ context: inout Context, _ route: Route) async throws -> Response {
        try entrance.limits.take(route.limit, client: context.client)
        if !route.isAnonymous { context.principal = try await entrance.principal(of: request.headers) }
        // Default deny.
        if let refusal = route.access.refusal(of: context.principal) { throw refusal }
        if !OriginGuard.isSafe(request.method), BearerField.token(in: request.headers) == nil {
            try entrance.origins.check(request.headers)
        }
        if let person = context.principal.person { try entrance.limits.take(route.limit, person: person) }
        let whole = try await receive(request, context, upTo: route.bodyLimit)
        let settled = context
        let response = try await Deadline.leaving(after: settings.answerDeadline) { try await route.handle(whole, settled) }
        guard let response else { throw Problem.unavailable }
        return response
    }

    /// The request with its body in memory, at most `limit` bytes.
    private func receive(_ request: Request, _ context: Context, upTo limit: Int) async throws -> Request {
        guard !OriginGuard.isSafe(request.method) else { return request }
        if let announced = request.headers[.contentLength].flatMap(Int.init), announced > limit {
            hangUp(context)
            throw Problem.tooLarge
        }
        do {
            let whole = try await Deadline.stopping(after: settings.bodyDeadline) {
                var whole = request
                _ = try await whole.collectBody(upTo: limit)
                return whole
            }
            guard let whole else { throw Problem.tooSlow }
            return whole
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
