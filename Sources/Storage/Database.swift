/// One database, on either engine.
///
/// Transactions are synchronous inside and asynchronous outside, so that nobody holds one open across an `await`.
/// **When `write` returns, the change is on disk.** When it throws, nothing of it is, save for `StorageError.outcomeUnknown`.
package final class Database: Sendable {
    package enum Engine: String, CaseIterable, Sendable {
        case sqlite, postgres
    }

    let driver: any Driver
    package let engine: Engine

    init(driver: any Driver, engine: Engine) {
        self.driver = driver
        self.engine = engine
    }

    /// Whether all who write wait for one another: who has much to write does it in pieces then.
    package var hasOneWriter: Bool { engine == .sqlite }

    /// Runs `body` against one consistent state. It must not write.
    package func read<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try await driver.read(body)
    }

    /// Runs `body` and commits; rolls back when it throws.
    @discardableResult
    package func write<Value: Sendable>(
        isolation: Isolation = .serializable, _ body: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Value {
        try await driver.write(isolation, body)
    }

    /// Waits for work under way, then lets go of every connection and file.
    package func close() async {
        await driver.close()
    }
}

/// How transactions that write at the same time are kept from each other. SQLite has one writer, and there both are the same.
package enum Isolation: Sendable {
    /// As if one ran after the other, whatever they read.
    case serializable
    /// Each statement sees what was committed before it, and a row that was changed belongs to its transaction until the end.
    ///
    /// **Only for a transaction whose first statement changes the row that guards everything else it reads** (`UPDATE … RETURNING`):
    /// then nobody comes in between, and what is said in one conversation never has to be run again because of another. Of the
    /// messages of a busy PostgreSQL one in three was.
    case readCommitted
}

/// What an engine must be able to do.
protocol Driver: Sendable {
    func read<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value
    func write<Value: Sendable>(
        _ isolation: Isolation, _ body: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Value
    /// Tables and columns of the live schema, for the comparison with the registry.
    func schema() async throws -> Schema
    /// Writes one consistent state to the empty file at `path`.
    func copy(to path: String) async throws
    /// Waits for work under way, then lets go of every connection and file.
    func close() async
}

/// The live schema: each table's columns.
package struct Schema: Equatable, Sendable {
    package var columns: [String: Set<String>]

    package init(columns: [String: Set<String>]) {
        self.columns = columns
    }
}

extension Database {
    /// The tables and columns that exist right now, whatever the migrations say.
    package func schema() async throws -> Schema {
        try await driver.schema()
    }
}
