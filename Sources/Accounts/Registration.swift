package import Vocabulary
import Web
import Mail
import Storage

/// What somebody who wants an account tells about themself: nothing else is asked (C01, VZO-06).
package struct Registration: Sendable {
    package var name: String
    package var email: String
    package var way: Way
    package var age: AgeAnswer
    package var visibility: [ProfileField: Visibility]
    /// Whether to be found in the directory (C12).
    package var isListed: Bool
    package var pass: Pass

    /// With what they will sign in.
    package enum Way: Sendable {
        case password(String)
        /// A passkey alone: the browser's answer to an order that named this person.
        case passkey(String, of: PersonID)
    }

    /// By what right somebody registers.
    package enum Pass: Sendable, Equatable {
        /// Registration is open to everybody.
        case none
        case invitation(BearerToken)
        /// The one-time link from the server's own console.
        case owner(BearerToken)
    }

    package init(
        name: String, email: String, way: Way, age: AgeAnswer, visibility: [ProfileField: Visibility] = [:], isListed: Bool = false,
        pass: Pass = .none
    ) {
        self.name = name
        self.email = email
        self.way = way
        self.age = age
        self.visibility = visibility
        self.isListed = isListed
        self.pass = pass
    }
}

extension Accounts {
    /// Makes an account, or does as if.
    ///
    /// **An address that has an account gets the same answer at the same cost**: its owner alone is told, by mail.
    /// Somebody below the minimum age leaves nothing at all behind (ZAZ-34): that is asked first, before anything is made.
    /// Returns a session for the owner of the server only, who came from its console.
    package func register(_ registration: Registration, from visit: Visit) async throws -> NewSession? {
        guard let age = registration.age.band else {
            throw Refusal("accounts.register.tooYoung", field: "ageBand", values: ["minimum": String(policy.minimumAge)])
        }
        let email = try await check(registration)
        let (person, hash, passkey) = try await secure(registration, email)
        let isProved = try await isProved(email, by: registration.pass)
        let account = PreparedAccount(
            person: person, email: try await ground.keys.seal(email.text, for: person, as: Account.emailColumn),
            emailIndex: ground.keys.emailIndex(email), confirmedAt: isProved ? now : nil, password: hash, age: age,
            language: visit.language,
            createdAt: now)
        let profile = try await Profile.prepare(
            person, name: registration.name, visibility: registration.visibility, isListed: registration.isListed, isMinor: age.isMinor,
            on: ground)
        let confirmation = try await prepareConfirmation(of: email, for: person, in: visit.language)
        let news = try await newsForOwner(of: email)
        let outcome: Outcome
        do {
            outcome = try await store(registration, account, passkey, profile, isProved ? nil : confirmation, news)
        } catch let error where error is Refusal || error is Problem {
            // Nothing was stored, and so nothing needs the key. (After a lost connection nobody knows: the key stays.)
            try await ground.keys.destroyKey(of: person, at: now)
            throw error
        }
        ground.outbox.wake()
        for orphan in outcome.orphans { try await ground.keys.destroyKey(of: orphan, at: now) }
        guard case .owner = registration.pass, outcome.isNew else { return nil }
        guard let account = try await ground.database.read({ try $0.account(of: person) }) else { return nil }
        return try await enter(account, from: visit)
    }

    private struct Outcome: Sendable {
        var isNew = true
        /// People whose accounts came to nothing: their keys go.
        var orphans: [PersonID] = []
    }

    private func store(
        _ registration: Registration, _ account: PreparedAccount, _ passkey: Passkey?, _ profile: PreparedProfile,
        _ confirmation: PreparedConfirmation?, _ news: PreparedLetter?
    ) async throws -> Outcome {
        let mailing = Attempt.mail(to: account.emailIndex, keys: ground.keys)
        let now = now
        return try await ground.database.write { [policy, ground] transaction in
            var outcome = Outcome()
            try transaction.use(registration.pass, at: now)
            // Nobody could use an account whose address was never confirmed: it makes room for whoever comes next.
            if policy.confirmsEmail { outcome.orphans = try transaction.removeUnconfirmed(emailIndex: account.emailIndex) }
            let mayMail = try transaction.count(mailing, at: now) == nil
            guard try transaction.add(account) else {
                guard case .owner = registration.pass else {
                    if mayMail, let news { try ground.outbox.queue(news, in: transaction) }
                    outcome.isNew = false
                    outcome.orphans.append(account.person)
                    return outcome
                }
                throw Refusal("accounts.register.emailUnusable", field: "email")
            }
            if let passkey, try !transaction.add(passkey) { throw Refusal("accounts.passkeys.failed", field: "password") }
            try transaction.add(profile)
            if case .owner = registration.pass { try transaction.give(.owner, to: account.person) }
            if let confirmation {
                try transaction.add(confirmation.stored)
                if mayMail { try ground.outbox.queue(confirmation.letter, in: transaction) }
            }
            return outcome
        }
    }

