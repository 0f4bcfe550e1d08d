#if canImport(Glibc)
    import Glibc
#endif

/// Identifies one noun: a UUID version 7 (RFC 9562 §5.7), so that ids sort by the time they were made.
///
/// Written as 26 characters of Crockford base 32 in URLs, JSON and logs; kept as 16 bytes in the database.
package struct ID<Noun>: Hashable, Sendable {
    /// The 16 bytes, most significant first.
    package let bytes: [UInt8]

    /// A fresh id made at `time`.
    package init(at time: Timestamp) {
        var random = SystemRandomNumberGenerator()
        self.init(at: time, using: &random)
    }

    /// A fresh id made at `time` with the given randomness (tests pass a seeded one).
    package init(at time: Timestamp, using random: inout some RandomNumberGenerator) {
        let milliseconds = UInt64(max(0, time.milliseconds))
        var bytes = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * UInt64($0))) }
        bytes.append(contentsOf: withUnsafeBytes(of: random.next(), Array.init))
        bytes.append(contentsOf: withUnsafeBytes(of: random.next(), Array.init).prefix(2))
        bytes[6] = 0x70 | (bytes[6] & 0x0F)
        bytes[8] = 0x80 | (bytes[8] & 0x3F)
        self.bytes = bytes
    }

    /// The id with exactly these 16 bytes, or nil when there are not 16.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        self.bytes = Array(bytes)
    }
}

extension ID: LosslessStringConvertible, CustomStringConvertible {
    /// 26 characters of Crockford base 32, lower case.
    package var description: String { CrockfordBase32.encode(bytes) }

    /// Reads what `description` writes; nil for anything else.
    package init?(_ description: String) {
        guard let bytes = CrockfordBase32.decode(description, count: 16) else { return nil }
        self.init(bytes: bytes)
    }
}

extension ID: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension ID: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = Self(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not an id"))
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A human being who is known to this server: member, guest or visitor.
package enum Person {}

/// How every domain names a person without knowing anything about them.
package typealias PersonID = ID<Person>
