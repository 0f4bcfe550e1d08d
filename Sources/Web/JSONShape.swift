package import Foundation
package import Hummingbird

/// What a JSON body may look like. **A member that is not declared is refused**, at every depth (C01).
package indirect enum JSONShape: Sendable {
    /// Text of at most so many characters.
    case text(Int)
    case flag
    case number
    /// At most so many elements of one shape.
    case list(JSONShape, Int)
    /// Members that must be there, and members that may.
    case object([String: JSONShape], optional: [String: JSONShape] = [:])
    /// A value that is not looked at, at most so many members or elements deep (extension results of authenticators).
    case anything(depth: Int)

    /// The request's body as a value. Throws `Problem.unknownField` or `.malformed`.
    package func read<Value: Decodable>(_ request: Request, as type: Value.Type = Value.self) async throws -> Value {
        guard MediaType(request.headers[.contentType] ?? "") == .json else { throw Problem.unsupportedMedia }
        return try decode(Data(try await request.wholeBody()))
    }

    package func decode<Value: Decodable>(_ body: Data, as type: Value.Type = Value.self) throws(Problem) -> Value {
        guard let tree = try? JSONDecoder().decode(JSONTree.self, from: body) else { throw .malformed }
        try check(tree)
        do {
            return try JSONDecoder().decode(Value.self, from: body)
        } catch {
            throw .malformed
        }
    }

    private func check(_ tree: JSONTree) throws(Problem) {
        switch (self, tree) {
        case (.text(let maximum), .text(let text)):
            guard text.count <= maximum else { throw .malformed }
        case (.flag, .flag), (.number, .number): return
        case (.list(let shape, let maximum), .list(let elements)):
            guard elements.count <= maximum else { throw .malformed }
            for element in elements { try shape.check(element) }
        case (.object(let required, let optional), .object(let members)):
            guard required.keys.allSatisfy({ members[$0] != nil }) else { throw .malformed }
            for (name, member) in members {
                guard let shape = required[name] ?? optional[name] else { throw .unknownField }
                // An optional member may be null.
                if case .null = member, required[name] == nil { continue }
                try shape.check(member)
            }
        case (.anything(let depth), _):
            guard depth >= 0 else { throw .malformed }
            for child in tree.children { try JSONShape.anything(depth: depth - 1).check(child) }
        default: throw .malformed
        }
    }
}

/// Any JSON value. JSONDecoder refuses more than 512 levels, so the recursion ends.
private enum JSONTree: Decodable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([JSONTree])
    case object([String: JSONTree])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([JSONTree].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: JSONTree].self))
        }
    }

    var children: [JSONTree] {
        switch self {
        case .list(let elements): elements
        case .object(let members): Array(members.values)
        case .null, .flag, .number, .text: []
        }
    }
}
