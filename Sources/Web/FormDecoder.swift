package import Hummingbird

/// Decodes `application/x-www-form-urlencoded` (WHATWG URL §5.1), strictly: what no browser writes is refused, not guessed at.
package enum FormDecoder {
    /// More pairs than this are refused.
    static let limit = 256

    /// The names and values in their order.
    package static func pairs(_ body: [UInt8]) throws(Problem) -> [(String, String)] {
        var pairs: [(String, String)] = []
        for pair in body.split(separator: UInt8(ascii: "&")) {
            guard pairs.count < limit, let separator = pair.firstIndex(of: UInt8(ascii: "=")) else { throw .malformed }
            pairs.append((try decode(pair[..<separator]), try decode(pair[pair.index(after: separator)...])))
        }
        return pairs
    }

    /// Bytes as text. Throws when they are not UTF-8 or contain NUL.
    static func text(_ bytes: [UInt8]) throws(Problem) -> String {
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else { throw .malformed }
        return text
    }

    private static func decode(_ escaped: ArraySlice<UInt8>) throws(Problem) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(escaped.count)
        var rest = escaped
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { throw .malformed }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return try text(bytes)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension Request {
    /// The values of the query, strictly decoded; the last of several with one name. Throws `Problem.malformed`.
    package func query() throws(Problem) -> [String: String] {
        guard let query = uri.query else { return [:] }
        return Dictionary(try FormDecoder.pairs(Array(query.utf8)), uniquingKeysWith: { $1 })
    }
}
