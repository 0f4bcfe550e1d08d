package import Storage
package import Vocabulary
import Web

/// How often something that needs a secret was tried, and how long to wait before the next try (C04, C59).
///
/// **Waiting grows for the one who guesses, not for the owner of the account**: tries are counted for the address together with where they
/// come from, and for a browser the account knows by itself. The count over all places slows only browsers the account does not know,
/// and never a passkey.
struct Attempt: Sendable {
    let subject: [UInt8]
    /// Tries before waiting begins.
    let free: Int
    let longestWait: Duration
    /// The first wait, of which each next one is the double.
    let firstWait: Duration

    static let column = SealedColumn("attempt", "subject")
    /// Counts start afresh after this long.
    static let memory: Duration = .days(1)

    private init(_ subject: String, free: Int, longestWait: Duration, firstWait: Duration = .seconds(1), keys: KeyRing) {
        self.firstWait = firstWait
        self.subject = keys.blindIndex(subject, as: Self.column)
        self.free = free
        self.longestWait = longestWait
    }

    /// One account from one place.
    static func from(_ client: Redacted<String>, on email: String, keys: KeyRing) -> Attempt {
        Attempt("place|\(email)|\(client.value)", free: 5, longestWait: .minutes(15), keys: keys)
    }

    /// One account from a browser that has been signed in to it.
    static func fromKnownDevice(_ session: ID<Session>, keys: KeyRing) -> Attempt {
        Attempt("device|\(session)", free: 10, longestWait: .minutes(5), keys: keys)
    }

    /// One account from anywhere.
    static func fromAnywhere(on email: String, keys: KeyRing) -> Attempt {
        Attempt("anywhere|\(email)", free: 50, longestWait: .minutes(15), keys: keys)
    }

    /// Codes that stand for a second factor, whoever types them.
    static func code(of person: PersonID, keys: KeyRing) -> Attempt {
        Attempt("code|\(person)", free: 5, longestWait: .minutes(15), keys: keys)
    }

    /// Proofs typed within a session.
    static func proof(in session: String, keys: KeyRing) -> Attempt {
        Attempt("proof|\(session)", free: 10, longestWait: .minutes(15), keys: keys)
    }

    /// Mails to one address that anybody can cause.
    static func mail(to emailIndex: [UInt8], keys: KeyRing) -> Attempt {
        Attempt("mail|\(CrockfordBase32.encode(emailIndex))", free: 3, longestWait: .hours(4), keys: keys)
    }

    /// Mails with a visitor's private link to one address, whichever conversation they are about: at most seven a day.
    static func visitorsLink(to emailIndex: [UInt8], keys: KeyRing) -> Attempt {
        Attempt("link|\(CrockfordBase32.encode(emailIndex))", free: 3, longestWait: .days(1), firstWait: .hours(1), keys: keys)
    }

    /// The same of one visitor, to whichever addresses.
    static func visitorsLink(of visitor: PersonID, keys: KeyRing) -> Attempt {
        Attempt("links|\(visitor)", free: 3, longestWait: .days(1), firstWait: .hours(1), keys: keys)
    }

    /// The wait after so many tries: nothing, then 1, 2, 4… times the first.
    func wait(after count: Int) -> Duration {
        guard count >= free else { return .zero }
        return min(firstWait * (1 << min(count - free, 20)), longestWait)
    }
}

extension Transaction {
    /// Counts a mail with a visitor's private link, to its recipient and to the visitor. Throws `Problem.tooMany` when either has had
    /// enough of them.
    package func countLink(of visitor: PersonID, to email: EmailAddress, keys: KeyRing, at now: Timestamp) throws {
        for attempt in [Attempt.visitorsLink(to: keys.emailIndex(email), keys: keys), .visitorsLink(of: visitor, keys: keys)] {
            if let wait = try count(attempt, at: now) { throw Problem.tooMany(retryAfter: wait.wholeSeconds) }
        }
    }

    /// Counts a try. Returns how long to wait instead, when it comes too early; a try that must wait is not counted.
    func count(_ attempt: Attempt, at now: Timestamp) throws(StorageError) -> Duration? {
        let row = try first(
            """
            INSERT INTO attempt (subject, count, wait_until, ends_at) VALUES (\(attempt.subject), 1, 0, \(now + Attempt.memory))
            ON CONFLICT (subject) DO UPDATE SET
                count = CASE WHEN attempt.ends_at <= \(now) THEN 1 WHEN attempt.wait_until <= \(now) THEN attempt.count + 1 ELSE attempt.count END,
                wait_until = CASE WHEN attempt.ends_at <= \(now) THEN 0 ELSE attempt.wait_until END,
                ends_at = CASE WHEN attempt.ends_at <= \(now) THEN \(now + Attempt.memory) ELSE attempt.ends_at END
            RETURNING count, wait_until
            """)
        guard let row else { throw .unexpectedValue(column: "count") }
        let until: Timestamp = try row["wait_until"]
        if until > now { return until - now }
        let next = attempt.wait(after: try row["count"])
        if next > .zero {
            try run("UPDATE attempt SET wait_until = \(now + next) WHERE subject = \(attempt.subject)")
        }
        return nil
    }

    /// The secret was right: this try, and those before it, count no more.
    func forget(_ attempt: Attempt) throws(StorageError) {
        try run("DELETE FROM attempt WHERE subject = \(attempt.subject)")
    }

    /// The secret was right: this one try counts no more.
    func uncount(_ attempt: Attempt) throws(StorageError) {
        try run("UPDATE attempt SET count = count - 1 WHERE subject = \(attempt.subject) AND count > 0")
    }
}
