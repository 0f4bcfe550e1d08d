import Crypto
package import Storage
package import Vocabulary
package import Web

/// What lets a program use the API, within its scopes. Made by whoever runs the server, shown once, and **kept only as its SHA-256**.
package struct APIToken: Sendable, Equatable {
    /// What a program may do.
    package enum Scope: String, Sendable, CaseIterable {
        case readConversations = "conversations:read"
        case writeConversations = "conversations:write"
        case eraseVisitors = "visitors:erase"
        case readSites = "sites:read"
        case writeSites = "sites:write"
        /// Who answers where, what they can do, whether they are there.
        case writeAgents = "agents:write"
        case readReports = "reports:read"
        case writeWebhooks = "webhooks:write"
        /// Answers visitors first, in the queues that are given to it.
        case bot
    }

    /// How many days a token can be given.
    package static let lifetimes = [30, 90, 365, 730]
    package static let nameLength = 80

    package let id: ID<APIToken>
    /// The program's own id: as it, it takes part in conversations.
    package let program: PersonID
    /// What the team and the visitors call the program.
    package let name: String
    package let scopes: Set<String>
    /// Nil when it was made on the machine itself.
    package let madeBy: PersonID?
    package let createdAt: Timestamp
    package let expiresAt: Timestamp
    /// The day of its last use, begun. A day is enough to see which tokens are needed, and says nothing about anybody's hours.
    package let usedOn: Timestamp?
    package let isRevoked: Bool

    package func isOpen(at now: Timestamp) -> Bool { !isRevoked && expiresAt > now }

    /// `sotto_` and 256 random bits. The prefix is for programs that look for secrets which were published by mistake.
    static let prefix = "sotto_"

    static func newSecret() -> String {
        prefix + CrockfordBase32.encode(SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) })
    }

    static func fingerprint(of secret: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(secret.utf8)))
    }
}

extension Desk {
    /// Makes a token. Gives its secret, which nobody can show again.
    package func makeToken(named name: String, scopes: Set<APIToken.Scope>, days: Int, by maker: PersonID?) async throws -> (
        token: APIToken, secret: String
    ) {
        let now = ground.clock.now
        let secret = APIToken.newSecret()
        let token = APIToken(
            id: .init(at: now), program: PersonID(at: now), name: name, scopes: Set(scopes.map(\.rawValue)), madeBy: maker, createdAt: now,
            expiresAt: now + .days(days), usedOn: nil, isRevoked: false)
        try await ground.keys.makeKey(for: token.program)
        try await ground.database.write { try $0.add(token, fingerprint: APIToken.fingerprint(of: secret)) }
        return (token, secret)
    }

    /// Ends a token at once.
    package func revoke(_ token: ID<APIToken>) async throws {
        guard try await ground.database.write({ try $0.revoke(token) }) else { throw Problem.notFound }
    }

    /// Knows programs by their token.
    package var programs: ProgramAuthenticator { ProgramAuthenticator(ground: ground) }
}

/// Knows programs by the token they bear.
package struct ProgramAuthenticator: Authenticator {
    let ground: Ground

    package func principal(bearing token: String) async throws -> Principal? {
        guard token.hasPrefix(APIToken.prefix) else { return nil }
        let now = ground.clock.now
        let found = try await ground.database.read { try $0.token(fingerprint: APIToken.fingerprint(of: token)) }
        guard let found, found.isOpen(at: now) else { return nil }
        let today = Timestamp(milliseconds: now.milliseconds / 86_400_000 * 86_400_000)
        if found.usedOn != today { try await ground.database.write { try $0.use(found.id, on: today) } }
        return .program(.init(person: found.program, token: found.id.description, scopes: found.scopes))
    }
}
