package import HTTPTypes

/// The cookies of one request (RFC 6265 §5.4). Only values that this server could have set are kept.
package struct SentCookies: Sendable, Equatable {
    /// More pairs than this are not looked at: this server sets three.
    static let limit = 64

    private var values: [String: String] = [:]

    /// Reads every `Cookie` field of the request.
    package init(_ fields: HTTPFields) {
        self.init(fields[values: .cookie])
    }

    /// Reads the values of `Cookie` fields. Of two with one name the first counts, which is the one set for the longer path.
    package init(_ headers: [String]) {
        for pair in headers.lazy.flatMap({ $0.utf8.split(separator: UInt8(ascii: ";")) }).prefix(Self.limit) {
            guard let separator = pair.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = pair[..<separator].drop { $0 == UInt8(ascii: " ") }
            let value = pair[pair.index(after: separator)...]
            guard !value.isEmpty, value.allSatisfy(Self.isOurs), let name = String(name), values[name] == nil else { continue }
            values[name] = String(value)
        }
    }

    package subscript(declaration: CookieDeclaration) -> String? { values[declaration.name] }

    /// Letters, digits, `-` and `_`.
    package static func isOurs(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
    }
}
