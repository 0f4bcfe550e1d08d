import Foundation
package import Vocabulary

/// The operator's mail server, as `mail.url` names it.
package struct MailServer: Sendable {
    /// How the connection comes to be encrypted. There is no third way (C57, VEL-41).
    package enum Security: Sendable {
        /// `smtp://`: plain greeting, then STARTTLS (RFC 3207), or nothing at all is sent.
        case startTLS
        /// `smtps://`: TLS from the first byte (RFC 8314 §3.3).
        case implicit
    }

    package let host: String
    package let port: Int
    package let security: Security
    let user: Redacted<String>?
    let password: Redacted<String>?
    /// A PEM file with further authorities, besides the system's.
    let authority: String?

    /// Nil when the text is not `smtp://` or `smtps://` with a host, and optionally user, password and port.
    package init?(_ url: String, authority: String? = nil) {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty, parts.path.isEmpty || parts.path == "/",
            parts.query == nil, parts.fragment == nil
        else { return nil }
        switch parts.scheme {
        case "smtp": security = .startTLS
        case "smtps": security = .implicit
        default: return nil
        }
        self.host = host
        port = parts.port ?? (security == .implicit ? 465 : 587)
        user = parts.user.flatMap { $0.isEmpty ? nil : Redacted($0) }
        password = parts.password.map(Redacted.init)
        self.authority = authority
    }

    /// What curl is given. The path is the name we greet with (EHLO).
    func address(greetingAs name: String) -> String {
        let scheme = security == .implicit ? "smtps" : "smtp"
        return "\(scheme)://\(host):\(port)/\(name)"
    }
}
