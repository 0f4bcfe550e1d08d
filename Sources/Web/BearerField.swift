package import HTTPTypes

/// The token of a request that carries one (RFC 6750 §2.1). A browser cannot set the field on a socket, so there it comes
/// as a subprotocol beside the one that is spoken (RFC 6455 §4.1): `sotto, bearer.<token>`.
///
/// No browser sends either by itself, which is why a request with a token needs no other proof of where it came from.
package enum BearerField {
    /// The subprotocol that is spoken on `/live`.
    package static let subprotocol = "sotto"
    static let shortest = 20
    static let longest = 200

    package static func token(in fields: HTTPFields) -> String? {
        if let field = fields[.authorization] {
            let parts = field.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
            return checked(parts[1])
        }
        for part in (fields[.secWebSocketProtocol] ?? "").split(separator: ",") {
            let name = part.drop { $0 == " " }
            if name.hasPrefix("bearer.") { return checked(name.dropFirst(7).prefix { $0 != " " }) }
        }
        return nil
    }

    private static func checked(_ text: Substring) -> String? {
        guard (shortest...longest).contains(text.utf8.count), text.utf8.allSatisfy({ SentCookies.isOurs($0) || $0 == 0x2E }) else {
            return nil
        }
        return String(text)
    }
}
