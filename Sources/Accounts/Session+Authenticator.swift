import Storage
import Vocabulary
package import Web

extension Accounts {
    /// Who the session cookie stands for, or nil when its session is over, half begun, or its account suspended.
    package func principal(bearing token: BearerToken) async throws -> Principal.Member? {
        let now = now
        let found = try await ground.database.read { transaction -> (Session, Sealed, Set<Role>, isStrong: Bool, hasSecondFactor: Bool)? in
            guard let session = try transaction.session(tokenHash: token.hash), session.stage == .open,
                session.isLive(at: now, idle: policy.idleLifetime),
                let account = try transaction.account(of: session.person), account.state == .active,
                let name = try transaction.first("SELECT name FROM profile WHERE person_id = \(session.person)")
            else { return nil }
            let isStrong = try policy.trustsPasswords || (session.isStrong && transaction.hasSecondWay(session.person))
            let roles = try transaction.roles(of: session.person)
            let needsMore = !isStrong && !roles.isSubset(of: [.member])
            let hasSecondFactor = try needsMore && !secondFactors(of: session.person, in: transaction).isEmpty
            return (session, try name["name"], roles, isStrong, hasSecondFactor)
        }
        guard let (session, sealedName, roles, isStrong, hasSecondFactor) = found else { return nil }
        guard let name = try await ground.keys.openTexts([(session.person, sealedName)], as: Profile.nameColumn)[0] else { return nil }
        if now - session.usedAt >= Session.useGrain {
            // A page must not fail because the time of its use cannot be written (full disk, busy database).
            try? await ground.database.write { try $0.touch(session.id, at: now) }
        }
        return Principal.Member(
            person: session.person, session: session.id.description, roles: roles, name: Redacted(name), isStrong: isStrong,
            hasSecondFactor: hasSecondFactor)
    }
}

extension Accounts: Authenticator {
    package func principal(for cookies: SentCookies) async throws -> Principal? {
        guard let token = cookies[Session.cookie].flatMap(BearerToken.init) else { return nil }
        return try await principal(bearing: token).map(Principal.member)
    }
}
