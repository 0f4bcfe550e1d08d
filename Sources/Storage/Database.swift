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

    /// Runs `body` against one consistent state. It must not write.
    package func read<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try await driver.read(body)
    }

    /// Runs `body` and commits; rolls back when it throws.
    @discardableResult
    package func write<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try await driver.write(body)
    }

    /// Waits for work under way, then lets go of every connection and file.
    package func close() async {
        await driver.close()
    }
}

/// What an engine must be able to do.
protocol Driver: Sendable {
    func read<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value
    func write<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value
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
