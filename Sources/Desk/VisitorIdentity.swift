import Crypto
import Foundation
package import Storage
package import Vocabulary
package import Web

/// Who a site says its visitor is: a JSON Web Token (RFC 7519) that the site's own server signed.
///
/// **Short-lived, for this site, signed with HS256 and nothing else** (complaint: an id with an HMAC can be replayed for ever, a token
/// that is only decoded can be made up). There is no list of algorithms to choose from, so none can be chosen by an attacker.
package struct VisitorIdentity: Sendable, Equatable {
    /// Longest a token may still be good for.
    static let longestLife = Duration.hours(1)
    /// How far the clocks of two servers may differ.
    static let clockSkew = Duration.seconds(60)
    /// A longer one is not read.
    static let longestToken = 4096

    /// The customer as the site knows them.
    package let subject: String
    package let name: String?
    package let email: String?

    private struct Header: Decodable {
        let alg: String
        /// Extensions that a reader must understand (RFC 7515 §4.1.11): there are none here.
        let crit: [String]?
    }

    private struct Claims: Decodable {
        let sub: String
        let aud: Audience
        let exp: Double
        let nbf: Double?
        let name: String?
        let email: String?
    }

    /// One audience or several (RFC 7519 §4.1.3).
    private struct Audience: Decodable {
        let names: [String]

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let name = try? value.decode(String.self) { names = [name] } else { names = try value.decode([String].self) }
        }
    }

    /// Reads a token that one of these secrets signed for this site, or throws `Problem.identityRejected`.
    init(_ token: String, for key: String, secrets: [Redacted<String>], at now: Timestamp) throws(Problem) {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard token.utf8.count <= Self.longestToken, parts.count == 3, let header = Self.decode(parts[0]), let body = Self.decode(parts[1]),
            let signature = Self.decode(parts[2]), signature.count == SHA256.byteCount
        else { throw .identityRejected }
        guard let head = try? JSONDecoder().decode(Header.self, from: header), head.alg == "HS256", head.crit == nil else {
            throw .identityRejected
        }
        let signed = Array("\(parts[0]).\(parts[1])".utf8)
        let isSigned = secrets.contains { secret in
            HMAC<SHA256>.isValidAuthenticationCode(
                signature, authenticating: signed, using: SymmetricKey(data: Array(secret.value.utf8)))
        }
        guard isSigned, let claims = try? JSONDecoder().decode(Claims.self, from: body), claims.aud.names.contains(key) else {
            throw .identityRejected
        }
        let seconds = Double(now.milliseconds) / 1000
        let skew = Double(Self.clockSkew.components.seconds)
        guard claims.exp.isFinite, claims.exp > seconds - skew,
            claims.exp <= seconds + Double(Self.longestLife.components.seconds) + skew,
            (claims.nbf ?? 0) <= seconds + skew, !claims.sub.isEmpty, claims.sub.utf8.count <= 200
        else { throw .identityRejected }
        subject = claims.sub
        name = claims.name.flatMap { CardText.line($0) }
        email = claims.email.flatMap { EmailAddress($0)?.text }
    }

    /// Base 64 for addresses, without padding (RFC 7515 §2). Nil for anything else.
    private static func decode(_ text: Substring) -> Data? {
        guard !text.utf8.contains(UInt8(ascii: "=")), !text.contains("+"), !text.contains("/") else { return nil }
        let usual = text.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: usual + String(repeating: "=", count: (4 - usual.utf8.count % 4) % 4))
    }
}

extension Problem {
    package static let identityRejected = Problem(.unprocessableContent, "problem.identityRejected")
}

extension Desk {
    private static let identityColumn = SealedColumn("support_site", "identity")

    /// The secrets with which this site may vouch for its customers now: the latest, and while it changes over the one before.
    ///
    /// **They are kept nowhere**: each is made from the server's own key, the site and a number, whenever it is needed.
    func identitySecrets(of site: SupportSite) -> [Redacted<String>] {
        let latest = site.settings.identityGeneration
        guard latest > 0, !site.settings.isIdentityWithdrawn else { return [] }
        return [latest, site.settings.acceptsOldIdentity ? latest - 1 : 0].filter { $0 > 0 }.map { identitySecret(of: site.id, $0) }
    }

    private func identitySecret(of site: ID<SupportSite>, _ generation: Int) -> Redacted<String> {
        Redacted(CrockfordBase32.encode(ground.keys.blindIndex("\(site) \(generation)", as: Self.identityColumn)))
    }

    /// Makes a fresh secret for a site and gives it, **this once**. The one before counts until the next, or until it is dropped.
    package func renewIdentitySecret(of key: String) async throws -> Redacted<String> {
        let site = try await ground.database.write { transaction -> SupportSite in
            guard let site = try transaction.supportSite(key: key) else { throw Problem.notFound }
            var settings = site.settings
            settings.acceptsOldIdentity = settings.identityGeneration > 0 && !settings.isIdentityWithdrawn
            settings.isIdentityWithdrawn = false
            settings.identityGeneration += 1
            try transaction.change(settings, of: site.id)
            return site
        }
        widget.clear()
        return identitySecret(of: site.id, site.settings.identityGeneration + 1)
    }

    /// The secret before the latest counts no more.
    package func dropOldIdentitySecret(of key: String) async throws {
        try await ground.database.write { transaction in
            guard let site = try transaction.supportSite(key: key) else { throw Problem.notFound }
            var settings = site.settings
            settings.acceptsOldIdentity = false
            try transaction.change(settings, of: site.id)
        }
        widget.clear()
    }

    /// Reads the token with which the site vouches for this visitor.
    func identify(_ token: String, at site: SupportSite) throws(Problem) -> VisitorIdentity {
        try VisitorIdentity(token, for: site.key, secrets: identitySecrets(of: site), at: ground.clock.now)
    }
}

extension Transaction {
    func change(_ settings: SupportSite.Settings, of site: ID<SupportSite>) throws {
        let json = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
        try run("UPDATE support_site SET settings = \(json) WHERE id = \(site)")
    }
}
