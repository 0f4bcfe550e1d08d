package import NIOCore

#if canImport(Glibc)
    import Glibc
#endif

/// An Internet address of either version; version 4 is kept as `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2).
package struct IPAddress: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    /// Reads the usual text form, with or without brackets and port. Nil for anything else.
    package init?(_ text: some StringProtocol) {
        let bare = Self.withoutPort(String(text))
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, bare, &four) == 1 {
            self.init(four: UInt32(bigEndian: four.s_addr))
        } else if inet_pton(AF_INET6, bare, &six) == 1 {
            self.init(bytes: withUnsafeBytes(of: six, Array.init))
        } else {
            return nil
        }
    }

    /// The address of a socket's other end; nil for a Unix domain socket.
    package init?(_ address: SocketAddress) {
        switch address {
        case .v4(let four): self.init(four: UInt32(bigEndian: four.address.sin_addr.s_addr))
        case .v6(let six): self.init(bytes: withUnsafeBytes(of: six.address.sin6_addr, Array.init))
        case .unixDomainSocket: return nil
        }
    }

    private init(four: UInt32) {
        high = 0
        low = 0xFFFF_0000_0000 | UInt64(four)
    }

    private init(bytes: [UInt8]) {
        high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    package var isVersion4: Bool { high == 0 && low >> 32 == 0xFFFF }

    package var isLoopback: Bool { isVersion4 ? low >> 24 & 0xFF == 127 : high == 0 && low == 1 }

    /// What limits count: the address itself, or the 64-bit network of a version 6 address, since one household has all of it.
    package var household: String {
        if isVersion4 { return [24, 16, 8, 0].map { String(low >> UInt64($0) & 0xFF) }.joined(separator: ".") }
        return [48, 32, 16, 0].map { String(high >> UInt64($0) & 0xFFFF, radix: 16) }.joined(separator: ":") + "::/64"
    }

    private static func withoutPort(_ text: String) -> String {
        if text.first == "[", let end = text.firstIndex(of: "]") { return String(text[text.index(after: text.startIndex)..<end]) }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? String(parts[0]) : text
    }
}

/// A block of addresses in CIDR form: `10.0.0.0/8`, `fd00::/8`, or one address.
package struct AddressRange: Hashable, Sendable {
    private let base: IPAddress
    /// Leading bits that must agree, of 128.
    private let length: Int

    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, let base = IPAddress(first), parts.count <= 2 else { return nil }
        let width = base.isVersion4 ? 32 : 128
        guard let length = parts.count == 2 ? Int(parts[1]) : width, (0...width).contains(length) else { return nil }
        self.base = base
        self.length = length + 128 - width
    }

    package func contains(_ address: IPAddress) -> Bool {
        Self.mask(length) & (address.high ^ base.high) == 0 && Self.mask(length - 64) & (address.low ^ base.low) == 0
    }

    private static func mask(_ bits: Int) -> UInt64 {
        bits <= 0 ? 0 : bits >= 64 ? .max : ~(.max >> UInt64(bits))
    }
}
