/// Identifies one noun: a UUID version 7 (RFC 9562 §5.7), so that ids sort by the time they were made.
///
/// Written as 26 characters of Crockford base 32 in URLs, JSON and logs; kept as 16 bytes in the database.
/// In memory it is two words, so that dictionaries of many thousands of people stay small and quick.
package struct ID<Noun>: Hashable, Sendable {
    /// Bytes 0 to 7, most significant first.
    package let high: UInt64
    /// Bytes 8 to 15, most significant first.
    package let low: UInt64

    /// The id of these two words, whatever they are.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A fresh id made at `time`.
    package init(at time: Timestamp) {
        var random = SystemRandomNumberGenerator()
        self.init(at: time, using: &random)
    }

    /// A fresh id made at `time` with the given randomness (tests pass a seeded one).
    package init(at time: Timestamp, using random: inout some RandomNumberGenerator) {
        let milliseconds = UInt64(max(0, time.milliseconds)) & 0xFFFF_FFFF_FFFF
        let version: UInt64 = 0x7000
        let variant: UInt64 = 0x8000_0000_0000_0000
        high = milliseconds << 16 | version | random.next() & 0x0FFF
        low = variant | random.next() & 0x3FFF_FFFF_FFFF_FFFF
    }

    /// The id with exactly these 16 bytes, or nil when there are not 16.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The same without the cost of a collection that may be any: rows hold ids by the thousand.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        var words: (high: UInt64, low: UInt64) = (0, 0)
        for place in 0..<8 {
            words.high = words.high << 8 | UInt64(bytes[place])
            words.low = words.low << 8 | UInt64(bytes[place + 8])
        }
        (high, low) = words
    }

    /// The 16 bytes, most significant first.
    package var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
            for place in 0..<8 {
                buffer[place] = UInt8(truncatingIfNeeded: high >> (56 - 8 * UInt64(place)))
                buffer[place + 8] = UInt8(truncatingIfNeeded: low >> (56 - 8 * UInt64(place)))
            }
            count = 16
        }
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
        (left.high, left.low) < (right.high, right.low)
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
