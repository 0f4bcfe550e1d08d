import CPostgres
import Glibc

/// One link to PostgreSQL. Used by one thread at a time: `PostgresSlot` sees to that.
final class PostgresConnection: SQLConnection {
    private let link: OpaquePointer
    private var statements = StatementCache()
    /// The first thing that went wrong in the transaction under way. It dooms the transaction.
    private var failure: PostgresFailure?

    /// Connects. `url` is a connection URI or a libpq keyword string; what it says wins over the defaults here.
    init(_ url: String) throws(StorageError) {
        // A link that died without a word is noticed within 15 s (keepalives, tcp_user_timeout), a server that is away within 5.
        let settings = [
            ("connect_timeout", "5"), ("keepalives_idle", "5"), ("keepalives_interval", "3"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "15000"), ("application_name", "sotto"), ("dbname", url), ("client_encoding", "UTF8"),
        ]
        guard let link = Self.connect(settings) else { throw .unavailable("out of memory") }
        self.link = link
        PQsetNoticeProcessor(link, { _, _ in }, nil)
        guard PQstatus(link) == CONNECTION_OK else {
            throw PostgresFailure(nil, on: link, sql: "connect").error
        }
        do {
            // Waiting for a lock ends before whoever waits for us gives up. Durable, whatever the server's default.
            try execute("SET lock_timeout = 5000")
            try execute("SET idle_in_transaction_session_timeout = 60000")
            try execute("SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'")
        } catch {
            throw error.error
        }
    }

    deinit {
        PQfinish(link)
    }

    var isBroken: Bool { PQstatus(link) == CONNECTION_BAD }

    // MARK: - Transactions

    /// Runs `body` between `begin` and COMMIT. Throws `Retry` when the same transaction may succeed if it is run again.
    func transaction<Value>(_ begin: String, _ body: (Transaction) throws -> Value) throws -> Value {
        failure = nil
        do {
            try execute(begin)
        } catch {
            throw Retry(error) ?? error.error
        }
        let value: Value
        do {
            value = try body(Transaction(connection: self))
            if let failure { throw failure.error }
        } catch {
            if !isBroken { try? execute("ROLLBACK") }
            throw failure.flatMap(Retry.init) ?? error
        }
        try commit()
        return value
    }

    private func commit() throws {
        let result = PQexec(link, "COMMIT")
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK else {
            let failure = PostgresFailure(result, on: link, sql: "COMMIT")
            // The server may have committed before the link broke.
            if failure.cure == .reconnect { throw StorageError.outcomeUnknown }
            throw Retry(failure) ?? failure.error
        }
    }

    /// The same transaction may succeed when it is run again from the start.
    struct Retry: Error {
        let failure: PostgresFailure

        init?(_ failure: PostgresFailure) {
            guard failure.cure != .none else { return nil }
            self.failure = failure
        }
    }

    // MARK: - Statements

    func run(_ sql: SQL) throws(StorageError) -> [Row] {
        if let failure { throw failure.error }
        do {
            return try query(sql, PostgresParameters(sql.values))
        } catch let error as PostgresFailure {
            failure = error
            throw error.error
        } catch let error as StorageError {
            throw error
        } catch {
            throw .statement(message: "\(error)", sql: sql.text)
        }
    }

    private func query(_ sql: SQL, _ parameters: PostgresParameters) throws -> [Row] {
        let key = parameters.signature + sql.text
        let name = try statements.name(of: key) ?? prepare(sql.numbered, parameters, key: key)
        let result = parameters.withPointers { values, lengths, formats in
            PQexecPrepared(link, name, Int32(parameters.types.count), values, lengths, formats, 1)
        }
        guard let result else { throw PostgresFailure(nil, on: link, sql: sql.text) }
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK: return []
        case PGRES_TUPLES_OK: return try PostgresResult(result).rows()
        default:
            let failure = PostgresFailure(result, on: link, sql: sql.text)
            if failure.cure == .again { statements.remove(key) }
            throw failure
        }
    }

    private func prepare(_ text: String, _ parameters: PostgresParameters, key: String) throws(PostgresFailure) -> String {
        let (name, evicted) = statements.insert(key)
        if let evicted { try execute("DEALLOCATE \(evicted)") }
        let result = PQprepare(link, name, text, Int32(parameters.types.count), parameters.types)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK else {
            statements.remove(key)
            throw PostgresFailure(result, on: link, sql: text)
        }
        return name
    }

    private func execute(_ text: String) throws(PostgresFailure) {
        let result = PQexec(link, text)
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK: return
        default: throw PostgresFailure(result, on: link, sql: text)
        }
    }

    private static func connect(_ settings: [(String, String)]) -> OpaquePointer? {
        var keywords: [UnsafePointer<CChar>?] = settings.map { UnsafePointer(strdup($0.0)) }
        var values: [UnsafePointer<CChar>?] = settings.map { UnsafePointer(strdup($0.1)) }
        defer { for text in keywords + values { free(UnsafeMutablePointer(mutating: text)) } }
        keywords.append(nil)
        values.append(nil)
        return PQconnectdbParams(keywords, values, 1)
    }
}
