/// The database as seen from inside `Database.read` or `Database.write`: one consistent state, nothing half done.
///
/// **The closure is the transaction.** It runs on one thread, start to end, and may run again from the start after
/// a serialisation failure: it must not do anything but talk to this object.
/// **A statement that fails dooms the transaction**, whether or not its
/// error is caught: use `ON CONFLICT` and look at what `RETURNING` gives.
package struct Transaction {
    let connection: any SQLConnection

    /// Runs a statement whose rows nobody wants. What goes wrong with it is thrown here or by any later call, at the latest by the end
    /// of the transaction: PostgreSQL is sent it together with the next statement that is waited for.
    package func run(_ sql: SQL) throws(StorageError) {
        try connection.run(sql)
    }

    /// Runs a statement and gives its rows (`RETURNING` included).
    package func rows(_ sql: SQL) throws(StorageError) -> [Row] {
        try connection.ask(sql).rows()
    }

    /// The first row, if any.
    package func first(_ sql: SQL) throws(StorageError) -> Row? {
        try connection.ask(sql).first()
    }

    /// Whether the statement gives at least one row.
    package func exists(_ sql: SQL) throws(StorageError) -> Bool {
        try connection.ask(sql).exists()
    }

    /// Runs a statement whose rows are looked at later. **Ask for everything first and look then**: PostgreSQL is waited for once.
    package func ask(_ sql: SQL) throws(StorageError) -> Answer {
        try connection.ask(sql)
    }
}

/// What a statement gives, once somebody looks. Only inside its transaction.
package final class Answer {
    /// Nil until the engine has answered.
    var given: [Row]?
    private let connection: any SQLConnection

    init(_ given: [Row]?, from connection: any SQLConnection) {
        (self.given, self.connection) = (given, connection)
    }

    package func rows() throws(StorageError) -> [Row] {
        if given == nil { try connection.settle() }
        guard let given else { throw .unavailable("a statement was never answered") }
        return given
    }

    package func first() throws(StorageError) -> Row? { try rows().first }

    package func exists() throws(StorageError) -> Bool { try !rows().isEmpty }
}

/// What statements that were asked for come to, once somebody looks. Only inside their transaction.
package typealias Later<Value> = () throws -> Value

/// What an engine lends to one transaction. Used by one thread at a time.
protocol SQLConnection: AnyObject {
    func run(_ sql: SQL) throws(StorageError)
    func ask(_ sql: SQL) throws(StorageError) -> Answer
    func insert(_ rows: NumberRows) throws(StorageError)
    /// Waits for the answers to everything that was asked.
    func settle() throws(StorageError)
}
