import Vocabulary
import Web
import Storage

/// The body of the notice `signIn.new`.
private struct SignedIn: Encodable, Sendable {
    let session: String
    /// As `DeviceLabel.stored` writes it.
    let device: String
    let at: Timestamp
}

extension Accounts {
    /// Signs in with a password. The session's stage says whether the second factor is still to come.
    ///
    /// **An address without an account costs the same and says the same as a wrong password.**
    /// Throws `Refusal` when the two do not go together, `Problem.tooMany`
    /// while the place must wait, `.unavailable` when too many hash at once.
    package func signIn(email typed: String, password typedPassword: String, from visit: Visit) async throws -> NewSession {
        let email = EmailAddress(typed)
        let spelling = email?.normalised ?? typed.lowercased()
        let attempts = try await countSignIn(on: spelling, email: email, from: visit)
        let account = try await account(with: email)
        let verdict = try await check(Password(typed: typedPassword), of: account)
        guard let account, verdict != .wrong, account.emailConfirmedAt != nil || !policy.confirmsEmail else {
            throw Refusal(policy.confirmsEmail ? "accounts.signIn.wrongOrUnconfirmed" : "accounts.signIn.wrong")
        }
        guard account.state == .active else { throw Problem(.forbidden, "problem.suspended") }
        if verdict == .outdated { try await rehash(Password(typed: typedPassword), of: account.person) }
        try await ground.database.write { transaction in
            for attempt in attempts.once { try transaction.forget(attempt) }
            if let everywhere = attempts.everywhere { try transaction.uncount(everywhere) }
        }
        if try await ground.database.read({ try $0.hasSecondFactor(account.person) }) {
            let session = try await newSession(of: account.person, from: visit, stage: .secondFactor)
            try await ground.database.write { try $0.add(session) }
            return session
        }
        return try await enter(account, from: visit)
    }

    /// Begins the open session of somebody who proved who they are, and tells them so.
    ///
    /// - Parameter isStrong: whether more than a password was shown.
    func enter(
        _ account: Account, from visit: Visit, isStrong: Bool = false, replacing half: ID<Session>? = nil
    ) async throws -> NewSession {
        let person = account.person
        let session = try await newSession(of: person, from: visit, stage: .open, isStrong: isStrong)
        let deviceIndex = ground.keys.blindIndex("\(person)|\(visit.device.kind)", as: KnownDevice.column)
        let known = try await ground.database.read { transaction in
            try (transaction.isKnown(deviceIndex, of: person), transaction.hasKnownDevices(person))
        }
        let event = try await ground.streams.prepare(
            "signIn.new", SignedIn(session: session.id.description, device: visit.device.stored, at: session.createdAt),
            in: StreamID("notices", of: person), for: person)
        // The very first device is the one the account was made on: nothing to warn of.
        let letter =
            known.0 || !known.1
            ? nil : try await letter(Letters.newDevice, to: account, ["device": ground.pages.text(for: visit.device, in: account.language)])
        let now = now
        try await ground.database.write { transaction in
            if let half { _ = try transaction.end(half, of: person) }
            if let old = visit.token { try transaction.endSession(bearing: old) }
            try transaction.add(session)
            try transaction.remember(deviceIndex, of: person, at: now)
            try ground.streams.append(event, in: transaction)
            if let letter { try ground.outbox.queue(letter, in: transaction) }
        }
        ground.live.wake(event.stream)
        if letter != nil { ground.outbox.wake() }
        return session
    }

    /// A session that is not stored yet.
    func newSession(
        of person: PersonID, from visit: Visit, stage: Session.Stage, isStrong: Bool = false
    ) async throws -> NewSession {
        let now = now
        return NewSession(
            id: ID(at: now), person: person, token: .make(), stage: stage,
            device: try await ground.keys.seal(visit.device.stored, for: person, as: Session.deviceColumn), createdAt: now,
            endsAt: now + (stage == .open ? (visit.isKept ? policy.sessionLifetime : Session.unkeptLifetime) : Session.secondFactorTime),
            isStrong: isStrong, isKept: visit.isKept && stage == .open)
    }

    // MARK: - Steps

    func account(with email: EmailAddress?) async throws -> Account? {
        guard let email else { return nil }
        let index = ground.keys.emailIndex(email)
        return try await ground.database.read { try $0.account(emailIndex: index) }
    }

    /// Checks a password; an account without one, or no account, costs the same.
    func check(_ password: Password, of account: Account?) async throws -> PasswordHasher.Verdict {
        var hash: Redacted<String>?
        if let account, let sealed = account.password {
            hash = try await ground.keys.openTexts([(account.person, sealed)], as: Password.column)[0].map { Redacted($0) }
        }
        return try await hasher.check(password.text, against: hash)
    }

    private func rehash(_ password: Password, of person: PersonID) async throws {
        let hash = try await hasher.sealedHash(password, for: person, keys: ground.keys)
        try await ground.database.write { try $0.replacePasswordHash(hash, of: person) }
    }

    /// Counts the try before anything costly happens, so that a thousand at once are a thousand tries.
    private func countSignIn(on spelling: String, email: EmailAddress?, from visit: Visit) async throws -> (
        once: [Attempt], everywhere: Attempt?
    ) {
        let keys = ground.keys
        let known = try await knownSession(visit.token, of: email)
        let place = known.map { Attempt.fromKnownDevice($0, keys: keys) } ?? .from(visit.client, on: spelling, keys: keys)
        let everywhere = known == nil ? Attempt.fromAnywhere(on: spelling, keys: keys) : nil
        let now = now
        let wait = try await ground.database.write { transaction -> Duration? in
            if let wait = try transaction.count(place, at: now) { return wait }
            return try everywhere.flatMap { try transaction.count($0, at: now) }
        }
        if let wait { throw Problem.tooMany(retryAfter: wait.wholeSeconds) }
        return ([place], everywhere)
    }

    /// The session this browser had on the account with that address, over or not.
    private func knownSession(_ token: BearerToken?, of email: EmailAddress?) async throws -> ID<Session>? {
        guard let token, let account = try await account(with: email) else { return nil }
        return try await ground.database.read { transaction in
            guard let session = try transaction.session(tokenHash: token.hash), session.person == account.person, session.stage == .open
            else {
                return nil
            }
            return session.id
        }
    }
}

extension Duration {
    /// Rounded up, at least one.
    var wholeSeconds: Int { max(1, Int((inMilliseconds + 999) / 1000)) }
}
