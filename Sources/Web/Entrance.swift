package import HTTPTypes
package import NIOCore
package import Vocabulary

/// Tells who is at the door, the same for a page and for the live link.
package struct Entrance: Sendable {
    private let proxies: TrustedProxies
    private let authenticators: [any Authenticator]
    package let origins: OriginGuard
    package let limits: RateLimits

    package init(proxies: TrustedProxies, origins: OriginGuard, limits: RateLimits, authenticators: [any Authenticator]) {
        self.proxies = proxies
        self.origins = origins
        self.limits = limits
        self.authenticators = authenticators
    }

    /// The browser's end of the connection, after trusted proxies were looked through.
    package func client(of fields: HTTPFields, from peer: SocketAddress?) -> TrustedProxies.Client {
        proxies.client(of: fields, from: peer.flatMap(IPAddress.init))
    }

    /// Who sent the request: the first that an authenticator knows, else a stranger.
    ///
    /// **Who bears a token is nobody else**: cookies that came with it are not looked at.
    package func principal(of fields: HTTPFields) async throws -> Principal {
        if let token = BearerField.token(in: fields) {
            for authenticator in authenticators {
                if let principal = try await authenticator.principal(bearing: token) { return principal }
            }
            return .stranger
        }
        let cookies = SentCookies(fields)
        for authenticator in authenticators {
            if let principal = try await authenticator.principal(for: cookies) { return principal }
        }
        return .stranger
    }

    /// The language of the answer: the person's choice, else the browser's wish.
    package func language(of fields: HTTPFields) -> Language {
        LanguageChoice.language(of: fields)
    }
}

extension TrustedProxies.Client {
    /// The name under which limits count this client.
    package var household: Redacted<String> { Redacted(address?.household ?? "local") }
}
