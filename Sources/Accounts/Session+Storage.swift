import Storage
import Vocabulary

extension Session {
    static let columns: StaticString = "session.id, session.person_id, stage, device, session.created_at, used_at, ends_at, is_strong"

    init(_ row: Row) throws(StorageError) {
        id = try row["id"]
        person = try row["person_id"]
        stage = try row["stage"]
        device = try row["device"]
        createdAt = try row["created_at"]
        usedAt = try row["used_at"]
        endsAt = try row["ends_at"]
        isStrong = try row["is_strong"]
    }
}

extension Transaction {
    func add(_ session: NewSession) throws(StorageError) {
        try run(
            """
            INSERT INTO session (id, token_hash, person_id, stage, device, created_at, used_at, ends_at, is_strong)
            VALUES (\(session.id), \(session.token.hash), \(session.person), \(session.stage), \(session.device),
                    \(session.createdAt), \(session.createdAt), \(session.endsAt), \(session.isStrong))
            """)
    }

    func session(tokenHash: [UInt8]) throws(StorageError) -> Session? {
        guard let row = try first("SELECT \(name: Session.columns) FROM session WHERE token_hash = \(tokenHash)") else { return nil }
        return try Session(row)
    }

    /// The person's open sessions, last used first.
    func sessions(of person: PersonID) throws(StorageError) -> [Session] {
        var sessions: [Session] = []
        for row in try rows(
            "SELECT \(name: Session.columns) FROM session WHERE person_id = \(person) AND stage = \(Session.Stage.open) ORDER BY used_at DESC"
        ) {
            sessions.append(try Session(row))
        }
        return sessions
    }

    /// More than a password was shown in this session.
    func strengthen(_ session: ID<Session>) throws(StorageError) {
        try run("UPDATE session SET is_strong = 1 WHERE id = \(session)")
    }

    func touch(_ session: ID<Session>, at time: Timestamp) throws(StorageError) {
        try run("UPDATE session SET used_at = \(time) WHERE id = \(session) AND used_at < \(time)")
    }

    /// Ends one session of this person; false when there is no such session.
    func end(_ session: ID<Session>, of person: PersonID) throws(StorageError) -> Bool {
        try !rows("DELETE FROM session WHERE id = \(session) AND person_id = \(person) RETURNING id").isEmpty
    }

    /// Ends all sessions of a person but one, and says which ended.
    @discardableResult
    func endSessions(of person: PersonID, except kept: ID<Session>? = nil) throws(StorageError) -> [ID<Session>] {
        let rows = try rows(
            """
            DELETE FROM session WHERE person_id = \(person) AND id <> \(kept?.bytes ?? []) RETURNING id
            """)
        var ended: [ID<Session>] = []
        for row in rows { ended.append(try row["id"]) }
        return ended
    }
}

extension Transaction {
    /// Ends the session a browser has, whoever's it is: it is about to get a new one, and nobody could sign the old one out.
    func endSession(bearing token: BearerToken) throws(StorageError) {
        try run("DELETE FROM session WHERE token_hash = \(token.hash)")
    }
}
