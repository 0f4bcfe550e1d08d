/// Why the database did not do what it was asked. Texts name tables and statements, never values.
package enum StorageError: Error, Equatable, Sendable {
    /// A `UNIQUE` or primary key already has such a row. `constraint` is the engine's name for it.
    case duplicate(constraint: String)
    /// A `CHECK`, `NOT NULL` or `REFERENCES` refused the row.
    case constraint(String)
    /// The disk, the quota or the file size limit is full. Nothing of this transaction was kept.
    case full
    /// Another process holds the file, or the database was too busy for the time allowed. Nothing of this transaction was kept.
    case busy
    /// The database cannot be reached. Nothing of this transaction was kept.
    case unavailable(String)
    /// The connection broke while the commit was under way: it may or may not have been kept. Ask again with the same idempotency key.
    case outcomeUnknown
    /// The file or a page in it is damaged.
    case corrupt(String)
    /// The database was written by a newer Sotto.
    case newerSchema(domain: String, found: Int, known: Int)
    /// A migration that was applied is not the one in this program.
    case changedMigration(domain: String, number: Int)
    /// Something is already where a copy was to be written. Nothing was overwritten.
    case exists(String)
    /// A program that this needs is not installed.
    case toolMissing(String)
    /// An address of a database is neither `sqlite:PATH` nor `postgres://…`.
    case unknownAddress
    /// A column was missing or held a value of another type.
    case unexpectedValue(column: String)
    /// Any other refusal: a mistake in a statement, as the engine words it.
    case statement(message: String, sql: String)
}

extension StorageError {
    /// Whether the same request may well succeed a moment later.
    package var isTemporary: Bool {
        switch self {
        case .full, .busy, .unavailable, .outcomeUnknown: true
        default: false
        }
    }
}
