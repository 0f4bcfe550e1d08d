import Crypto
import Foundation
package import Vocabulary

/// The relay (TURN, RFC 8656) this server offers: an operator's own, never a stranger's.
package struct Relay: Sendable {
    /// `turn:` and `turns:` addresses.
    package let urls: [String]
    private let secret: Redacted<String>

    /// How long credentials are good for: a call that lasts longer asks again when it reconnects.
    private let lifetime: Duration

    package init(urls: [String], secret: String, lifetime: Duration) {
        self.urls = urls
        self.lifetime = lifetime
        self.secret = Redacted(secret)
    }

    /// Short-lived credentials, made by the shared secret alone (the "TURN REST API" form that coturn's `use-auth-secret` checks):
    /// the user name is the moment they end and a random word, never the person.
    package func server(at now: Timestamp) -> IceServer {
        let end = (now + lifetime).milliseconds / 1000
        let username = "\(end):\(ID<Relay>(at: now).description.suffix(10))"
        let code = HMAC<Insecure.SHA1>.authenticationCode(for: Array(username.utf8), using: SymmetricKey(data: Array(secret.value.utf8)))
        return IceServer(urls: urls, username: username, credential: Data(code).base64EncodedString())
    }
}

/// One entry of `RTCConfiguration.iceServers`.
package struct IceServer: Encodable, Sendable, Equatable {
    package let urls: [String]
    package let username: String
    package let credential: String
}
