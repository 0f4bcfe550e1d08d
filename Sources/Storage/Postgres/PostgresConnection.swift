import CPostgres
import Glibc

/// One link to PostgreSQL. Used by one thread at a time: `PostgresSlot` sees to that.
///
/// **Whatever nobody waits for travels with what somebody waits for** (libpq's pipeline mode): BEGIN and statements without rows go
/// with the next statement whose rows are wanted, and after a transaction that only reads nobody waits for its end.
final class PostgresConnection: SQLConnection {
    /// Most statements sent without looking at an answer. Their answers wait in the socket's buffers meanwhile, and must fit there.
    static let mostUnderWay = 64

    /// What a transaction is for, as PostgreSQL is told.
    enum Kind {
        case reads
        case writes(Isolation)

        fileprivate var isRead: Bool { if case .reads = self { true } else { false } }

        fileprivate var begin: String {
            switch self {
            case .reads: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
            case .writes(.serializable): "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE"
            case .writes(.readCommitted): "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
            }
        }
    }

    /// A message to the server that is not answered yet.
    private struct Sent {
        let text: String
        /// What the statement cache knows it by.
        var key: String?
        var prepares = false
        /// Who wants its rows.
        var answer: Answer?
    }

    private let link: OpaquePointer
    private var statements = StatementCache()
    /// In the order in which they will be answered.
    private var underWay: [Sent] = []
    /// Ends of transactions whose answer nobody waited for.
    private var unheardEnds = 0
    /// The first thing that went wrong in the transaction under way. It dooms the transaction.
    private var failure: PostgresFailure?
    /// Whether the server said that it ends the link.
    private var wasEnded = false
    /// Whether the server has answered anything in the transaction under way.
    private var wasHeard = false

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
        // Waiting for a lock ends before whoever waits for us gives up. Durable, whatever the server's default.
        for setting in [
            "SET lock_timeout = 5000", "SET idle_in_transaction_session_timeout = 60000",
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
        ] {
            let result = PQexec(link, setting)
            defer { PQclear(result) }
            guard Self.isGood(result) else { throw PostgresFailure(result, on: link, sql: setting).error }
        }
        guard PQenterPipelineMode(link) == 1 else { throw PostgresFailure(nil, on: link, sql: "pipeline").error }
    }

    deinit {
        PQfinish(link)
    }

    var isBroken: Bool { wasEnded || PQstatus(link) == CONNECTION_BAD }

    // MARK: - Transactions

    /// Runs `body` between BEGIN and COMMIT. Throws `Retry` when the same transaction may succeed if it is run again.
    func transaction<Value>(_ kind: Kind, _ body: (Transaction) throws -> Value) throws -> Value {
        (failure, wasHeard) = (nil, false)
        let value: Value
        do {
            try send(kind.begin)
            value = try body(Transaction(connection: self))
            // COMMIT must not be the first to find out that the link died long ago: nobody would know what became of it.
            if kind.isRead || !wasHeard { try settle() }
            if let failure { throw failure.error }
        } catch {
            rollBack()
            throw failure.flatMap(Retry.init) ?? error
        }
        if kind.isRead { end() } else { try commit() }
        return value
    }

    private func commit() throws {
        do throws(PostgresFailure) {
            try send("COMMIT")
            guard PQpipelineSync(link) == 1 else { throw PostgresFailure(nil, on: link, sql: "COMMIT") }
            try receive()
            try hearEnd(of: "COMMIT")
        } catch {
            // The server may have committed before the link broke.
            guard !isBroken else { throw StorageError.outcomeUnknown }
            try? hearEnd(of: "COMMIT")
            rollBack()
            throw Retry(error) ?? error.error
        }
    }

    /// Ends what only reads. There is nothing to be learnt from the answer, which is taken by whoever is next.
    private func end() {
        guard (try? send("COMMIT")) != nil, PQpipelineSync(link) == 1, PQflush(link) == 0 else { return }
        underWay.removeAll(keepingCapacity: true)
        unheardEnds += 1
    }

    /// Takes back whatever the transaction did. A link on which that fails is broken.
    private func rollBack() {
        guard !isBroken else { return }
        let hadFailed = failure
        defer { failure = hadFailed }
        guard PQpipelineSync(link) == 1 else { return }
        try? receive()
        guard (try? hearEnd(of: "ROLLBACK")) != nil else { return }
        guard (try? send("ROLLBACK")) != nil, PQpipelineSync(link) == 1 else { return }
        try? receive()
        try? hearEnd(of: "ROLLBACK")
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

    func run(_ sql: SQL) throws(StorageError) {
        try send(sql, for: nil)
    }

    func ask(_ sql: SQL) throws(StorageError) -> Answer {
        let answer = Answer(nil, from: self)
        try send(sql, for: answer)
        return answer
    }

    func insert(_ rows: NumberRows) throws(StorageError) {
        let places = rows.columns.map { _ in "?" }.joined(separator: ", ")
        let text = rows.head + "SELECT * FROM unnest(" + places + ")" + rows.tail
        try send(text, PostgresParameters(lists: rows.values), for: nil)
    }

    func settle() throws(StorageError) {
        try dooming { () throws(PostgresFailure) in
            guard !underWay.isEmpty else { return }
            guard PQsendFlushRequest(link) == 1 else { throw PostgresFailure(nil, on: link, sql: "flush") }
            try receive()
        }
    }

    private func send(_ sql: SQL, for answer: Answer?) throws(StorageError) {
        try send(sql.text, PostgresParameters(sql.values), for: answer)
    }

    private func send(_ text: String, _ parameters: PostgresParameters, for answer: Answer?) throws(StorageError) {
        if underWay.count >= Self.mostUnderWay { try settle() }
        try dooming { () throws(PostgresFailure) in
            let key = parameters.signature + text
            let name: String
            if let known = statements.name(of: key) { name = known } else { name = try prepare(text, parameters, key: key) }
            let isSent = parameters.withPointers { values, lengths, formats in
                PQsendQueryPrepared(link, name, Int32(parameters.types.count), values, lengths, formats, 1)
            }
            guard isSent == 1 else { throw PostgresFailure(nil, on: link, sql: text) }
            underWay.append(Sent(text: text, key: key, answer: answer))
        }
    }

    private func prepare(_ text: String, _ parameters: PostgresParameters, key: String) throws(PostgresFailure) -> String {
        let (name, evicted) = statements.insert(key)
        if let evicted { try send("DEALLOCATE \(evicted)") }
        guard PQsendPrepare(link, name, SQL.numbered(text), Int32(parameters.types.count), parameters.types) == 1 else {
            statements.remove(key)
            throw PostgresFailure(nil, on: link, sql: text)
        }
        underWay.append(Sent(text: text, key: key, prepares: true))
        return name
    }

    /// Sends a statement that has neither parameters nor rows.
    private func send(_ text: String) throws(PostgresFailure) {
        guard PQsendQueryParams(link, text, 0, nil, nil, nil, nil, 1) == 1 else { throw PostgresFailure(nil, on: link, sql: text) }
        underWay.append(Sent(text: text))
    }

    /// Once something went wrong, nothing of the transaction is carried out any more.
    private func dooming(_ work: () throws(PostgresFailure) -> Void) throws(StorageError) {
        if let failure { throw failure.error }
        do {
            try work()
        } catch {
            failure = error
            throw error.error
        }
    }

    // MARK: - Answers

    /// Takes the answers to all that is under way. The first failure is thrown when all are taken.
    private func receive() throws(PostgresFailure) {
        while unheardEnds > 0 {
            try hearEnd(of: "the transaction before")
            unheardEnds -= 1
        }
        defer { underWay.removeAll(keepingCapacity: true) }
        var first: PostgresFailure?
        for sent in underWay {
            do {
                try receive(sent)
            } catch {
                first = first ?? error
                if error.cure == .reconnect { wasEnded = true }
                // What came after it was not carried out, and nothing is prepared that was to be.
                if sent.prepares || error.cure == .again, let key = sent.key { statements.remove(key) }
            }
            if isBroken { break }
        }
        wasHeard = true
        if let first { throw first }
    }

    private func receive(_ sent: Sent) throws(PostgresFailure) {
        let result = PQgetResult(link)
        defer {
            PQclear(result)
            // A result ends with nothing.
            while let more = PQgetResult(link) { PQclear(more) }
        }
        guard let result, Self.isGood(result) else { throw PostgresFailure(result, on: link, sql: sent.text) }
        guard let answer = sent.answer else { return }
        do {
            answer.given = try PostgresResult(result).rows()
        } catch {
            throw PostgresFailure(error)
        }
    }

    /// Takes everything up to the end of a transaction that was sent with a synchronisation point.
    private func hearEnd(of text: String) throws(PostgresFailure) {
        var empties = 0
        while true {
            guard let result = PQgetResult(link) else {
                // Between two results there is one nothing; more of them in a row mean that there is nothing to wait for.
                empties += 1
                guard empties < 3, !isBroken else { throw PostgresFailure(nil, on: link, sql: text) }
                continue
            }
            defer { PQclear(result) }
            empties = 0
            if PQresultStatus(result) == PGRES_PIPELINE_SYNC { return }
        }
    }

    private static func isGood(_ result: OpaquePointer?) -> Bool {
        let status = PQresultStatus(result)
        return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK
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
