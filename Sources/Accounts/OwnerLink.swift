import Storage
import Vocabulary
import Web

/// The one-time link that whoever runs the machine gets from its console: it makes the owner's account, or gives the owner a new password.
/// There is no default password.
package enum OwnerLink {
    /// How long it works.
    package static let lifetime: Duration = .days(1)
}

extension Accounts {
    /// Whether somebody owns this server already.
    package func hasOwner() async throws -> Bool {
        try await ground.database.read { try $0.owner() } != nil
    }

    /// A fresh link; an earlier one ends.
    package func makeOwnerLink() async throws -> String {
        let token = BearerToken.make()
        let endsAt = now + OwnerLink.lifetime
        try await ground.database.write { transaction in
            try transaction.run("DELETE FROM owner_link")
            try transaction.run("INSERT INTO owner_link (token_hash, ends_at) VALUES (\(token.hash), \(endsAt))")
        }
        return "\(ground.site.origin)/owner/\(token.text.value)"
    }

    /// Throws `problem.ownerLink` when the link was used or has expired.
    package func checkOwnerLink(_ token: BearerToken) async throws {
        let now = now
        guard
            try await ground.database.read({
                try $0.exists("SELECT 1 FROM owner_link WHERE token_hash = \(token.hash) AND ends_at > \(now)")
            })
        else { throw Problem(.gone, "problem.ownerLink") }
    }

    /// Gives the owner who lost every way in a new password. Second factor and passkeys go: whoever has the console has the data anyway.
    package func recoverOwner(_ token: BearerToken, password typed: String, from visit: Visit) async throws -> NewSession {
        try await checkOwnerLink(token)
        guard
            let owner = try await ground.database.read({ transaction in try transaction.owner().flatMap { try transaction.account(of: $0) }
            })
        else { throw Problem(.gone, "problem.ownerLink") }
        let password = try newPassword(typed, besides: [try await email(of: owner)?.text ?? ""])
        let hash = try await hasher.sealedHash(password, for: owner.person, keys: ground.keys)
        let now = now
        try await replacePassword(of: owner, by: hash, told: .recovered) { transaction in
            guard try transaction.use(ownerLink: token.hash, at: now) else { throw Problem(.gone, "problem.ownerLink") }
            try transaction.removeSecondWays(of: owner.person)
            try transaction.setState(.active, of: owner.person)
        }
        return try await enter(owner, from: visit)
    }
}

extension Transaction {
    func use(ownerLink tokenHash: [UInt8], at now: Timestamp) throws(StorageError) -> Bool {
        try !rows("DELETE FROM owner_link WHERE token_hash = \(tokenHash) AND ends_at > \(now) RETURNING ends_at").isEmpty
    }
}
