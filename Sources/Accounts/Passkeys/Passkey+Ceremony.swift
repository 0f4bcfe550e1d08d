import Storage
package import Vocabulary
package import Web

/// What the browser hands to `navigator.credentials.get` (WebAuthn Level 3 §5.5), bytes in base64url.
package struct PasskeyQuestion: Encodable, Sendable {
    let challenge: String
    let rpId: String
    let timeout: Int
    let userVerification: String
    let allowCredentials: [Descriptor]

    struct Descriptor: Encodable, Sendable {
        let type: String
        let id: String

        init(_ credential: [UInt8]) {
            type = "public-key"
            id = Base64URL.encode(credential)
        }
    }
}

/// What the browser hands to `navigator.credentials.create` (§5.4).
package struct PasskeyOrder: Encodable, Sendable {
    struct Party: Encodable, Sendable { let id: String, name: String }
    struct User: Encodable, Sendable { let id: String, name: String, displayName: String }
    struct Parameters: Encodable, Sendable { let type: String, alg: Int }
    struct Selection: Encodable, Sendable { let residentKey: String, requireResidentKey: Bool, userVerification: String }

    let challenge: String
    let rp: Party
    let user: User
    let pubKeyCredParams: [Parameters]
    let timeout: Int
    let excludeCredentials: [PasskeyQuestion.Descriptor]
    let authenticatorSelection: Selection
    let attestation: String
}

extension Accounts {
    /// Nil where this server's address cannot have passkeys.
    var relyingParty: RelyingParty? { RelyingParty(origin: ground.site.origin) }

    /// Whether browsers can keep passkeys for this address.
    package var offersPasskeys: Bool { ground.site.passkeyHost != nil }

    /// A question for signing in: any passkey of this server will do.
    package func passkeyQuestionForSignIn() throws -> PasskeyQuestion {
        try question(for: .signIn, among: [])
    }

    /// A question for a fresh proof: one of the person's own.
    package func passkeyQuestion(for member: Principal.Member) async throws -> PasskeyQuestion {
        let passkeys = try await ground.database.read { try $0.passkeys(of: member.person) }
        return try question(for: .proof(session: member.session), among: passkeys)
    }

    private func question(for purpose: PasskeyChallenge.Purpose, among passkeys: [Passkey]) throws -> PasskeyQuestion {
        guard let relyingParty else { throw Problem.notFound }
        let challenge = PasskeyChallenge.make(for: purpose, at: now, keys: ground.keys)
        return PasskeyQuestion(
            challenge: Base64URL.encode(challenge.bytes), rpId: relyingParty.id, timeout: Int(PasskeyChallenge.lifetime.inMilliseconds),
            userVerification: "required", allowCredentials: passkeys.map { .init($0.credential) })
    }

    /// What a browser needs to make a passkey for this person.
    package func passkeyOrder(for member: Principal.Member) async throws -> PasskeyOrder {
        let (account, passkeys) = try await ground.database.read { transaction in
            try (transaction.account(of: member.person), transaction.passkeys(of: member.person))
        }
        guard let account else { throw Problem.signInRequired }
        let name = try await email(of: account)?.text ?? ""
        return try order(
            for: .add(session: member.session),
            user: .init(id: Base64URL.encode(member.person.bytes), name: name, displayName: member.name.value), besides: passkeys)
    }

    /// What a browser needs to make a passkey for somebody who is about to register. The browser puts in what they typed.
    package func passkeyOrderForSignUp() throws -> PasskeyOrder {
        let person = PersonID(at: now)
        return try order(for: .register(person), user: .init(id: Base64URL.encode(person.bytes), name: "", displayName: ""), besides: [])
    }

    private func order(for purpose: PasskeyChallenge.Purpose, user: PasskeyOrder.User, besides passkeys: [Passkey]) throws -> PasskeyOrder {
        guard let relyingParty else { throw Problem.notFound }
        let challenge = PasskeyChallenge.make(for: purpose, at: now, keys: ground.keys)
        return PasskeyOrder(
            challenge: Base64URL.encode(challenge.bytes), rp: .init(id: relyingParty.id, name: ground.site.name), user: user,
            pubKeyCredParams: COSEKey.algorithms.map { .init(type: "public-key", alg: $0) },
            timeout: Int(PasskeyChallenge.lifetime.inMilliseconds), excludeCredentials: passkeys.map { .init($0.credential) },
            authenticatorSelection: .init(residentKey: "required", requireResidentKey: true, userVerification: "required"),
            attestation: "none")
    }

    /// Keeps a passkey that the person's device just made.
    package func addPasskey(_ json: String, named name: String, for member: Principal.Member, proof: FreshProof) async throws {
        proof.assertOf(member.person)
        let made = try believe(json, for: .add(session: member.session))
        let challenge = made.challenge
        let passkey = try await passkey(made, of: member.person, named: name)
        let notice = try await notice(of: .passkeyAdded, to: member.person)
        try await ground.database.write { transaction in
            guard try transaction.spend(challenge), try transaction.passkeys(of: member.person).count < Passkey.most,
                try transaction.add(passkey)
            else { throw Refusal("accounts.passkeys.failed", field: "proof") }
            try transaction.strengthen(proof.session)
            try notice.add(in: transaction, to: ground)
        }
        notice.tell(ground)
    }

