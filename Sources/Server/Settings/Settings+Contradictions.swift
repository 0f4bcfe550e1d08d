import Foundation
import Vocabulary

extension Settings {
    /// What is wrong with settings that are each well-formed.
    var contradictions: [String] {
        network + storage + outbound
    }

    /// Whether this process speaks TLS itself.
    package var speaksTLS: Bool { self.tlsSelfSigned || !self.tlsCertificate.isEmpty }

    private var network: [String] {
        var lines: [String] = []
        if self.tlsCertificate.isEmpty != self.tlsKey.isEmpty {
            lines.append("tls.certificate and tls.key belong together: give both files or none.")
        }
        if self.tlsSelfSigned && !self.tlsCertificate.isEmpty {
            lines.append("tls.selfSigned makes a certificate, tls.certificate brings one: choose one of them.")
        }
        if !speaksTLS && !Network.isLoopback(self.address) && self.trustedProxies.isEmpty {
            lines.append(
                "address: \(self.address) can be reached from other machines, which needs encryption (C57): give tls.certificate and tls.key, "
                    + "or tls.selfSigned, or name the proxy that does it in trustedProxies.")
        }
        if !self.origin.isEmpty, let mistake = Self.mistake(inOrigin: self.origin) { lines.append("origin: \(mistake)") }
        if speaksTLS && self.origin.hasPrefix("http://") { lines.append("origin: this server speaks TLS, so it begins with https://.") }
        return lines
    }

    private static func mistake(inOrigin origin: String) -> String? {
        guard let url = URLComponents(string: origin), let host = url.host, !host.isEmpty else { return "\"\(origin)\" has no host." }
        guard url.path.isEmpty, url.query == nil, url.fragment == nil, url.user == nil else {
            return "\"\(origin)\" must end after the host and port, without a slash."
        }
        // Browsers treat localhost as safe; anywhere else camera, microphone and cookies need https.
        guard url.scheme == "https" || Network.isLoopback(host) else {
            return "\"\(origin)\" must begin with https://; http is for localhost only."
        }
        return nil
    }

    private var storage: [String] {
        var lines: [String] = []
        if !self.databaseURL.isEmpty && self.databaseURL == self.keysURL {
            lines.append("keys.url must be another database than database.url, so that a copy of the data does not hold its keys (C58).")
        }
        if !self.keysURL.isEmpty && self.databaseURL.isEmpty {
            lines.append("keys.url without database.url: the data would be on this machine and its keys elsewhere. Give both or neither.")
        }
        if !self.natsURL.isEmpty && (self.databaseURL.isEmpty || self.keysURL.isEmpty) {
            lines.append("nats.url is for several nodes, which share their data: give database.url and keys.url too.")
        }
        let root = (self.rootKey as NSString).standardizingPath
        let data = (self.dataDirectory as NSString).standardizingPath
        if self.rootKeyCommand.isEmpty && (root == data || root.hasPrefix(data + "/")) {
            lines.append(
                "keys.root: \(root) is inside the data directory. Keep it elsewhere, so that a copy of the data stays unreadable (C58).")
        }
        if self.sessionIdleDays > self.sessionDays {
            lines.append("session.idleDays is longer than session.days: a device could never be idle that long.")
        }
        return lines
    }

    private var outbound: [String] {
        var lines: [String] = []
        if !self.mailURL.isEmpty && EmailAddress(self.mailFrom) == nil {
            lines.append("mail.from: mail.url needs the sender's address, as in sotto@example.org.")
        }
        let needsSecret = self.turnURLs.contains { !$0.hasPrefix("stun:") }
        if needsSecret && self.turnSecret.isEmpty { lines.append("turn.secret: turn.urls needs the secret shared with the relay.") }
        return lines
    }
}
