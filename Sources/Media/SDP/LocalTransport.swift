/// What our descriptions say of this end of a transport.
package struct LocalTransport: Sendable {
    package let credentials: ICECredentials
    /// `sha-256 AB:…`
    package let fingerprint: String
    /// Where browsers reach us by UDP, the best first.
    package let addresses: [TransportAddress]
    /// Where they reach us by TCP, on networks that let nothing else pass (RFC 6544).
    package let streamAddresses: [TransportAddress]
    /// Which description of which connection it is (RFC 8866 §5.2).
    package let version: SessionVersion

    package init(
        credentials: ICECredentials, fingerprint: String, addresses: [TransportAddress], streamAddresses: [TransportAddress] = [],
        version: SessionVersion
    ) {
        self.credentials = credentials
        self.fingerprint = fingerprint
        self.addresses = addresses
        self.streamAddresses = streamAddresses
        self.version = version
    }

    /// The lines at the head of a description (RFC 8866 §5, RFC 8839 §5.3, RFC 9143 §5).
    func head(bundling mids: [String], mixingExtensions: Bool = false) -> String {
        """
        v=0\r
        o=- \(version.session >> 1) \(version.number) IN IP4 0.0.0.0\r
        s=-\r
        t=0 0\r
        a=group:BUNDLE\(mids.map { " " + $0 }.joined())\r
        a=ice-lite\r
        a=msid-semantic: WMS *\r\n
        """ + (mixingExtensions ? "a=extmap-allow-mixed\r\n" : "")
    }

    /// The lines in each section: what RFC 8829 §5.2.1 repeats, and the candidates (RFC 8839 §5.1).
    func lines(setup: String) -> String {
        var text = """
            c=IN IP4 0.0.0.0\r
            a=rtcp:9 IN IP4 0.0.0.0\r
            a=ice-ufrag:\(credentials.fragment)\r
            a=ice-pwd:\(credentials.password)\r
            a=fingerprint:\(fingerprint)\r
            a=setup:\(setup)\r
            a=rtcp-mux\r
            a=rtcp-rsize\r\n
            """
        for (place, address) in addresses.enumerated() {
            // RFC 8445 §5.1.2.1 with the type preference of a host.
            let priority = 126 << 24 | (65_535 - min(place, 65_535)) << 8 | 255
            text += "a=candidate:\(place + 1) 1 udp \(priority) \(address.text) \(address.port) typ host\r\n"
        }
        for (place, address) in streamAddresses.enumerated() {
            // RFC 6544 §4.2: below every way by UDP, with the direction preference of a passive host.
            let priority = 90 << 24 | (4 << 13 | 8191 - min(place, 8191)) << 8 | 255
            let foundation = addresses.count + place + 1
            text += "a=candidate:\(foundation) 1 tcp \(priority) \(address.text) \(address.port) typ host tcptype passive\r\n"
        }
        return text + "a=end-of-candidates\r\n"
    }
}

/// The descriptions of one connection bear one number, and count up.
package struct SessionVersion: Sendable {
    let session: UInt64
    private(set) var number: UInt32 = 1

    package init(session: UInt64) {
        self.session = session
    }

    mutating func next() { number &+= 1 }
}

extension TransportAddress {
    /// The address without its port, **for descriptions alone**.
    var text: String {
        if let ipv4 { return (0..<4).map { String(ipv4 >> (24 - 8 * UInt32($0)) & 0xFF) }.joined(separator: ".") }
        return [high, low].flatMap { half in (0..<4).map { String(half >> (48 - 16 * UInt64($0)) & 0xFFFF, radix: 16) } }.joined(
            separator: ":")
    }
}
