/// A value of the part of CBOR (RFC 8949) that authenticators write: CTAP2 canonical form, definite lengths only.
indirect enum CBOR: Equatable, Sendable {
    case unsigned(UInt64)
    /// −1 − n.
    case negative(UInt64)
    case bytes([UInt8])
    case text(String)
    case array([CBOR])
    case map([(key: CBOR, value: CBOR)])
    case bool(Bool)
    case null

    /// The value under a text key, or nil.
    subscript(_ key: String) -> CBOR? { value { $0 == .text(key) } }

    /// The value under a whole-number key, or nil.
    subscript(_ key: Int) -> CBOR? {
        value { $0 == (key >= 0 ? .unsigned(UInt64(key)) : .negative(UInt64(-1 - key))) }
    }

    private func value(where matches: (CBOR) -> Bool) -> CBOR? {
        guard case .map(let pairs) = self else { return nil }
        return pairs.first { matches($0.key) }?.value
    }

    /// The whole number, where it fits.
    var integer: Int? {
        switch self {
        case .unsigned(let value): Int(exactly: value)
        case .negative(let value): Int(exactly: value).map { -1 - $0 }
        default: nil
        }
    }

    var byteString: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }

    static func == (left: CBOR, right: CBOR) -> Bool {
        switch (left, right) {
        case (.unsigned(let one), .unsigned(let other)), (.negative(let one), .negative(let other)): one == other
        case (.bytes(let one), .bytes(let other)): one == other
        case (.text(let one), .text(let other)): one == other
        case (.array(let one), .array(let other)): one == other
        case (.map(let one), .map(let other)):
            one.count == other.count && zip(one, other).allSatisfy { $0.key == $1.key && $0.value == $1.value }
        case (.bool(let one), .bool(let other)): one == other
        case (.null, .null): true
        default: false
        }
    }
}

/// Reads CBOR from bytes that a stranger sent. **Never reads past the end,
/// never goes deeper than `deepest`, never makes more than `most` values.**
struct CBORReader {
    enum Failure: Error, Equatable {
        case truncated, tooDeep, tooMany, unsupported, notUTF8, duplicateKey, notShortest
    }

    /// An attestation object nests three levels.
    static let deepest = 6
    /// A certificate chain in an attestation has a dozen values.
    static let most = 256

    private let input: ArraySlice<UInt8>
    /// Where the next value begins, counted from the first byte given.
    private(set) var offset = 0
    private var values = 0

    init(_ bytes: some Collection<UInt8>) {
        input = ArraySlice(Array(bytes))
    }

    /// The single value that these bytes are.
    static func read(_ bytes: some Collection<UInt8>) throws(Failure) -> CBOR {
        var reader = CBORReader(bytes)
        let value = try reader.next()
        guard reader.offset == reader.input.count else { throw .unsupported }
        return value
    }

    /// The next value; what follows it is left alone.
    mutating func next(depth: Int = 0) throws(Failure) -> CBOR {
        guard depth < Self.deepest else { throw .tooDeep }
        values += 1
        guard values <= Self.most else { throw .tooMany }
        let head = try byte()
        let argument = head & 0x1F
        switch head >> 5 {
        case 0: return .unsigned(try length(argument))
        case 1: return .negative(try length(argument))
        case 2: return .bytes(try take(argument))
        case 3: return .text(try text(argument))
        case 4: return .array(try array(argument, depth: depth))
        case 5: return .map(try map(argument, depth: depth))
        case 7: return try simple(argument)
        default: throw .unsupported
        }
    }

    private mutating func byte() throws(Failure) -> UInt8 {
        guard offset < input.count else { throw .truncated }
        defer { offset += 1 }
        return input[offset]
    }

    /// RFC 8949 §3: the argument of a head, in its shortest form (CTAP2 §8).
    private mutating func length(_ argument: UInt8) throws(Failure) -> UInt64 {
        guard argument >= 24 else { return UInt64(argument) }
        guard argument <= 27 else { throw .unsupported }
        let width = 1 << (argument - 24)
        var value: UInt64 = 0
        for _ in 0..<width { value = value << 8 | UInt64(try byte()) }
        let least: UInt64 = width == 1 ? 24 : 1 << (UInt64(width) * 4)
        guard value >= least else { throw .notShortest }
        return value
    }

    private mutating func take(_ argument: UInt8) throws(Failure) -> [UInt8] {
        let count = try length(argument)
        guard count <= UInt64(input.count - offset) else { throw .truncated }
        defer { offset += Int(count) }
        return Array(input[offset..<offset + Int(count)])
    }

    private mutating func text(_ argument: UInt8) throws(Failure) -> String {
        guard let text = String(validating: try take(argument), as: UTF8.self) else { throw .notUTF8 }
        return text
    }

    private mutating func array(_ argument: UInt8, depth: Int) throws(Failure) -> [CBOR] {
        let count = try length(argument)
        guard count <= UInt64(Self.most) else { throw .tooMany }
        var items: [CBOR] = []
        for _ in 0..<count { items.append(try next(depth: depth + 1)) }
        return items
    }

    private mutating func map(_ argument: UInt8, depth: Int) throws(Failure) -> [(key: CBOR, value: CBOR)] {
        let count = try length(argument)
        guard count <= UInt64(Self.most) else { throw .tooMany }
        var pairs: [(key: CBOR, value: CBOR)] = []
        for _ in 0..<count {
            let key = try next(depth: depth + 1)
            guard !pairs.contains(where: { $0.key == key }) else { throw .duplicateKey }
            pairs.append((key, try next(depth: depth + 1)))
        }
        return pairs
    }

    private func simple(_ argument: UInt8) throws(Failure) -> CBOR {
        switch argument {
        case 20: .bool(false)
        case 21: .bool(true)
        case 22: .null
        default: throw .unsupported
        }
    }
}
