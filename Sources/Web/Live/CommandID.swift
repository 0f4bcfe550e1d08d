/// A command's idempotency key: a UUID that the browser made, in lower case (RFC 9562 §4).
package struct CommandID: Hashable, Sendable, LosslessStringConvertible {
    private let high: UInt64
    private let low: UInt64

    /// Reads 32 lower-case hexadecimal digits in groups of 8-4-4-4-12. Nil for anything else.
    package init?(_ text: String) {
        guard text.utf8.count == Self.length else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for (place, byte) in text.utf8.enumerated() {
            if Self.dashes.contains(place) {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            default: return nil
            }
            if place < 18 { words.0 = words.0 << 4 | UInt64(digit) } else { words.1 = words.1 << 4 | UInt64(digit) }
        }
        (high, low) = words
    }

    /// The id of what these 16 bytes name, for what was not made by a browser. Nil when there are not 16.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The 16 bytes, most significant first.
    package var bytes: [UInt8] {
        withUnsafeBytes(of: high.bigEndian, Array.init) + withUnsafeBytes(of: low.bigEndian, Array.init)
    }

    package var description: String {
        String(unsafeUninitializedCapacity: Self.length) { text in
            var digits = 0
            for place in 0..<Self.length {
                guard !Self.dashes.contains(place) else {
                    text[place] = UInt8(ascii: "-")
                    continue
                }
                let word = digits < 16 ? high : low
                let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (digits % 16))) & 0xF
                text[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                digits += 1
            }
            return Self.length
        }
    }

    private static let length = 36
    /// Where the groups of 8-4-4-4-12 digits meet.
    private static let dashes = [8, 13, 18, 23]
}
