import CPostgres

/// What went wrong in PostgreSQL, and whether the transaction may simply be run again.
struct PostgresFailure: Error {
    enum Cure {
        /// Nothing to be done: the error is the caller's.
        case none
        /// Another transaction was in the way (SQLSTATE 40001, 40P01), or a prepared plan is out of date: run it again.
        case again
        /// The link broke before the commit was sent: nothing was kept, run it again on another connection.
        case reconnect
    }

    let error: StorageError
    let cure: Cure

    /// Nothing the server did: an answer that cannot be understood.
    init(_ error: StorageError) {
        (self.error, cure) = (error, .none)
    }

    /// `result` is nil when libpq could not even send the statement.
    init(_ result: OpaquePointer?, on connection: OpaquePointer, sql: String) {
        func field(_ code: Int32) -> String? { PQresultErrorField(result, code).map { String(cString: $0) } }
        // Only the primary message: DETAIL repeats the values.
        let message = field(Self.primaryMessage) ?? String(cString: PQerrorMessage(connection)).firstLine
        let state = field(Self.sqlState) ?? ""
        guard PQstatus(connection) != CONNECTION_BAD else {
            (error, cure) = (.unavailable(message), .reconnect)
            return
        }
        switch state {
        case "40001", "40P01": (error, cure) = (.busy, .again)
        // The server ends the link (admin_shutdown, crash_shutdown); that its end of it is closed is seen later.
        case "57P01", "57P02": (error, cure) = (.unavailable(message), .reconnect)
        case "0A000" where field(Self.sourceFunction) == "RevalidateCachedQuery": (error, cure) = (.busy, .again)
        default: (error, cure) = (Self.error(state, constraint: field(Self.constraintName) ?? message, message, sql: sql), .none)
        }
    }

    /// By SQLSTATE (PostgreSQL documentation, appendix A).
    private static func error(_ state: String, constraint: String, _ message: String, sql: String) -> StorageError {
        switch state {
        case "23505": .duplicate(constraint: constraint)
        case "53100": .full
        case "55P03", "57014": .busy
        case "XX001", "XX002": .corrupt(message)
        default:
            switch state.prefix(2) {
            case "23": .constraint(constraint)
            case "08", "53", "57", "58": .unavailable(message)
            default: .statement(message: message, sql: sql)
            }
        }
    }

    // Macros with a character value, which Swift does not import as integers (postgres_ext.h).
    private static let sqlState = Int32(UInt8(ascii: "C"))
    private static let primaryMessage = Int32(UInt8(ascii: "M"))
    private static let constraintName = Int32(UInt8(ascii: "n"))
    private static let sourceFunction = Int32(UInt8(ascii: "R"))
}

extension String {
    fileprivate var firstLine: String { split(whereSeparator: \.isNewline).first.map(String.init) ?? self }
}
