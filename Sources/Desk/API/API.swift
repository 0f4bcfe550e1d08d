import Conversations
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Vocabulary
import Web

/// What all operations for programs have in common: their address, their limits, their form.
enum API {
    static let root = "/api/v1"
    static let largestPage = 100
    static let usualPage = 50
    /// A site's questions in all languages fit in.
    static let longestBody = 256 * 1024
    static let idempotencyKey = HTTPField.Name.named("Idempotency-Key")
    static let rateLimit = HTTPField.Name.named("RateLimit")
    static let rateLimitPolicy = HTTPField.Name.named("RateLimit-Policy")

    static func decode<Wish: Decodable>(_ body: [UInt8], as type: Wish.Type, _ schema: APISchema) throws(Problem) -> Wish {
        guard let tree = try? JSONDecoder().decode(APIValue.self, from: Data(body)) else { throw .malformed }
        if let place = schema.fault(in: tree) { throw .apiBody(place) }
        guard let wish = try? JSONDecoder().decode(Wish.self, from: Data(body)) else { throw .apiBody() }
        return wish
    }
}

extension HTTPField.Name {
    fileprivate static func named(_ name: String) -> Self {
        guard let name = Self(name) else { preconditionFailure("\(name) is not a header name") }
        return name
    }
}

extension Problem {
    /// The body is JSON, and not what the document says, at a place: a JSON pointer.
    static func apiBody(_ place: String = "#") -> Problem { Problem(.unprocessableContent, "problem.apiBody", values: ["place": place]) }
    /// A body that is no JSON, or no bytes where a piece of a file belongs.
    static let apiMedia = Problem(.unsupportedMediaType, "problem.apiMedia")
    /// A query parameter that the document does not know.
    static let apiQuery = Problem(.badRequest, "problem.apiQuery")
}

extension Desk {
    static let runners: Set<Role> = [.administrator, .owner]

    /// The operation as a route of the server.
    func route(_ operation: APIOperation) -> Route {
        Route(
            operation.method, API.root + operation.path, .programs(scope: operation.scope.rawValue, or: operation.roles), limit: .reading,
            bodyLimit: operation.longestPiece ?? API.longestBody, purpose: operation.summary
        ) { request, context in
            try await answer(operation, request, context)
        }
    }

    private func answer(_ operation: APIOperation, _ request: Request, _ context: Context) async throws -> Response {
        guard let person = context.principal.person else { throw Problem.signInRequired }
        let state = programDesk.allowance.take(person, at: ground.clock.now)
        var response: Response
        do {
            if let wait = state.wait { throw Problem.tooMany(retryAfter: wait) }
            response = try await perform(operation, request, context, person).response
        } catch let problem as Problem {
            response = .json(ground.pages.document(of: problem, in: context.language), status: problem.status)
            response.headers[.contentType] = "application/problem+json; charset=utf-8"
            if let seconds = problem.retryAfter { response.headers[.retryAfter] = String(seconds) }
        }
        response.headers[API.rateLimitPolicy] = APIAllowance.policy
        response.headers[API.rateLimit] = state.field
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private func perform(_ operation: APIOperation, _ request: Request, _ context: Context, _ person: PersonID) async throws -> APIReply {
        let query = try request.query()
        let known = Dictionary(operation.parameters.filter { !$0.isInPath }.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for (name, text) in query {
            guard let parameter = known[name], parameter.schema.acceptsQuery(text) else { throw Problem.apiQuery }
        }
        let body = try await request.wholeBody()
        if operation.request != nil {
            guard request.headers[.contentType]?.lowercased().hasPrefix("application/json") == true else { throw Problem.apiMedia }
        }
        if operation.longestPiece != nil, request.headers[.contentType] != "application/octet-stream" { throw Problem.apiMedia }
        let key = try IdempotencyKey(request, operation, body)
        let call = APICall(
            context: context, query: query, body: body, person: person, id: key?.command(of: person) ?? .fresh())
        guard let key, case .program(let program) = context.principal, let token = ID<APIToken>(program.token) else {
            return try APIReply(try await operation.handle(call), of: operation)
        }
        let conversation = try await conversation(of: context, for: person)
        return try await once(key, token, program.person, about: conversation) {
            try APIReply(try await operation.handle(call), of: operation)
        }
    }

    /// What a request is about, where it is about one conversation.
    private func conversation(of context: Context, for person: PersonID) async throws -> ConversationID? {
        if let id: ConversationID = try? context.parameter("enquiry") { return id }
        guard let file: ID<Attachment> = try? context.parameter("attachment") else { return nil }
        return try await conversations.conversation(of: file, for: person)
    }
}

/// An answer as it goes out, and as it is kept for whoever asks again.
struct APIReply: Sendable {
    let status: Int
    /// Nil where there is nothing to say.
    let json: [UInt8]?

    init(status: Int, json: [UInt8]?) {
        self.status = status
        self.json = json
    }

    init(_ answer: APIAnswer, of operation: APIOperation) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        status = operation.status.code
        json = try answer.value.map { Array(try encoder.encode($0)) }
    }

    var response: Response {
        guard let json else { return Response(status: .init(code: status)) }
        return Response(
            status: .init(code: status), headers: [.contentType: "application/json; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(bytes: json)))
    }
}

extension APISchema {
    /// Whether the words of a query are such a value.
    func acceptsQuery(_ text: String) -> Bool {
        if case .integer = self { return Int(text).map { accepts(.integer($0)) } ?? false }
        return accepts(.text(text))
    }
}

extension CommandID {
    /// An id that nothing was done with yet.
    static func fresh() -> CommandID {
        guard let id = CommandID(UUID().uuidString.lowercased()) else { preconditionFailure("a UUID is written so") }
        return id
    }
}
