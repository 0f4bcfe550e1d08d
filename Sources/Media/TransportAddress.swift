/// An address and a port. Addresses are personal data, so it cannot be printed.
package struct TransportAddress: Hashable, Sendable {
    /// The 16 bytes of an IPv6 address as two numbers; an IPv4 address is written as RFC 4291 §2.5.5.2 maps it.
    package let high: UInt64
    package let low: UInt64
    package let port: UInt16

    package init(ipv6 high: UInt64, _ low: UInt64, port: UInt16) {
        self.high = high
        self.low = low
        self.port = port
    }

    package init(ipv4 address: UInt32, port: UInt16) {
        self.init(ipv6: 0, Self.mappedPrefix << 32 | UInt64(address), port: port)
    }

    /// The IPv4 address, of one that is; a socket for both families names it in its mapped form.
    package var ipv4: UInt32? {
        high == 0 && low >> 32 == Self.mappedPrefix ? UInt32(truncatingIfNeeded: low) : nil
    }

    private static let mappedPrefix: UInt64 = 0xFFFF
}

extension TransportAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "•" }
    package var debugDescription: String { "•" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// How two sides reach each other: what RFC 8445 calls a pair and others a 5-tuple.
package struct Path: Hashable, Sendable {
    package enum Carrier: Hashable, Sendable { case udp, tcp }

    package let carrier: Carrier
    package let local: TransportAddress
    package let remote: TransportAddress

    package init(_ carrier: Carrier, local: TransportAddress, remote: TransportAddress) {
        self.carrier = carrier
        self.local = local
        self.remote = remote
    }
}
