import GRDB
import GRDBSQLite

/// Statements by SQLite's own interface (sqlite.org/c3ref): with GRDB's rows and arguments in between, a statement of some
/// microseconds cost twice as much. GRDB opens, pools and prepares.
extension GRDB.Database {
    /// Runs a statement to its end and gives its rows. Throws `DatabaseError`.
    @discardableResult
    func rows(of sql: SQL) throws -> [Row] {
        let statement = try cachedStatement(sql: sql.text).sqliteStatement
        defer {
            sqlite3_reset(statement)
            // What was bound is not kept in memory longer than the statement runs.
            sqlite3_clear_bindings(statement)
        }
        for (index, value) in sql.values.enumerated() {
            try check(value.bind(to: statement, at: CInt(index + 1)), sql.text)
        }
        var rows: [Row] = []
        var columns: Row.Columns?
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                let all = 0..<sqlite3_column_count(statement)
                if columns == nil { columns = Row.Columns(all.map { String(cString: sqlite3_column_name(statement, $0)) }) }
                guard let columns else { return rows }
                rows.append(Row(columns: columns, values: all.map { SQLValue(of: statement, at: $0) }))
            case SQLITE_DONE: return rows
            case let code: try check(code, sql.text)
            }
        }
    }

    /// Row by row: a prepared statement that is run again costs less than a long one. Throws `DatabaseError`.
    func insert(_ rows: NumberRows) throws {
        let places = rows.columns.map { _ in "?" }.joined(separator: ", ")
        let text = rows.head + "VALUES (" + places + ")" + rows.tail
        let statement = try cachedStatement(sql: text).sqliteStatement
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        for row in 0..<rows.count {
            for (column, values) in rows.values.enumerated() {
                try check(sqlite3_bind_int64(statement, CInt(column + 1), values[row]), text)
            }
            let code = sqlite3_step(statement)
            if code != SQLITE_DONE { try check(code, text) }
            sqlite3_reset(statement)
        }
    }

    /// Runs `body` with one consistent state before it.
    func isolated<Value>(_ body: (GRDB.Database) throws -> Value) throws -> Value {
        try rows(of: "BEGIN")
        defer {
            if (try? rows(of: "COMMIT")) == nil { _ = try? rows(of: "ROLLBACK") }
        }
        return try body(self)
    }

    private func check(_ code: CInt, _ sql: String) throws {
        guard code != SQLITE_OK else { return }
        let message = sqlite3_errmsg(sqliteConnection).map { String(cString: $0) }
        throw DatabaseError(resultCode: .init(rawValue: sqlite3_extended_errcode(sqliteConnection)), message: message, sql: sql)
    }
}

extension SQLValue {
    /// SQLite makes a copy of its own.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    fileprivate func bind(to statement: OpaquePointer, at place: CInt) -> CInt {
        switch self {
        case .null: sqlite3_bind_null(statement, place)
        case .integer(let value): sqlite3_bind_int64(statement, place, value)
        case .real(let value): sqlite3_bind_double(statement, place, value)
        case .text(var value):
            // No text is not NULL.
            value.isEmpty
                ? sqlite3_bind_text(statement, place, "", 0, Self.transient)
                : value.withUTF8 { bytes in
                    bytes.withMemoryRebound(to: CChar.self) {
                        sqlite3_bind_text64(statement, place, $0.baseAddress, UInt64($0.count), Self.transient, UInt8(SQLITE_UTF8))
                    }
                }
        case .blob(let value):
            // No bytes are not NULL.
            value.isEmpty
                ? sqlite3_bind_zeroblob(statement, place, 0)
                : value.withUnsafeBytes { sqlite3_bind_blob64(statement, place, $0.baseAddress, UInt64($0.count), Self.transient) }
        }
    }

    fileprivate init(of statement: OpaquePointer, at place: CInt) {
        switch sqlite3_column_type(statement, place) {
        case SQLITE_INTEGER: self = .integer(sqlite3_column_int64(statement, place))
        case SQLITE_FLOAT: self = .real(sqlite3_column_double(statement, place))
        case SQLITE_TEXT:
            // The text first, then its length in bytes (sqlite.org/c3ref/column_blob.html).
            let start = sqlite3_column_text(statement, place)
            let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, place)))
            self = .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(statement, place)
            self = .blob(Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, place)))))
        default: self = .null
        }
    }
}
