/// An address on this server to which a browser may be sent on: a path with its query, never another host.
package struct LocalPath: Hashable, Sendable, CustomStringConvertible {
    /// Longer ones are not carried along.
    package static let limit = 2000

    package let description: String

    /// Nil when a browser could take the text for anything but a path here.
    ///
    /// Browsers read `\` as `/` and drop tabs and line ends (WHATWG URL), so `/\evil.example` and `/<tab>/evil.example` lead away.
    package init?(_ text: String) {
        guard text.utf8.first == UInt8(ascii: "/"), text.utf8.count <= Self.limit else { return nil }
        guard text.utf8.dropFirst().first != UInt8(ascii: "/") else { return nil }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }) else { return nil }
        description = text
    }

    /// The path a person asked for, or the first page.
    package init(orHome text: String?) {
        self = text.flatMap(LocalPath.init) ?? .home
    }

    package static let home = LocalPath(trusted: "/")
    package static let signIn = LocalPath(trusted: "/sign-in")
    package static let changePassword = LocalPath(trusted: "/settings/security")

    /// Where a person says how they prove that it is them; the page leads back afterwards.
    package static func security(backTo path: String, saying done: String? = nil) -> LocalPath {
        var query = done.map { ["done=\($0)"] } ?? []
        if let back = LocalPath(path), back != .home { query.append("return=\(back.escaped)") }
        return query.isEmpty ? .changePassword : LocalPath("\(changePassword)?\(query.joined(separator: "&"))") ?? .changePassword
    }

    /// Where the second factor is asked for; the page leads back afterwards.
    package static func secondFactor(backTo path: String) -> LocalPath {
        guard let back = LocalPath(path), back != .home else { return LocalPath(trusted: "/sign-in/second-factor") }
        return LocalPath("/sign-in/second-factor?return=\(back.escaped)") ?? .secondFactor(backTo: "")
    }

    private init(trusted: String) {
        description = trusted
    }

    /// As a value in a query.
    package var escaped: String { Self.escape(description) }

    /// Percent-encodes everything but unreserved characters (RFC 3986 §2.3).
    package static func escape(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if SentCookies.isOurs(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "~") {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
