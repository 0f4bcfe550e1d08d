package import HTTPTypes
package import Hummingbird
package import Vocabulary
package import Web

/// One thing that a program can do: the route, and **all that the document says about it**.
package struct APIOperation: Sendable {
    /// A value in the address or its query.
    package struct Parameter: Sendable {
        let name: String
        let schema: APISchema
        let meaning: String
        var isInPath = false
        var isRequired = false
    }

    package let method: HTTPRequest.Method
    /// Below `/api/v1`.
    package let path: String
    /// Its name in the document and in programs made from it.
    package let name: String
    package let summary: String
    package let scope: APIToken.Scope
    /// Members who may do the same with their session.
    package let roles: Set<Role>
    package let parameters: [Parameter]
    package let request: APISchema?
    package let status: HTTPResponse.Status
    package let response: APISchema?
    let handle: @Sendable (APICall) async throws -> APIAnswer
    /// Takes bytes, at most so many; nil: JSON or nothing.
    var longestPiece: Int?
    /// What somebody may send, for the document's reader.
    var example: APIValue?

    func with(example: APIValue) -> Self {
        var operation = self
        operation.example = example
        return operation
    }
}

/// A request of a program that was let in: everything in it fits what the document says.
package struct APICall: Sendable {
    let context: Context
    let query: [String: String]
    let body: [UInt8]
    /// Who asks: a program, or a member with their session.
    let person: PersonID
    /// Fresh, or made from the idempotency key: what is done with it is done once.
    let id: CommandID

    func parameter<Value: LosslessStringConvertible>(_ name: String, as type: Value.Type = Value.self) throws(Problem) -> Value {
        try context.parameter(name)
    }

    /// The value of a query parameter; nil when it was not given. What was given and is no such value is refused.
    func query<Value: LosslessStringConvertible>(_ name: String, as type: Value.Type = Value.self) throws(Problem) -> Value? {
        guard let text = query[name] else { return nil }
        guard let value = Value(text) else { throw .malformed }
        return value
    }
}

/// What a program is answered.
package struct APIAnswer: Sendable {
    let value: (any Encodable & Sendable)?

    static let nothing = APIAnswer(value: nil)

    init(_ value: some Encodable & Sendable) { self.value = value }
    private init(value: (any Encodable & Sendable)?) { self.value = value }
}

/// Some of a list, in its order, and how to ask for what follows.
struct APIPage<Item: Codable & Sendable>: APIShape {
    let items: [Item]
    /// For the parameter `cursor`; absent at the end.
    let next: String?

    static var limits: [String: APISchema] { ["items": .list(.of(Item.self), longest: API.largestPage), "next": .text(longest: 200)] }

    init(items: [Item], next: String?) { (self.items, self.next) = (items, next) }

    /// Of one item more than the page has.
    init(_ found: [Item], limit: Int, cursor: (Item) -> String) {
        items = Array(found.prefix(limit))
        next = found.count > limit ? items.last.map(cursor) : nil
    }
}

extension APIOperation {
    static let noBody: APISchema? = nil

    static func get<Answer: Decodable & Encodable & Sendable>(
        _ path: String, _ name: String, _ scope: APIToken.Scope, _ summary: String, or roles: Set<Role> = Desk.supervisors,
        _ parameters: [Parameter] = [], handle: @escaping @Sendable (APICall) async throws -> Answer
    ) -> APIOperation {
        APIOperation(
            method: .get, path: path, name: name, summary: summary, scope: scope, roles: roles, parameters: inPath(path) + parameters,
            request: nil, status: .ok, response: .of(Answer.self)
        ) { APIAnswer(try await handle($0)) }
    }

    /// Something that changes, told with a body.
    static func change<Wish: Decodable, Answer: Decodable & Encodable & Sendable>(
        _ method: HTTPRequest.Method, _ path: String, _ name: String, _ scope: APIToken.Scope, _ summary: String,
        or roles: Set<Role> = Desk.supervisors, status: HTTPResponse.Status = .ok,
        handle: @escaping @Sendable (APICall, Wish) async throws -> Answer
    ) -> APIOperation {
        let schema = APISchema.of(Wish.self)
        return APIOperation(
            method: method, path: path, name: name, summary: summary, scope: scope, roles: roles, parameters: inPath(path), request: schema,
            status: status, response: .of(Answer.self)
        ) { call in
            APIAnswer(try await handle(call, try API.decode(call.body, as: Wish.self, schema)))
        }
    }

    /// Something that changes and needs no words.
    static func act(
        _ method: HTTPRequest.Method, _ path: String, _ name: String, _ scope: APIToken.Scope, _ summary: String,
        or roles: Set<Role> = Desk.supervisors, handle: @escaping @Sendable (APICall) async throws -> Void
    ) -> APIOperation {
        APIOperation(
            method: method, path: path, name: name, summary: summary, scope: scope, roles: roles, parameters: inPath(path), request: nil,
            status: .noContent, response: nil
        ) { call in
            try await handle(call)
            return .nothing
        }
    }

    /// Something that changes without words, and has an answer.
    static func renew<Answer: Decodable & Encodable & Sendable>(
        _ path: String, _ name: String, _ scope: APIToken.Scope, _ summary: String, or roles: Set<Role> = Desk.supervisors,
        handle: @escaping @Sendable (APICall) async throws -> Answer
    ) -> APIOperation {
        APIOperation(
            method: .post, path: path, name: name, summary: summary, scope: scope, roles: roles, parameters: inPath(path), request: nil,
            status: .ok, response: .of(Answer.self)
        ) { APIAnswer(try await handle($0)) }
    }

    /// Something that ends, and leaves an answer.
    static func change<Answer: Decodable & Encodable & Sendable>(
        _ method: HTTPRequest.Method, _ path: String, _ name: String, _ scope: APIToken.Scope, _ summary: String,
        or roles: Set<Role> = Desk.supervisors, handle: @escaping @Sendable (APICall) async throws -> Answer
    ) -> APIOperation {
        APIOperation(
            method: method, path: path, name: name, summary: summary, scope: scope, roles: roles, parameters: inPath(path), request: nil,
            status: .ok, response: .of(Answer.self)
        ) { APIAnswer(try await handle($0)) }
    }

    /// Takes a piece of a file: bytes as they are.
    static func piece<Answer: Decodable & Encodable & Sendable>(
        _ path: String, _ name: String, _ scope: APIToken.Scope, _ summary: String, or roles: Set<Role> = Desk.supervisors,
        _ parameters: [Parameter], longest: Int, handle: @escaping @Sendable (APICall) async throws -> Answer
    ) -> APIOperation {
        var operation = APIOperation(
            method: .patch, path: path, name: name, summary: summary, scope: scope, roles: roles, parameters: inPath(path) + parameters,
            request: nil, status: .ok, response: .of(Answer.self)
        ) { APIAnswer(try await handle($0)) }
        operation.longestPiece = longest
        return operation
    }

    private static func inPath(_ path: String) -> [Parameter] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { part in
            let name = String(part.dropFirst().dropLast())
            let isNumber = name == "sequence"
            return Parameter(
                name: name, schema: isNumber ? .integer(1...1_000_000_000) : .id,
                meaning: isNumber ? "Its place in the conversation." : "The id of the \(name).", isInPath: true, isRequired: true)
        }
    }
}
