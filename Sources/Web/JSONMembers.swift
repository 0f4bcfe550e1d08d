/// The members of a JSON object, each in the very words it came in: for what is handed on without being understood,
/// and for looking at one member without reading the rest.
///
/// **They are valid JSON** (RFC 8259), or they do not exist: whoever gets one can read it. Strings are valid UTF-8 if the text they
/// came in was. Of members of one name the last counts.
package struct JSONMembers: Sendable {
    /// Values inside values that are still read: more than any page sends, and little enough for a stack.
    static let deepest = 32

    /// The whole object.
    package let bytes: [UInt8]
    private let places: [(name: Range<Int>, value: Range<Int>)]

    /// Nil for anything but one whole object.
    package init?(_ json: some Sequence<UInt8>) {
        bytes = Array(json)
        var scanner = JSONScanner(bytes)
        var places: [(name: Range<Int>, value: Range<Int>)] = []
        guard scanner.object(deep: 0, member: { places.append(($0, $1)) }), scanner.isAtEnd else { return nil }
        self.places = places
    }

    /// The value of the member of that name.
    package subscript(name: StaticString) -> JSONText? {
        let place = places.last { place in
            place.name.count == name.utf8CodeUnitCount + 2
                && bytes[place.name].dropFirst().dropLast().elementsEqual(
                    UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        }
        return place.map { JSONText(bytes: Array(bytes[$0.value])) }
    }
}

/// A JSON value in the very words it came in.
package struct JSONText: Equatable, Sendable {
    package let bytes: [UInt8]

    fileprivate init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// What a string without any escape says: a name, an id. Nil for everything else.
    package var plainString: String? {
        guard bytes.first == UInt8(ascii: "\""), !bytes.contains(UInt8(ascii: "\\")) else { return nil }
        return String(validating: bytes.dropFirst().dropLast(), as: UTF8.self)
    }
}

/// Goes over JSON once and says whether it is valid.
struct JSONScanner {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether nothing but space is left.
    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return place == bytes.count
        }
    }

    /// Goes over an object; `member` gets where each name, with its quotes, and each value stand.
    mutating func object(deep: Int, member: (Range<Int>, Range<Int>) -> Void) -> Bool {
        skipSpace()
        guard deep < JSONMembers.deepest, take("{") else { return false }
        skipSpace()
        if take("}") { return true }
        repeat {
            skipSpace()
            let name = place
            guard string() else { return false }
            let nameEnd = place
            skipSpace()
            guard take(":") else { return false }
            skipSpace()
            let start = place
            guard value(deep: deep + 1) else { return false }
            member(name..<nameEnd, start..<place)
            skipSpace()
        } while take(",")
        return take("}")
    }

    private mutating func value(deep: Int) -> Bool {
        switch next {
        case UInt8(ascii: "{"): object(deep: deep) { _, _ in }
        case UInt8(ascii: "["): array(deep: deep)
        case UInt8(ascii: "\""): string()
        case UInt8(ascii: "t"): word("true")
        case UInt8(ascii: "f"): word("false")
        case UInt8(ascii: "n"): word("null")
        default: number()
        }
    }

    private mutating func array(deep: Int) -> Bool {
        guard deep < JSONMembers.deepest, take("[") else { return false }
        skipSpace()
        if take("]") { return true }
        repeat {
            skipSpace()
            guard value(deep: deep + 1) else { return false }
            skipSpace()
        } while take(",")
        return take("]")
    }

    // §7: control characters are escaped, and only these escapes exist.
    private mutating func string() -> Bool {
        guard take("\"") else { return false }
        while let byte = next {
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return true
            case UInt8(ascii: "\\"): guard escape() else { return false }
            case 0..<0x20: return false
            default: break
            }
        }
        return false
    }

    private mutating func escape() -> Bool {
        guard let byte = next else { return false }
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            return true
        case UInt8(ascii: "u"):
            for _ in 0..<4 {
                guard let digit = next, Character(UnicodeScalar(digit)).isHexDigit else { return false }
                place += 1
            }
            return true
        default: return false
        }
    }

    // §6: no leading zeros, and digits on both sides of what divides them.
    private mutating func number() -> Bool {
        _ = take("-")
        if !take("0") {
            guard digits() else { return false }
        }
        if take(".") {
            guard digits() else { return false }
        }
        if take("e") || take("E") {
            _ = take("+") || take("-")
            guard digits() else { return false }
        }
        return true
    }

    private mutating func digits() -> Bool {
        let start = place
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { place += 1 }
        return place > start
    }

    private mutating func word(_ word: StaticString) -> Bool {
        for index in 0..<word.utf8CodeUnitCount {
            guard next == word.utf8Start[index] else { return false }
            place += 1
        }
        return true
    }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
    }
}
