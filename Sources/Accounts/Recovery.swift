import Mail
import Storage
import Vocabulary
package import Web

/// A way back into an account: a link that works once, mailed or bought with a recovery code.
struct Recovery: Sendable {
    let person: PersonID
    /// Whether the link was mailed, so that its bearer has the address.
    let isByMail: Bool

    static let lifetime: Duration = .hours(1)
}

extension Accounts {
    /// Mails a link if the address has an account. **The answer is the same when it has none.**
    package func requestRecovery(of typed: String) async throws {
        guard let email = EmailAddress(typed) else { throw Refusal("problem.field.email", field: "email") }
        let index = ground.keys.emailIndex(email)
        let account = try await ground.database.read { try $0.account(emailIndex: index) }
        let token = BearerToken.make()
        var letter: PreparedLetter?
        if let account, account.state == .active {
            letter = try await self.letter(Letters.recover, to: account, ["link": "\(ground.site.origin)/recover/\(token.text.value)"])
        }
        let mailing = Attempt.mail(to: index, keys: ground.keys)
        let now = now
        // Known or not, one transaction is written.
        try await ground.database.write { [letter] transaction in
            guard try transaction.count(mailing, at: now) == nil, let letter, let account else { return }
            try transaction.add(recovery: token.hash, of: account.person, isByMail: true, endsAt: now + Recovery.lifetime)
            try ground.outbox.queue(letter, in: transaction)
        }
        if letter != nil { ground.outbox.wake() }
    }

    /// Buys a link with a recovery code, where no mail can be had. Throws `Refusal` when address and code do not go together.
    package func recover(email typed: String, code: String, from visit: Visit) async throws -> BearerToken {
        let email = EmailAddress(typed)
        try await count(.from(visit.client, on: email?.normalised ?? typed.lowercased(), keys: ground.keys))
        let account = try await account(with: email).flatMap { $0.state == .active ? $0 : nil }
        // An address without an account costs the same. Tries are counted for the place alone: sixty random bits need no more, and a count
        // for the account would let a stranger shut its owner out.
        let isRight = try await takesRecoveryCode(code, of: account?.person ?? PersonID(at: now))
        guard isRight, let account else { throw Refusal("accounts.secondFactor.wrong", field: "code") }
        let token = BearerToken.make()
        let endsAt = now + Recovery.lifetime
        try await ground.database.write { try $0.add(recovery: token.hash, of: account.person, isByMail: false, endsAt: endsAt) }
        return token
    }

    /// Whether the new password needs a code beside it. Throws `problem.recoveryLink` when the link was used or has expired.
    package func recoveryNeedsCode(_ token: BearerToken) async throws -> Bool {
        let (recovery, account) = try await openRecovery(token)
        return provesFirst(recovery, account) ? false : try await hasSecondFactor(account.person)
    }

    /// Replaces the password, ends every session, and signs in.
    package func recover(_ token: BearerToken, password typed: String, code: String?, from visit: Visit) async throws -> NewSession {
        let (recovery, account) = try await openRecovery(token)
        let person = account.person
        let password = try newPassword(typed, besides: [try await email(of: account)?.text ?? ""])
        let provesFirst = provesFirst(recovery, account)
        let needsCode = try await hasSecondFactor(person) && !provesFirst
        if needsCode {
            guard try await isRight(code ?? "", of: person) else { throw Refusal("accounts.secondFactor.wrong", field: "code") }
        }
        let hash = try await hasher.sealedHash(password, for: person, keys: ground.keys)
        try await replacePassword(of: account, by: hash, told: .recovered) { transaction in
            guard try transaction.use(recovery: token.hash) else { throw Problem(.gone, "problem.recoveryLink") }
            if recovery.isByMail { try transaction.confirmEmail(of: person, at: now) }
            // Whoever set these up never proved that the address was theirs; whoever holds the link just did.
            if provesFirst { try transaction.removeSecondWays(of: person) }
        }
        return try await enter(account, from: visit, isStrong: needsCode)
    }

    /// Changes the password of somebody who is signed in; every other session ends.
    package func changePassword(of member: Principal.Member, to typed: String, proof: FreshProof) async throws {
        proof.assertOf(member.person)
        guard let account = try await ground.database.read({ try $0.account(of: member.person) }) else { throw Problem.signInRequired }
        let password = try newPassword(typed, besides: [member.name.value, try await email(of: account)?.text ?? ""])
        let hash = try await hasher.sealedHash(password, for: member.person, keys: ground.keys)
        try await replacePassword(of: account, by: hash, told: .password, keeping: ID(member.session))
    }

    func replacePassword(
        of account: Account, by hash: Sealed, told setting: ChangeNotice.Setting, keeping kept: ID<Session>? = nil,
        with more: @Sendable @escaping (Transaction) throws -> Void = { _ in }
    ) async throws {
        let person = account.person
        let notice = try await notice(of: setting, to: person)
        let now = now
        let ended = try await ground.database.write { transaction in
            try more(transaction)
            try transaction.setPassword(hash, of: person, at: now)
            try notice.add(in: transaction, to: ground)
            return try transaction.endSessions(of: person, except: kept)
        }
        notice.tell(ground)
        for session in ended { ground.live.disconnect(person, session: session.description, because: .signedOut) }
    }

    /// Whether the mailed link is the first proof that the address belongs to whoever uses the account.
    private func provesFirst(_ recovery: Recovery, _ account: Account) -> Bool {
        recovery.isByMail && account.emailConfirmedAt == nil
    }

    private func openRecovery(_ token: BearerToken) async throws -> (Recovery, Account) {
        let now = now
        let found = try await ground.database.read { transaction -> (Recovery, Account)? in
            guard let recovery = try transaction.recovery(tokenHash: token.hash, at: now),
                let account = try transaction.account(of: recovery.person), account.state == .active
            else { return nil }
            return (recovery, account)
        }
        guard let found else { throw Problem(.gone, "problem.recoveryLink") }
        return found
    }
}

extension Transaction {
    func add(recovery tokenHash: [UInt8], of person: PersonID, isByMail: Bool, endsAt: Timestamp) throws(StorageError) {
        try run("INSERT INTO recovery (token_hash, person_id, by_mail, ends_at) VALUES (\(tokenHash), \(person), \(isByMail), \(endsAt))")
    }

    fileprivate func recovery(tokenHash: [UInt8], at now: Timestamp) throws(StorageError) -> Recovery? {
        guard let row = try first("SELECT person_id, by_mail FROM recovery WHERE token_hash = \(tokenHash) AND ends_at > \(now)") else {
            return nil
        }
        return Recovery(person: try row["person_id"], isByMail: try row["by_mail"])
    }

    /// Uses the link, and with it every other one of that person.
    fileprivate func use(recovery tokenHash: [UInt8]) throws(StorageError) -> Bool {
        guard let row = try rows("DELETE FROM recovery WHERE token_hash = \(tokenHash) RETURNING person_id").first else { return false }
        let person: PersonID = try row["person_id"]
        try run("DELETE FROM recovery WHERE person_id = \(person)")
        return true
    }

    fileprivate func confirmEmail(of person: PersonID, at time: Timestamp) throws(StorageError) {
        try run("UPDATE account SET email_confirmed_at = \(time) WHERE person_id = \(person) AND email_confirmed_at IS NULL")
    }

    /// Forgets passkeys, second factor and recovery codes.
    func removeSecondWays(of person: PersonID) throws(StorageError) {
        try removePasskeys(of: person)
        try removeTOTP(of: person)
        try replaceRecoveryCodes(of: person, with: [])
    }
}
