import Storage
package import Vocabulary
import Web

/// A person's authenticator app, as stored.
struct StoredTOTP: Sendable {
    let secret: Sealed
    let lastStep: Int64

    static let column = SealedColumn("totp", "secret")
}

/// What somebody shows besides the password.
enum SecondFactor: Sendable {
    /// Of an authenticator app, or a recovery code.
    case code
    case passkey
}

/// A secret offered to an authenticator app. The server keeps nothing of it until its first code comes back with a fresh proof,
/// so nobody who finds an open session can prepare a secret for its owner to turn on.
package struct TOTPOffer: Sendable {
    /// As the form carries it.
    package let text: Redacted<String>
    /// For typing, in groups of four.
    package let groups: Redacted<String>
    /// `otpauth:` address.
    package let address: Redacted<String>

    let totp: TOTP

    init(secret: [UInt8], issuer: String, account: String) {
        totp = TOTP(secret: secret)
        let letters = Array(Base32.encode(secret))
        text = Redacted(String(letters))
        groups = Redacted(
            stride(from: 0, to: letters.count, by: 4).map { String(letters[$0..<min($0 + 4, letters.count)]) }.joined(separator: " "))
        address = Redacted(totp.address(issuer: issuer, account: account))
    }
}

extension Accounts {
    /// Whether a second factor is asked for after the password.
    package func hasSecondFactor(_ person: PersonID) async throws -> Bool {
        try await ground.database.read { try $0.hasSecondFactor(person) }
    }

    /// A fresh offer, or the one that a form carried.
    package func offerTOTP(to email: String, again carried: String? = nil) throws(Refusal) -> TOTPOffer {
        guard let carried else {
            var random = SystemRandomNumberGenerator()
            let secret = (0..<TOTP.secretLength).map { _ in UInt8.random(in: 0...255, using: &random) }
            return TOTPOffer(secret: secret, issuer: ground.site.name, account: email)
        }
        guard let secret = Base32.decode(carried), secret.count == TOTP.secretLength else {
            throw Refusal("accounts.secondFactor.wrong", field: "code")
        }
        return TOTPOffer(secret: secret, issuer: ground.site.name, account: email)
    }

    /// Turns the second factor on with the first right code, and gives the recovery codes, which are shown this once.
    package func enableTOTP(_ offer: TOTPOffer, code: String, of person: PersonID, proof: FreshProof) async throws -> [Redacted<String>] {
        proof.assertOf(person)
        let now = now
        try await count(.code(of: person, keys: ground.keys))
        guard let step = offer.totp.step(of: code, atSecond: now.milliseconds / 1000, after: 0) else {
            throw Refusal("accounts.secondFactor.wrong", field: "code")
        }
        let secret = try await ground.keys.seal(offer.totp.secret, for: person, as: StoredTOTP.column)
        let codes = RecoveryCode.makeSet()
        let indexes = codes.map { ground.keys.recoveryIndex($0, of: person) }
        let notice = try await notice(of: .secondFactorOn, to: person)
        try await ground.database.write { transaction in
            guard try transaction.add(totp: secret, of: person, at: now, step: step) else {
                throw Problem(.conflict, "problem.secondFactorOn")
            }
            try transaction.replaceRecoveryCodes(of: person, with: indexes)
            try transaction.forget(.code(of: person, keys: ground.keys))
            try transaction.strengthen(proof.session)
            try notice.add(in: transaction, to: ground)
        }
        notice.tell(ground)
        return codes.map(\.text)
    }

    /// Turns the second factor off; its recovery codes go with it.
    package func disableTOTP(_ person: PersonID, proof: FreshProof) async throws {
        proof.assertOf(person)
        let notice = try await notice(of: .secondFactorOff, to: person)
        try await ground.database.write { transaction in
            try transaction.removeTOTP(of: person)
            try transaction.replaceRecoveryCodes(of: person, with: [])
            try notice.add(in: transaction, to: ground)
        }
        notice.tell(ground)
        welcomeAgain(person)
    }

    /// What a page may do over its live link was looked up when it opened: it opens again, as what the session is now.
    func welcomeAgain(_ person: PersonID) {
        ground.live.disconnect(person, session: nil, because: .restart)
    }

    /// Ends the half-way house after the password: the code of the app, or a recovery code.
    package func completeSignIn(code: String, from visit: Visit) async throws -> NewSession {
        let half = try await halfSession(of: visit)
        guard let account = try await ground.database.read({ try $0.account(of: half.person) }), account.state == .active else {
            throw Problem.signInRequired
        }
        guard try await isRight(code, of: half.person) else { throw Refusal("accounts.secondFactor.wrong", field: "code") }
        return try await enter(account, from: visit, isStrong: true, replacing: half.id)
    }

