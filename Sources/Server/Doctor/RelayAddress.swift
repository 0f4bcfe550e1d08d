/// A relay as `turn.urls` names it (RFC 7065): `turn:host:port?transport=udp`.
struct RelayAddress: Equatable, Sendable {
    let host: String
    let port: Int
    let isEncrypted: Bool

    init?(_ url: String) {
        let parts = url.split(separator: "?", maxSplits: 1)[0].split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, ["turn", "turns", "stun"].contains(parts[0]), !parts[1].isEmpty else { return nil }
        isEncrypted = parts[0] == "turns"
        let usual = isEncrypted ? 5349 : 3478
        if parts[1].hasPrefix("["), let end = parts[1].firstIndex(of: "]") {
            host = String(parts[1][parts[1].index(after: parts[1].startIndex)..<end])
            port = Int(parts[1][end...].dropFirst(2)) ?? usual
        } else {
            let names = parts[1].split(separator: ":")
            host = String(names[0])
            port = names.count > 1 ? Int(names[1]) ?? usual : usual
        }
    }
}
