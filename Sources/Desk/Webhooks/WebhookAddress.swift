import Foundation
import Web

#if canImport(Glibc)
    import Glibc
#endif

/// Where a webhook's requests go: an address that was looked up and found to be a public one, **and no other**.
///
/// The connection is made to that very address, so that a name which resolves to another one a moment later leads nowhere
/// (DNS rebinding), and no redirect is followed.
struct WebhookAddress: Sendable, Equatable {
    let url: String
    /// As curl's `CURLOPT_CONNECT_TO` wants it: whatever the address says, this is connected to.
    let connectTo: String

    enum Refusal: String, Error {
        case malformed = "not an address for a webhook"
        case notEncrypted = "not https"
        case unknownHost = "no such host"
        case privateHost = "not a public address"
    }

    /// Networks that are not the Internet: this machine, its neighbours, and what only looks like an address elsewhere.
    static let closed = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        // Version 6 but 2000::/3, and of that what carries an address of version 4 or belongs to nobody.
        "::/3", "4000::/2", "8000::/1", "2001::/32", "2001:db8::/32", "2002::/16",
    ].compactMap(AddressRange.init)

    static func isPublic(_ address: IPAddress) -> Bool {
        // Version 4 is kept inside ::/3.
        !closed.contains { range in range.contains(address) && !(address.isVersion4 && range == AddressRange("::/3")) }
    }

    /// - Parameter hosts: names that may be private and unencrypted.
    static func check(_ url: String, allowing hosts: Set<String>) throws(Refusal) -> (host: String, port: Int) {
        guard url.utf8.count <= Webhook.longestURL, url.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x5C }),
            let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(), let host = parts.host, !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.fragment == nil, (1...65535).contains(parts.port ?? 443)
        else { throw .malformed }
        guard scheme == "https" || (scheme == "http" && hosts.contains(host.lowercased())) else {
            throw scheme == "http" ? .notEncrypted : .malformed
        }
        return (host.lowercased(), parts.port ?? (scheme == "https" ? 443 : 80))
    }

    /// Looks the host up, and refuses it when any of its addresses is not public. Waits for the resolver: not for an event loop.
    init(resolving url: String, allowing hosts: Set<String>, lookUp: (String) -> [String] = WebhookAddress.lookUp) throws(Refusal) {
        let (host, port) = try Self.check(url, allowing: hosts)
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        let found = lookUp(bare)
        guard let first = found.first else { throw .unknownHost }
        if !hosts.contains(host) {
            guard found.allSatisfy({ IPAddress($0).map(Self.isPublic) ?? false }) else { throw .privateHost }
        }
        self.url = url
        connectTo = "::" + (first.contains(":") ? "[\(first)]" : first) + ":\(port)"
    }

    /// Every address of a host, in figures.
    static func lookUp(_ host: String) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var (found, next): ([String], UnsafeMutablePointer<addrinfo>?) = ([], list)
        while let info = next {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            if getnameinfo(info.pointee.ai_addr, info.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 {
                found.append(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
            }
            next = info.pointee.ai_next
        }
        return found
    }
}
