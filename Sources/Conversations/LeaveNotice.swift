/// Where a link in something that a person wrote leads to (C16). Made only of an address that browsers read as it is written.
package struct LeaveNotice: Hashable, Sendable {
    /// Longer ones are not shown.
    static let longest = 2000

    /// The whole address.
    package let address: String
    /// The host as it goes over the wire: letters that look like others cannot hide in it.
    package let host: String
    package let isEncrypted: Bool

    /// Nil for what is no address of another site, or could be read as one that it is not: other schemes, a name before the host,
    /// characters that browsers drop or turn around (WHATWG URL).
    package init?(_ text: String) {
        guard text.utf8.count <= Self.longest, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }) else {
            return nil
        }
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, ["http", "https"].contains(parts[0].lowercased()) else { return nil }
        let authority = parts[1].prefix { !"/?#".contains($0) }
        guard !authority.isEmpty, authority.utf8.allSatisfy(Self.isOfHost) else { return nil }
        guard authority.first != ":", authority.first != "." else { return nil }
        address = text
        host = authority.lowercased()
        isEncrypted = parts[0].lowercased() == "https"
    }

    /// Letters, digits, and what stands between and around them in a host with a port (RFC 3986 §3.2.2). No `@`, no `%`.
    private static func isOfHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