    /// A passkey that a browser says was just made, and the challenge it signed, which is still to be spent.
    struct NewPasskey: Sendable {
        let made: RelyingParty.Made
        let challenge: PasskeyChallenge
    }

    /// Throws `Refusal` when the answer is not to be believed.
    func believe(_ json: String, for purpose: PasskeyChallenge.Purpose) throws -> NewPasskey {
        guard let relyingParty else { throw Problem.notFound }
        return try believing {
            let made = try relyingParty.made(PasskeyAnswer(json: json))
            return NewPasskey(made: made, challenge: try PasskeyChallenge(made.challenge, for: purpose, at: now, keys: ground.keys))
        }
    }

    /// As it is stored. The person's key must exist.
    func passkey(_ new: NewPasskey, of person: PersonID, named typed: String = "") async throws -> Passkey {
        let made = new.made
        let name = String(typed.prefix(Passkey.nameLength))
        return Passkey(
            id: ID(at: now), person: person, credential: made.credential, key: made.key, signCount: made.signCount,
            name: try await ground.keys.seal(name, for: person, as: Passkey.nameColumn), createdAt: now, usedAt: nil)
    }

    /// Calls a passkey something else.
    package func renamePasskey(_ passkey: ID<Passkey>, of person: PersonID, to typed: String) async throws {
        let name = try await ground.keys.seal(String(typed.prefix(Passkey.nameLength)), for: person, as: Passkey.nameColumn)
        guard try await ground.database.write({ try $0.rename(passkey, of: person, to: name) }) else { throw Problem.notFound }
    }

    /// Forgets a passkey. Refused when it is the only way in.
    package func removePasskey(_ passkey: ID<Passkey>, of person: PersonID, proof: FreshProof) async throws {
        proof.assertOf(person)
        let notice = try await notice(of: .passkeyRemoved, to: person)
        try await ground.database.write { transaction in
            guard try transaction.removePasskey(passkey, of: person) else { throw Problem.notFound }
            guard try transaction.account(of: person)?.password != nil || !transaction.passkeys(of: person).isEmpty else {
                throw Refusal("accounts.passkeys.last", field: "proof")
            }
            try notice.add(in: transaction, to: ground)
        }
        notice.tell(ground)
        welcomeAgain(person)
    }

    /// Signs in with a passkey. Never slowed by others who guess passwords.
    package func signIn(passkey json: String, from visit: Visit) async throws -> NewSession {
        let person = try await assertPasskey(json, for: .signIn)
        guard let account = try await ground.database.read({ try $0.account(of: person) }) else { throw Problem.signInRequired }
        guard account.state == .active else { throw Problem(.forbidden, "problem.suspended") }
        // Whoever has the passkey made the account, so this tells nobody else that there is one.
        guard account.emailConfirmedAt != nil || !policy.confirmsEmail else { throw Refusal("accounts.signIn.unconfirmed") }
        return try await enter(account, from: visit, isStrong: true)
    }

    /// Whether a passkey is somebody's only way in, so that losing it would lose the account where no mail can be had.
    package func hasNothingButPasskeys(_ person: PersonID) async throws -> Bool {
        try await ground.database.read { try $0.account(of: person)?.hasPassword == false && $0.recoveryCodesLeft(of: person) == 0 }
    }

    /// Whose passkey answered the question. Throws `Refusal` when it is not to be believed.
    func assertPasskey(_ json: String, for purpose: PasskeyChallenge.Purpose) async throws -> PersonID {
        guard let relyingParty else { throw Problem.notFound }
        let answer = try believing { try PasskeyAnswer(json: json) }
        let credential = try believing { try PasskeyAnswer.bytes(answer.rawId) }
        guard let passkey = try await ground.database.read({ try $0.passkey(credential: credential) }) else {
            throw Refusal("accounts.passkeys.failed", field: "proof")
        }
        let now = now
        let (used, challenge) = try believing {
            if let handle = answer.response.userHandle, Base64URL.decode(handle) != passkey.person.bytes { throw PasskeyFailure.owner }
            let used = try relyingParty.used(answer, key: passkey.key, signCount: passkey.signCount)
            return (used, try PasskeyChallenge(used.challenge, for: purpose, at: now, keys: ground.keys))
        }
        try await ground.database.write { transaction in
            guard try transaction.spend(challenge) else { throw Refusal("accounts.passkeys.failed", field: "proof") }
            try transaction.markUsed(passkey.id, signCount: used.signCount, at: now)
        }
        return passkey.person
    }

    /// Gives every disbelief the same words: which check failed helps only an attacker.
    private func believing<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let failure as PasskeyFailure {
            ground.logger.info("a passkey's answer was not believed", metadata: ["failure": "\(failure.rawValue)"])
            throw Refusal("accounts.passkeys.failed", field: "proof")
        }
    }
}
