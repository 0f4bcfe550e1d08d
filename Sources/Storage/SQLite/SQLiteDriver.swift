import Foundation
import GRDB
import Synchronization

/// SQLite through GRDB: one writer that commits for many at a time, and some readers.
final class SQLiteDriver: Driver {
    let path: String
    private let writer: DatabaseQueue
    private let readers: SQLiteReaders
    private let commits: GroupCommit
    private let checkpoints: Checkpoints

    /// Longest time a statement waits for a lock that another process holds, in seconds.
    static let patience = 5.0

    init(path: String, readers: Int) throws {
        self.path = path
        try PrivateFile.createIfMissing(path)
        var configuration = Self.configuration()
        // Readers do not wait for the writer, nor the writer for them.
        configuration.journalMode = .wal
        do {
            writer = try DatabaseQueue(path: path, configuration: configuration)
            self.readers = try SQLiteReaders(path: path, count: readers, configuration: Self.configuration())
            checkpoints = try Checkpoints(path: path, configuration: Self.configuration())
        } catch {
            throw StorageError(error, sql: "open")
        }
        commits = GroupCommit(writer, checkpoints: checkpoints)
    }

    static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(patience)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            // Durable: an acknowledged commit survives a power cut.
            try database.execute(sql: "PRAGMA synchronous = FULL")
            // Second line of defence behind sealing: freed pages are overwritten.
            try database.execute(sql: "PRAGMA secure_delete = ON")
            try database.execute(sql: "PRAGMA cache_size = -8000")
            // What a writer of many might take back is kept in memory: in a file it was a third of all that a message wrote.
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        return configuration
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try await readers.run(body)
    }

    func write<Value: Sendable>(
        _: Isolation, _ body: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Value {
        try await commits.run(body)
    }

    func schema() async throws -> Schema {
        try await read { transaction in
            let rows = try transaction.rows(
                """
                SELECT m.name AS table_name, c.name AS column_name FROM sqlite_master m JOIN pragma_table_info(m.name) c
                WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
                """)
            var columns: [String: Set<String>] = [:]
            for row in rows {
                columns[try row["table_name"], default: []].insert(try row["column_name"])
            }
            return Schema(columns: columns)
        }
    }

    func close() async {
        await commits.drained()
        checkpoints.close()
        readers.close()
        // The last connection brings back what is in the journal, and removes it.
        try? writer.close()
    }
}

/// Lends GRDB's connection to one transaction.
final class SQLiteConnection: SQLConnection {
    private let database: GRDB.Database
    /// The first thing that went wrong. It dooms the transaction, as it does on PostgreSQL.
    private var failure: StorageError?

    init(_ database: GRDB.Database) {
        self.database = database
    }

    func transaction<Value>(_ body: (Transaction) throws -> Value) throws -> Value {
        let value = try body(Transaction(connection: self))
        if let failure { throw failure }
        return value
    }

    func run(_ sql: SQL) throws(StorageError) {
        _ = try rows(sql)
    }

    func ask(_ sql: SQL) throws(StorageError) -> Answer {
        Answer(try rows(sql), from: self)
    }

    func insert(_ rows: NumberRows) throws(StorageError) {
        try dooming(rows.head) { try database.insert(rows) }
    }

    func settle() {}

    private func rows(_ sql: SQL) throws(StorageError) -> [Row] {
        try dooming(sql.text) { try database.rows(of: sql) }
    }

    private func dooming<Value>(_ text: String, _ work: () throws -> Value) throws(StorageError) -> Value {
        if let failure { throw failure }
        do {
            return try work()
        } catch {
            let failure = StorageError(error, sql: text)
            self.failure = failure
            throw failure
        }
    }
}

extension StorageError {
    /// An error of GRDB, by SQLite's result code (sqlite.org/rescode.html).
    init(_ error: any Error, sql: String) {
        if let error = error as? StorageError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self = .unavailable("\(error)")
            return
        }
        let message = error.message ?? "unknown"
        switch error.extendedResultCode {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID:
            self = .duplicate(constraint: message)
            return
        default: break
        }
        switch error.resultCode {
        case .SQLITE_CONSTRAINT: self = .constraint(message)
        case .SQLITE_FULL: self = .full
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupt(message)
        case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM: self = .unavailable(message)
        default: self = .statement(message: message, sql: sql)
        }
    }
}
