package import Storage
package import Vocabulary

extension Desk {
    package static let tokenMigrations = [
        Migration(
            "desk-api", 1,
            [
                """
                CREATE TABLE api_token (
                    id BLOB PRIMARY KEY NOT NULL,
                    program_id BLOB NOT NULL UNIQUE,
                    fingerprint BLOB NOT NULL UNIQUE,
                    name TEXT NOT NULL,
                    scopes TEXT NOT NULL,
                    made_by BLOB,
                    created_at INTEGER NOT NULL,
                    expires_at INTEGER NOT NULL,
                    used_on INTEGER,
                    revoked INTEGER NOT NULL CHECK (revoked IN (0, 1))
                ) STRICT
                """,
                """
                CREATE TABLE api_answer (
                    token_id BLOB NOT NULL REFERENCES api_token (id) ON DELETE CASCADE,
                    key TEXT NOT NULL,
                    request BLOB NOT NULL,
                    status INTEGER,
                    answer BLOB,
                    at INTEGER NOT NULL,
                    PRIMARY KEY (token_id, key)
                ) STRICT
                """,
                "CREATE INDEX api_answer_age ON api_answer (at)",
                "CREATE INDEX enquiry_state ON enquiry (state, conversation_id)",
            ]),
        // An answer may repeat what somebody said or is called: it goes with the conversation that it is about. Those kept before do not
        // say which that is, and go now: their requests would be a day old at most.
        Migration(
            "desk-api", 2,
            [
                "DELETE FROM api_answer",
                "ALTER TABLE api_answer ADD COLUMN conversation_id BLOB REFERENCES conversation (id) ON DELETE CASCADE",
                "CREATE INDEX api_answer_conversation ON api_answer (conversation_id) WHERE conversation_id IS NOT NULL",
            ]),
    ]
}

extension APIToken {
    init(_ row: Row) throws(StorageError) {
        id = try row["id"]
        program = try row["program_id"]
        name = try row["name"]
        scopes = Set(try row.get("scopes", as: String.self).split(separator: " ").map(String.init))
        madeBy = try row["made_by"]
        createdAt = try row["created_at"]
        expiresAt = try row["expires_at"]
        usedOn = try row["used_on"]
        isRevoked = try row["revoked"]
    }
}

extension Transaction {
    func add(_ token: APIToken, fingerprint: [UInt8]) throws(StorageError) {
        let scopes = token.scopes.sorted().joined(separator: " ")
        try run(
            """
            INSERT INTO api_token (id, program_id, fingerprint, name, scopes, made_by, created_at, expires_at, used_on, revoked)
            VALUES (\(token.id), \(token.program), \(fingerprint), \(token.name), \(scopes), \(token.madeBy), \(token.createdAt),
                \(token.expiresAt), \(token.usedOn), \(token.isRevoked))
            """)
    }

    func token(fingerprint: [UInt8]) throws(StorageError) -> APIToken? {
        try first("SELECT * FROM api_token WHERE fingerprint = \(fingerprint)").map { row throws(StorageError) in try APIToken(row) }
    }

    func token(of program: PersonID) throws(StorageError) -> APIToken? {
        try first("SELECT * FROM api_token WHERE program_id = \(program)").map { row throws(StorageError) in try APIToken(row) }
    }

    func tokens() throws -> [APIToken] {
        try rows("SELECT * FROM api_token ORDER BY revoked, created_at DESC").map(APIToken.init)
    }

    func use(_ token: ID<APIToken>, on day: Timestamp) throws(StorageError) {
        try run("UPDATE api_token SET used_on = \(day) WHERE id = \(token)")
    }

    func revoke(_ token: ID<APIToken>) throws(StorageError) -> Bool {
        try exists("UPDATE api_token SET revoked = 1 WHERE id = \(token) AND revoked = 0 RETURNING id")
    }
}
