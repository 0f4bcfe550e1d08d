/// Writes ASN.1 in the distinguished encoding (X.690 §8 and §10): as much as a certificate needs.
enum DER {
    static func value(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
        [tag] + length(contents.count) + contents
    }

    static func sequence(_ parts: [UInt8]...) -> [UInt8] { value(0x30, parts.flatMap { $0 }) }
    static func set(_ part: [UInt8]) -> [UInt8] { value(0x31, part) }
    static func octets(_ bytes: [UInt8]) -> [UInt8] { value(0x04, bytes) }
    static func bits(_ bytes: [UInt8]) -> [UInt8] { value(0x03, [0] + bytes) }
    static func text(_ text: String) -> [UInt8] { value(0x0C, Array(text.utf8)) }
    static func boolean(_ flag: Bool) -> [UInt8] { value(0x01, [flag ? 0xFF : 0]) }
    /// An element that is known by its place, not by its type.
    static func tagged(_ number: UInt8, _ contents: [UInt8], isConstructed: Bool = false) -> [UInt8] {
        value((isConstructed ? 0xA0 : 0x80) | number, contents)
    }

    /// A whole number above zero, most significant byte first.
    static func positive(_ bytes: [UInt8]) -> [UInt8] {
        let trimmed = Array(bytes.drop { $0 == 0 })
        return value(0x02, trimmed.first.map { $0 < 0x80 } ?? false ? trimmed : [0] + trimmed)
    }

    static func object(_ numbers: UInt...) -> [UInt8] {
        let body = [numbers[0] * 40 + numbers[1]] + numbers.dropFirst(2)
        return value(0x06, body.flatMap(base128))
    }

    private static func base128(_ number: UInt) -> [UInt8] {
        var groups = [UInt8(number & 0x7F)]
        var rest = number >> 7
        while rest > 0 {
            groups.insert(UInt8(rest & 0x7F) | 0x80, at: 0)
            rest >>= 7
        }
        return groups
    }

    private static func length(_ count: Int) -> [UInt8] {
        guard count >= 0x80 else { return [UInt8(count)] }
        let bytes = withUnsafeBytes(of: count.bigEndian, Array.init).drop { $0 == 0 }
        return [0x80 | UInt8(bytes.count)] + bytes
    }
}
