import NIOCore

/// Networks as operators write them: `192.0.2.7`, `10.0.0.0/8`, `2001:db8::/32`.
enum Network {
    static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = try? SocketAddress(ipAddress: String(parts[0]), port: 0) else { return false }
        guard parts.count == 2 else { return true }
        guard let bits = Int(parts[1]) else { return false }
        return (0...(address.protocol == .inet ? 32 : 128)).contains(bits)
    }

    /// Whether only programs on this machine can reach the address.
    static func isLoopback(_ address: String) -> Bool {
        address == "localhost" || address == "::1" || (address.hasPrefix("127.") && isValid(address))
    }
}
