import Foundation

/// A message of the server, as far as most tests look into it.
package struct LiveMessage: Sendable, Decodable {
    package let type: String
    package var id: String?
    package var stream: String?
    package var sequence: Int?
    package var kind: String?
    package var person: String?
    package var state: String?
    package var advice: String?
    package var after: Int?
    package var connection: String?
    package var streams: [String: Int]?
    package var call: String?
    package var reason: String?
    package var present: Bool?
    package var problem: ProblemText?
    /// The whole JSON text.
    package private(set) var text = ""

    package struct ProblemText: Sendable, Decodable {
        package let type: String
        package let title: String
        package let detail: String?
        package let status: Int?
        /// Seconds.
        package let retryAfter: Int?
    }

    private enum CodingKeys: String, CodingKey {
        case type, id, stream, sequence, kind, person, state, advice, after, connection, streams, call, reason, present, problem
    }

    init(text: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
        self.text = text
    }

    /// The member `body` as a value.
    package func body<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(BodyHolder<Value>.self, from: Data(text.utf8)).body
    }

    /// The whole message as a value.
    package func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }
}

private struct BodyHolder<Body: Decodable>: Decodable {
    let body: Body
}
