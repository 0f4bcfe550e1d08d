package import Storage
package import Vocabulary
package import Web
import Mail

/// A link with which one person may register, whatever the registration mode.
package struct Invitation: Sendable {
    package let id: ID<Invitation>
    package let inviter: PersonID
    /// The address it was mailed to, sealed for the inviter; nil when it was handed over some other way.
    package let email: Sealed?
    package let endsAt: Timestamp
    let usedAt: Timestamp?

    static let lifetime: Duration = .days(14)
    /// Most open invitations at once.
    static let most = 500
    package static let emailColumn = SealedColumn("invitation", "email")

    func isOpen(at time: Timestamp) -> Bool { usedAt == nil && time < endsAt }
}

extension Accounts {
    /// Makes an invitation, mails it where an address is given, and returns its link, which is shown this once.
    package func invite(_ typed: String?, by member: Principal.Member, in language: Language) async throws -> String {
        let email = typed.flatMap(EmailAddress.init)
        if typed != nil, email == nil { throw Refusal("problem.field.email", field: "email") }
        let token = BearerToken.make()
        let link = "\(ground.site.origin)/sign-up?invitation=\(token.text.value)"
        let now = now
        let endsAt = now + Invitation.lifetime
        var sealed: Sealed?
        var letter: PreparedLetter?
        if let email {
            sealed = try await ground.keys.seal(email.text, for: member.person, as: Invitation.emailColumn)
            letter = try await self.letter(
                Letters.invitation, to: email, of: member.person, in: language, ["link": link])
        }
        let invitation = Invitation(id: ID(at: now), inviter: member.person, email: sealed, endsAt: endsAt, usedAt: nil)
        try await ground.database.write { [letter] transaction in
            guard try transaction.openInvitations(at: now).count < Invitation.most else {
                throw Problem(.conflict, "problem.tooManyInvitations", values: ["limit": String(Invitation.most)])
            }
            try transaction.add(invitation, tokenHash: token.hash, at: now)
            if let letter { try ground.outbox.queue(letter, in: transaction) }
        }
        if letter != nil { ground.outbox.wake() }
        return link
    }

    /// Open invitations, newest first, with the addresses they were mailed to.
    package func invitations() async throws -> [(invitation: Invitation, email: String?)] {
        let now = now
        let open = try await ground.database.read { try $0.openInvitations(at: now) }
        var result: [(invitation: Invitation, email: String?)] = []
        for invitation in open {
            var email: String?
            if let sealed = invitation.email {
                email = try await ground.keys.openTexts([(invitation.inviter, sealed)], as: Invitation.emailColumn)[0]
            }
            result.append((invitation, email))
        }
        return result
    }

    package func revoke(_ invitation: ID<Invitation>) async throws {
        try await ground.database.write { try $0.run("DELETE FROM invitation WHERE id = \(invitation)") }
    }
}

extension Transaction {
    private static var columns: StaticString { "id, inviter_id, email, ends_at, used_at" }

    private func invitation(_ row: Row) throws(StorageError) -> Invitation {
        Invitation(
            id: try row["id"], inviter: try row["inviter_id"], email: try row["email"], endsAt: try row["ends_at"],
            usedAt: try row["used_at"])
    }

    fileprivate func add(_ invitation: Invitation, tokenHash: [UInt8], at time: Timestamp) throws(StorageError) {
        try run(
            """
            INSERT INTO invitation (id, token_hash, inviter_id, email, created_at, ends_at, used_at)
            VALUES (\(invitation.id), \(tokenHash), \(invitation.inviter), \(invitation.email), \(time), \(invitation.endsAt), NULL)
            """)
    }

    func invitation(tokenHash: [UInt8]) throws(StorageError) -> Invitation? {
        guard let row = try first("SELECT \(name: Self.columns) FROM invitation WHERE token_hash = \(tokenHash)") else { return nil }
        return try invitation(row)
    }

    fileprivate func openInvitations(at now: Timestamp) throws(StorageError) -> [Invitation] {
        var open: [Invitation] = []
        for row in try rows(
            "SELECT \(name: Self.columns) FROM invitation WHERE used_at IS NULL AND ends_at > \(now) ORDER BY created_at DESC, id DESC")
        {
            open.append(try invitation(row))
        }
        return open
    }

    func use(invitation tokenHash: [UInt8], at now: Timestamp) throws(StorageError) -> Bool {
        try !rows(
            "UPDATE invitation SET used_at = \(now) WHERE token_hash = \(tokenHash) AND used_at IS NULL AND ends_at > \(now) RETURNING id"
        ).isEmpty
    }
}
