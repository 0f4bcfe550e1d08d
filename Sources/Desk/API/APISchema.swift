import Foundation

/// What a JSON value of the API looks like: JSON Schema 2020-12, the little of it that is used here.
///
/// **One value does both**: the document shows it, and what programs send is held against it.
package indirect enum APISchema: Sendable, Equatable {
    /// At most so many Unicode scalars; `pattern` is what a document's reader can check too.
    case text(longest: Int = 20_000, shortest: Int = 0, pattern: String? = nil)
    case words([String])
    case flag
    case integer(ClosedRange<Int>)
    case list(APISchema, longest: Int)
    case object([Member])
    /// Texts by names that are not fixed.
    case map(APISchema)
    /// May be absent or null.
    case optional(APISchema)

    package struct Member: Sendable, Equatable {
        let name: String
        let schema: APISchema
        var isRequired: Bool {
            if case .optional = schema { return false }
            return true
        }
    }

    /// An id as the server writes it: 26 characters of Crockford's base 32.
    package static let id = APISchema.text(longest: 26, shortest: 26, pattern: "^[0-7][0-9a-hjkmnp-tv-z]{25}$")
    /// Milliseconds since 1970, as JavaScript counts.
    package static let time = APISchema.integer(0...9_007_199_254_740_991)
}

extension APISchema {
    /// As JSON Schema writes it.
    ///
    /// - Parameter isStrict: whether members that it does not name are forbidden: in what is sent, not in what is read, which may grow.
    func json(isStrict: Bool = true) -> APIValue {
        switch self {
        case .text(let longest, let shortest, let pattern):
            var members: [String: APIValue] = ["type": "string", "maxLength": .integer(longest)]
            if shortest > 0 { members["minLength"] = .integer(shortest) }
            if let pattern { members["pattern"] = .text(pattern) }
            return .object(members)
        case .words(let words): return ["type": "string", "enum": .list(words.map(APIValue.text))]
        case .flag: return ["type": "boolean"]
        case .integer(let range):
            return ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
        case .list(let element, let longest):
            return ["type": "array", "items": element.json(isStrict: isStrict), "maxItems": .integer(longest)]
        case .object(let members):
            return [
                "type": "object", "additionalProperties": .flag(!isStrict),
                "properties": .object(Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.schema.json(isStrict: isStrict)) })),
                "required": .list(members.filter(\.isRequired).map { .text($0.name) }),
            ]
        case .map(let value): return ["type": "object", "additionalProperties": value.json(isStrict: isStrict)]
        case .optional(let schema): return ["anyOf": [schema.json(isStrict: isStrict), ["type": "null"]]]
        }
    }

    func accepts(_ value: APIValue) -> Bool { fault(in: value) == nil }

    /// Where the value is not one of these, as a JSON pointer (RFC 6901 §6);
    /// nil when it is. **A member that is not declared is refused**, at
    /// every depth (C01); the object around it is named, as no answer repeats what somebody made up.
    ///
    /// - Parameter place: where the value itself stands.
    func fault(in value: APIValue, at place: String = "#") -> String? {
        switch (self, value) {
        case (.list(let element, let longest), .list(let values)) where values.count <= longest:
            return values.enumerated().lazy.compactMap { element.fault(in: $1, at: "\(place)/\($0)") }.first
        case (.object(let members), .object(let values)):
            let faults = members.lazy.compactMap { member -> String? in
                let inside = "\(place)/\(member.name)"
                guard let value = values[member.name] else { return member.isRequired ? inside : nil }
                return member.schema.fault(in: value, at: inside)
            }
            return faults.first ?? (values.keys.allSatisfy { name in members.contains { $0.name == name } } ? nil : place)
        case (.map(let schema), .object(let values)): return values.values.allSatisfy(schema.accepts) ? nil : place
        case (.optional, .null): return nil
        case (.optional(let schema), _): return schema.fault(in: value, at: place)
        default: return acceptsPlain(value) ? nil : place
        }
    }

    /// What has no parts.
    private func acceptsPlain(_ value: APIValue) -> Bool {
        switch (self, value) {
        case (.text(let longest, let shortest, let pattern), .text(let text)):
            guard (shortest...longest).contains(text.unicodeScalars.count) else { return false }
            return pattern.map { text.range(of: $0, options: .regularExpression) != nil } ?? true
        case (.words(let words), .text(let text)): return words.contains(text)
        case (.flag, .flag): return true
        case (.integer(let range), .integer(let number)): return range.contains(number)
        default: return false
        }
    }
}

/// Any JSON value.
package indirect enum APIValue: Codable, Sendable, Equatable {
    case null
    case flag(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([APIValue])
    case object([String: APIValue])

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Int.self) {
            self = .integer(number)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([APIValue].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: APIValue].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .flag(let flag): try container.encode(flag)
        case .integer(let number): try container.encode(number)
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .list(let list): try container.encode(list)
        case .object(let members): try container.encode(members)
        }
    }
}

extension APIValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    package init(stringLiteral text: String) { self = .text(text) }
    package init(booleanLiteral flag: Bool) { self = .flag(flag) }
    package init(integerLiteral number: Int) { self = .integer(number) }
    package init(arrayLiteral list: APIValue...) { self = .list(list) }
    package init(dictionaryLiteral members: (String, APIValue)...) {
        self = .object(Dictionary(uniqueKeysWithValues: members))
    }
}
