/// The database as seen from inside `Database.read` or `Database.write`: one consistent state, nothing half done.
///
/// **The closure is the transaction.** It runs on one thread, start to end, and may run again from the start after
/// a serialisation failure: it must not do anything but talk to this object.
/// **A statement that fails dooms the transaction**, whether or not its
/// error is caught: use `ON CONFLICT` and look at what `RETURNING` gives.
package struct Transaction {
    let connection: any SQLConnection

    /// Runs a statement and gives its rows (`RETURNING` included).
    @discardableResult
    package func run(_ sql: SQL) throws(StorageError) -> [Row] {
        try connection.run(sql)
    }

    /// The first row, if any.
    package func first(_ sql: SQL) throws(StorageError) -> Row? {
        try connection.run(sql).first
    }

    /// Whether the statement gives at least one row.
    package func exists(_ sql: SQL) throws(StorageError) -> Bool {
        try connection.run(sql).isEmpty == false
    }
}

/// What an engine lends to one transaction. Used by one thread at a time.
protocol SQLConnection: AnyObject {
    func run(_ sql: SQL) throws(StorageError) -> [Row]
}
