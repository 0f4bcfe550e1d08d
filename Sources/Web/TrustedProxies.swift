package import HTTPTypes

/// The reverse proxies whose word about the browser is believed. **Nobody else's headers count.**
package struct TrustedProxies: Sendable {
    private let ranges: [AddressRange]

    package init(_ ranges: [AddressRange]) {
        self.ranges = ranges
    }

    package static let none = TrustedProxies([])

    /// What is known about the browser's end of the connection.
    package struct Client: Sendable, Equatable {
        /// Nil when the connection came over a Unix domain socket.
        package var address: IPAddress?
        /// Whether a trusted proxy says the browser speaks TLS with it.
        package var isEncrypted = false
        /// Whether anybody claims to have forwarded the request, trusted or not.
        package var isForwarded = false
    }

    /// Looks through trusted proxies, from the nearest outwards, and stops at the first address that is not one of them.
    package func client(of fields: HTTPFields, from peer: IPAddress?) -> Client {
        let hops = fields[values: .forwardedFor].flatMap { $0.split(separator: ",") }
        var client = Client(address: peer, isForwarded: !hops.isEmpty || fields.contains(.forwarded) || fields.contains(.via))
        guard let peer, trusts(peer) else { return client }
        client.isEncrypted = fields[.forwardedProtocol]?.lowercased() == "https"
        for hop in hops.reversed() {
            guard let address = IPAddress(String(hop.filter { $0 != " " })) else { break }
            client.address = address
            if !trusts(address) { break }
        }
        return client
    }

    private func trusts(_ address: IPAddress) -> Bool {
        ranges.contains { $0.contains(address) }
    }
}