    // MARK: - Checks

    /// Makes the person's key, and with it what they will sign in with: a hash or a passkey.
    private func secure(_ registration: Registration, _ email: EmailAddress) async throws -> (PersonID, Sealed?, Passkey?) {
        switch registration.way {
        case .password(let typed):
            let password = try newPassword(typed, besides: [registration.name, email.text])
            let person = PersonID(at: now)
            try await ground.keys.makeKey(for: person)
            return (person, try await hasher.sealedHash(password, for: person, keys: ground.keys), nil)
        case .passkey(let json, let person):
            let new = try believe(json, for: .register(person))
            // Spent before anything is made: a form that is sent twice must not touch the account that the first one made.
            guard try await ground.database.write({ try $0.spend(new.challenge) }) else {
                throw Refusal("accounts.passkeys.failed", field: "password")
            }
            try await ground.keys.makeKey(for: person)
            return (person, nil, try await passkey(new, of: person))
        }
    }

    private func check(_ registration: Registration) async throws -> EmailAddress {
        switch registration.pass {
        case .owner: break
        case .invitation(let token):
            let now = now
            guard try await ground.database.read({ try $0.invitation(tokenHash: token.hash)?.isOpen(at: now) }) == true else {
                throw Refusal("accounts.register.invitation", field: "invitation")
            }
        case .none:
            switch try await registrationMode() {
            case .open: break
            case .invitation: throw Refusal("accounts.register.invitation", field: "invitation")
            case .closed: throw Problem(.forbidden, "problem.registrationClosed")
            }
        }
        guard !registration.name.isEmpty, registration.name.count <= Profile.nameLength else {
            throw Refusal("problem.field.missing", field: "name")
        }
        guard let email = EmailAddress(registration.email) else { throw Refusal("problem.field.email", field: "email") }
        return email
    }

    /// A password that may be taken, else a `Refusal` beside the field `password`.
    func newPassword(_ typed: String, besides known: [String]) throws(Refusal) -> Password {
        let password = Password(typed: typed)
        switch password.weakness(shortest: policy.passwordLength, besides: known + [ground.site.name]) {
        case nil: return password
        case .tooShort?:
            throw Refusal("accounts.register.passwordShort", field: "password", values: ["minimum": String(policy.passwordLength)])
        case .tooLong?:
            throw Refusal(
                "problem.field.tooLong", field: "password",
                values: ["limit": String(Password.mostCharacters), "length": String(typed.count)])
        case .guessable?: throw Refusal("accounts.register.passwordKnown", field: "password")
        }
    }

    /// Whether the way in already proves the address: an invitation that was mailed to it.
    private func isProved(_ email: EmailAddress, by pass: Registration.Pass) async throws -> Bool {
        guard case .invitation(let token) = pass,
            let invitation = try await ground.database.read({ try $0.invitation(tokenHash: token.hash) }), let sealed = invitation.email
        else { return false }
        let invited = try await ground.keys.openTexts([(invitation.inviter, sealed)], as: Invitation.emailColumn)[0]
        return invited.flatMap(EmailAddress.init) == email
    }

    /// What the owner of an address is told when somebody tries to register with it; nil when it is free.
    private func newsForOwner(of email: EmailAddress) async throws -> PreparedLetter? {
        let index = ground.keys.emailIndex(email)
        guard let account = try await ground.database.read({ try $0.account(emailIndex: index) }) else { return nil }
        return try await letter(Letters.alreadyRegistered, to: account)
    }
}

extension Transaction {
    /// Uses up what gave the right to register. Throws when somebody else was quicker.
    fileprivate func use(_ pass: Registration.Pass, at now: Timestamp) throws {
        switch pass {
        case .none: break
        case .invitation(let token):
            guard try use(invitation: token.hash, at: now) else { throw Refusal("accounts.register.invitation", field: "invitation") }
        case .owner(let token):
            guard try use(ownerLink: token.hash, at: now) else { throw Problem(.gone, "problem.ownerLink") }
        }
    }

    /// Removes an account that was never confirmed, unless its person has a role.
    fileprivate func removeUnconfirmed(emailIndex: [UInt8]) throws(StorageError) -> [PersonID] {
        let removed = try ids(
            """
            DELETE FROM account WHERE email_index = \(emailIndex) AND email_confirmed_at IS NULL
            AND person_id NOT IN (SELECT person_id FROM account_role) RETURNING person_id
            """)
        for person in removed { try run("DELETE FROM profile WHERE person_id = \(person)") }
        return removed
    }
}