    /// The second factor, asked for in a session that the password alone began: from now on it is as good as one that began with it.
    func confirm(code: String, of member: Principal.Member) async throws {
        guard let session = ID<Session>(member.session) else { throw Problem.signInRequired }
        guard try await isRight(code, of: member.person) else { throw Refusal("accounts.secondFactor.wrong", field: "code") }
        try await ground.database.write { try $0.strengthen(session) }
        welcomeAgain(member.person)
    }

    /// What this person can be asked for besides the password.
    func secondFactors(of person: PersonID) async throws -> Set<SecondFactor> {
        try await ground.database.read { try secondFactors(of: person, in: $0) }
    }

    func secondFactors(of person: PersonID, in transaction: Transaction) throws -> Set<SecondFactor> {
        var factors: Set<SecondFactor> = []
        if try transaction.hasSecondFactor(person) { factors.insert(.code) }
        if offersPasskeys, try !transaction.passkeys(of: person).isEmpty { factors.insert(.passkey) }
        return factors
    }

    /// Whether somebody is between password and second factor.
    package func isAwaitingSecondFactor(_ visit: Visit) async throws -> Bool {
        (try? await halfSession(of: visit)) != nil
    }

    /// Takes a code of the app or a recovery code, once. Counted, so that six digits cannot be tried through.
    func isRight(_ code: String, of person: PersonID) async throws -> Bool {
        let attempt = Attempt.code(of: person, keys: ground.keys)
        try await count(attempt)
        let right = try await takesTOTP(code, of: person)
        let taken = try await right ? true : takesRecoveryCode(code, of: person)
        if taken { try await ground.database.write { try $0.forget(attempt) } }
        return taken
    }

    /// Counts a try, or says to wait.
    func count(_ attempt: Attempt) async throws {
        let now = now
        if let wait = try await ground.database.write({ try $0.count(attempt, at: now) }) {
            throw Problem.tooMany(retryAfter: wait.wholeSeconds)
        }
    }

    private func takesTOTP(_ code: String, of person: PersonID) async throws -> Bool {
        guard let stored = try await ground.database.read({ try $0.totp(of: person) }) else { return false }
        let totp = TOTP(secret: try await ground.keys.open(stored.secret, of: person, as: StoredTOTP.column))
        guard let step = totp.step(of: code, atSecond: now.milliseconds / 1000, after: stored.lastStep) else { return false }
        return try await ground.database.write { try $0.spend(step: step, of: person) }
    }

    private func halfSession(of visit: Visit) async throws -> Session {
        guard let token = visit.token, let session = try await ground.database.read({ try $0.session(tokenHash: token.hash) }),
            session.stage == .secondFactor, now < session.endsAt
        else { throw Problem.signInRequired }
        return session
    }
}

extension Transaction {
    func hasSecondFactor(_ person: PersonID) throws(StorageError) -> Bool {
        try exists("SELECT 1 FROM totp WHERE person_id = \(person)")
    }

    /// Whether there is anything but the password to show: a second factor or a passkey.
    func hasSecondWay(_ person: PersonID) throws(StorageError) -> Bool {
        if try hasSecondFactor(person) { return true }
        return try exists("SELECT 1 FROM passkey WHERE person_id = \(person)")
    }

    func totp(of person: PersonID) throws(StorageError) -> StoredTOTP? {
        guard let row = try first("SELECT secret, last_step FROM totp WHERE person_id = \(person)") else { return nil }
        return StoredTOTP(secret: try row["secret"], lastStep: try row["last_step"])
    }

    /// False when there is one already.
    fileprivate func add(totp secret: Sealed, of person: PersonID, at time: Timestamp, step: Int64) throws(StorageError) -> Bool {
        try !rows(
            """
            INSERT INTO totp (person_id, secret, enabled_at, last_step) VALUES (\(person), \(secret), \(time), \(step))
            ON CONFLICT (person_id) DO NOTHING RETURNING person_id
            """
        ).isEmpty
    }

    /// Marks a step as used; false when it, or a later one, was already.
    fileprivate func spend(step: Int64, of person: PersonID) throws(StorageError) -> Bool {
        try !rows("UPDATE totp SET last_step = \(step) WHERE person_id = \(person) AND last_step < \(step) RETURNING person_id").isEmpty
    }

    func removeTOTP(of person: PersonID) throws(StorageError) {
        try run("DELETE FROM totp WHERE person_id = \(person)")
    }
}
