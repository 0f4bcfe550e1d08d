package import Conversations
package import Vocabulary

/// A type whose schema is not read from its members: a word, an id, a time.
protocol APISchematic: Decodable {
    static var schema: APISchema { get }
    /// Any value of it, for a reader that only looks at the form.
    static var example: Self { get }
}

/// A type with members, some of which are held to more than their type says.
protocol APIShape: Codable, Sendable {
    static var limits: [String: APISchema] { get }
}

extension APIShape {
    static var limits: [String: APISchema] { [:] }
}

extension APISchema {
    /// The schema of a Swift type, **read from how the type decodes itself**: what the server reads and writes and what the
    /// document says cannot differ.
    static func of(_ type: any Decodable.Type) -> APISchema {
        if let schematic = type as? any APISchematic.Type { return schematic.schema }
        let notes = Notes()
        // What it decodes to is of no interest, nor whether it likes the examples.
        _ = try? type.init(from: FormDecoder(notes: notes))
        let limits = (type as? any APIShape.Type)?.limits ?? [:]
        return .object(
            notes.members.map { name, schema in
                guard let limit = limits[name] else { return Member(name: name, schema: schema) }
                if case .optional = schema { return Member(name: name, schema: .optional(limit)) }
                return Member(name: name, schema: limit)
            })
    }

    private final class Notes {
        var members: [(String, APISchema)] = []
        func note(_ name: String, _ schema: APISchema) {
            if !members.contains(where: { $0.0 == name }) { members.append((name, schema)) }
        }
    }

    /// Gives every member an example, and writes down which were asked for and as what.
    private struct FormDecoder: Decoder {
        let notes: Notes
        var codingPath: [any CodingKey] { [] }
        var userInfo: [CodingUserInfoKey: Any] { [:] }

        func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
            KeyedDecodingContainer(Members<Key>(notes: notes))
        }

        func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
            preconditionFailure("a list is an APISchematic")
        }

        func singleValueContainer() throws -> any SingleValueDecodingContainer {
            preconditionFailure("what is one value is an APISchematic")
        }
    }

    private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let notes: Notes
        var codingPath: [any CodingKey] { [] }
        var allKeys: [Key] { [] }

        func contains(_ key: Key) -> Bool { true }
        func decodeNil(forKey key: Key) -> Bool { false }

        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            notes.note(key.stringValue, .of(type))
            if let schematic = type as? any APISchematic.Type, let example = schematic.example as? Value { return example }
            return try Value(from: FormDecoder(notes: Notes()))
        }

        func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
            notes.note(key.stringValue, .optional(.of(type)))
            return nil
        }

        // Swift gives these their own entry points.
        func decode(_ type: String.Type, forKey key: Key) throws -> String { try plain(type, key) }
        func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try plain(type, key) }
        func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try plain(type, key) }
        func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { perhaps(type, key) }
        func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { perhaps(type, key) }
        func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { perhaps(type, key) }

        func decode(_ type: Double.Type, forKey key: Key) throws -> Double { unused() }
        func decode(_ type: Float.Type, forKey key: Key) throws -> Float { unused() }
        func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { unused() }
        func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { unused() }
        func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { unused() }
        func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { unused() }
        func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { unused() }
        func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { unused() }
        func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { unused() }
        func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { unused() }
        func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { unused() }

        private func unused() -> Never { preconditionFailure("the API has no numbers but Int") }

        private func plain<Value: APISchematic>(_ type: Value.Type, _ key: Key) throws -> Value {
            notes.note(key.stringValue, type.schema)
            return type.example
        }

        private func perhaps<Value: APISchematic>(_ type: Value.Type, _ key: Key) -> Value? {
            notes.note(key.stringValue, .optional(type.schema))
            return nil
        }

        func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedDecodingContainer<Nested> {
            preconditionFailure("a nested object is a type of its own")
        }

        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer {
            preconditionFailure("a list is an APISchematic")
        }

        func superDecoder() -> any Decoder { FormDecoder(notes: notes) }
        func superDecoder(forKey key: Key) -> any Decoder { FormDecoder(notes: notes) }
    }
}

extension String: APISchematic {
    static var schema: APISchema { .text() }
    static var example: String { "" }
}

extension Bool: APISchematic {
    static var schema: APISchema { .flag }
    static var example: Bool { false }
}

extension Int: APISchematic {
    static var schema: APISchema { .integer(0...1_000_000_000) }
    static var example: Int { 0 }
}

extension Timestamp: APISchematic {
    static var schema: APISchema { .time }
    static var example: Timestamp { Timestamp(milliseconds: 0) }
}

extension ID: APISchematic {
    static var schema: APISchema { .id }
    static var example: ID { ID(high: 0, low: 0) }
}

extension Array: APISchematic where Element: Decodable {
    static var schema: APISchema { .list(.of(Element.self), longest: 1000) }
    static var example: [Element] { [] }
}

extension Dictionary: APISchematic where Key == String, Value: Decodable {
    static var schema: APISchema { .map(.of(Value.self)) }
    static var example: [String: Value] { [:] }
}

/// Words from the source code.
protocol APIWord: APISchematic, RawRepresentable, CaseIterable where RawValue == String {}

extension APIWord {
    static var schema: APISchema { .words(allCases.map(\.rawValue)) }
    static var example: Self {
        guard let first = allCases.first else { preconditionFailure("a word has cases") }
        return first
    }
}
