import Mail
import Storage
package import Vocabulary
import Web

/// That the address of an account, or the one it is to have, was not confirmed yet: a mailed link is out.
struct EmailConfirmation: Sendable {
    let tokenHash: [UInt8]
    let person: PersonID
    /// The address the link was mailed to, sealed.
    let email: Sealed
    let endsAt: Timestamp

    static let emailColumn = SealedColumn("email_confirmation", "email")
    /// How long the link works.
    static let lifetime: Duration = .days(1)
}

/// A confirmation and the letter that carries its link, to go into one transaction.
struct PreparedConfirmation: Sendable {
    let stored: EmailConfirmation
    let letter: PreparedLetter
}

/// What the page behind a confirmation link asks for.
package enum ConfirmationState: Sendable, Equatable {
    case expired
    /// One press: this browser is signed in to the account.
    case ready
    /// The password too: **whoever gets the mail is not thereby whoever registered**, and must not confirm a stranger's account.
    case needsPassword
    /// The same for an account that has no password.
    case needsPasskey
}

extension Accounts {
    func prepareConfirmation(of email: EmailAddress, for person: PersonID, in language: Language) async throws -> PreparedConfirmation {
        let token = BearerToken.make()
        let stored = EmailConfirmation(
            tokenHash: token.hash, person: person,
            email: try await ground.keys.seal(email.text, for: person, as: EmailConfirmation.emailColumn),
            endsAt: now + EmailConfirmation.lifetime)
        let link = "\(ground.site.origin)/confirm-email/\(token.text.value)"
        let letter = try await letter(Letters.confirmEmail, to: email, of: person, in: language, ["link": link])
        return PreparedConfirmation(stored: stored, letter: letter)
    }

    package func confirmationState(_ token: BearerToken, for member: PersonID?) async throws -> ConfirmationState {
        guard let confirmation = try await openConfirmation(token) else { return .expired }
        guard confirmation.person != member else { return .ready }
        let account = try await ground.database.read { try $0.account(of: confirmation.person) }
        return account?.hasPassword == false ? .needsPasskey : .needsPassword
    }

    /// Confirms the address. False when the link has expired or the address was taken in the meantime.
    package func confirmEmail(_ token: BearerToken, by member: PersonID?, password: String?, passkey: String? = nil) async throws -> Bool {
        guard let confirmation = try await openConfirmation(token) else { return false }
        let person = confirmation.person
        guard let account = try await ground.database.read({ try $0.account(of: person) }) else { return false }
        if let passkey, member != person {
            guard try await assertPasskey(passkey, for: .signIn) == person else {
                throw Refusal("accounts.passkeys.failed", field: "proof")
            }
        } else if member != person {
            try await count(.code(of: person, keys: ground.keys))
            guard try await check(Password(typed: password ?? ""), of: account) != .wrong else {
                throw Refusal("accounts.proof.wrong", field: "password")
            }
        }
        guard
            let email = try await ground.keys.openTexts([(person, confirmation.email)], as: EmailConfirmation.emailColumn)[0].flatMap(
                EmailAddress.init)
        else { return false }
        return try await move(account, to: email, by: confirmation)
    }

    private func move(_ account: Account, to email: EmailAddress, by confirmation: EmailConfirmation) async throws -> Bool {
        let person = account.person
        let sealed = try await ground.keys.seal(email.text, for: person, as: Account.emailColumn)
        let index = ground.keys.emailIndex(email)
        let isMove = try await self.email(of: account) != email
        let news = isMove ? try await letter(Letters.emailChanged, to: account) : nil
        let notice = isMove ? try await notice(of: .email, to: person) : nil
        let now = now
        let moved = try await ground.database.write { transaction in
            guard try transaction.use(emailConfirmation: confirmation.tokenHash),
                try transaction.setEmail(sealed, index: index, of: person, confirmedAt: now)
            else { return false }
            try transaction.forget(.code(of: person, keys: ground.keys))
            // The old address is told by its own letter; the notice is for the person's other browsers.
            if let notice { try ground.streams.append(notice.event, in: transaction) }
            if let news { try ground.outbox.queue(news, in: transaction) }
            return true
        }
        if let notice { notice.tell(ground) }
        return moved
    }

    /// Mails a link to a new address; until it is opened, the old one stays. An address that is taken gets the same answer.
    package func changeEmail(_ person: PersonID, to typed: String, proof: FreshProof) async throws {
        proof.assertOf(person)
        guard let email = EmailAddress(typed) else { throw Refusal("problem.field.email", field: "email") }
        try await mailConfirmation(of: email, to: person)
    }

    /// Mails a fresh link to the account's own address.
    package func confirmAgain(_ person: PersonID) async throws {
        guard let account = try await ground.database.read({ try $0.account(of: person) }), account.emailConfirmedAt == nil,
            let email = try await email(of: account)
        else { return }
        try await mailConfirmation(of: email, to: person)
    }

    private func mailConfirmation(of email: EmailAddress, to person: PersonID) async throws {
        guard let account = try await ground.database.read({ try $0.account(of: person) }) else { throw Problem.signInRequired }
        let index = ground.keys.emailIndex(email)
        let holder = try await ground.database.read { try $0.account(emailIndex: index) }
        let prepared = try await prepareConfirmation(of: email, for: person, in: account.language)
        let mailing = Attempt.mail(to: index, keys: ground.keys)
        var letter: PreparedLetter? = prepared.letter
        if let holder, holder.person != person {
            letter = try await self.letter(Letters.alreadyRegistered, to: holder)
        }
        let now = now
        try await ground.database.write { [letter] transaction in
            guard try transaction.count(mailing, at: now) == nil else { return }
            try transaction.add(prepared.stored)
            if let letter { try ground.outbox.queue(letter, in: transaction) }
        }
        ground.outbox.wake()
    }

    private func openConfirmation(_ token: BearerToken) async throws -> EmailConfirmation? {
        let now = now
        return try await ground.database.read { try $0.emailConfirmation(tokenHash: token.hash, at: now) }
    }
}

extension Transaction {
    /// Stores a confirmation; an earlier one of the same person ends.
    func add(_ confirmation: EmailConfirmation) throws(StorageError) {
        try run("DELETE FROM email_confirmation WHERE person_id = \(confirmation.person)")
        try run(
            """
            INSERT INTO email_confirmation (token_hash, person_id, email, ends_at)
            VALUES (\(confirmation.tokenHash), \(confirmation.person), \(confirmation.email), \(confirmation.endsAt))
            """)
    }

    fileprivate func emailConfirmation(tokenHash: [UInt8], at now: Timestamp) throws(StorageError) -> EmailConfirmation? {
        let row = try first(
            "SELECT token_hash, person_id, email, ends_at FROM email_confirmation WHERE token_hash = \(tokenHash) AND ends_at > \(now)")
        guard let row else { return nil }
        return EmailConfirmation(
            tokenHash: try row["token_hash"], person: try row["person_id"], email: try row["email"], endsAt: try row["ends_at"])
    }

    fileprivate func use(emailConfirmation tokenHash: [UInt8]) throws(StorageError) -> Bool {
        try !rows("DELETE FROM email_confirmation WHERE token_hash = \(tokenHash) RETURNING person_id").isEmpty
    }
}
