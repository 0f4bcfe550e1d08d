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
        guard let value = try? JSONSerialization.jsonObject(with: body) else { throw .malformed }
        try check(value)
        do {
            return try JSONDecoder().decode(Value.self, from: body)
        } catch {
            throw .malformed
        }
    }

    private func check(_ value: Any) throws(Problem) {
        switch (self, value) {
        case (.text(let maximum), let text as String):
            guard text.count <= maximum else { throw .malformed }
        case (.flag, is Bool): return
        case (.number, is Double) where !(value is Bool): return
        case (.list(let shape, let maximum), let list as [Any]):
            guard list.count <= maximum else { throw .malformed }
            for element in list { try shape.check(element) }
        case (.object(let required, let optional), let object as [String: Any]):
            guard required.keys.allSatisfy({ object[$0] != nil }) else { throw .malformed }
            for (name, member) in object {
                guard let shape = required[name] ?? optional[name] else { throw .unknownField }
                // An optional member may be null.
                if member is NSNull, required[name] == nil { continue }
                try shape.check(member)
            }
        case (.anything(let depth), _):
            guard depth >= 0 else { throw .malformed }
            for element in (value as? [Any]) ?? Array(((value as? [String: Any]) ?? [:]).values) {
                try JSONShape.anything(depth: depth - 1).check(element)
            }
        default: throw .malformed
        }
    }
}
