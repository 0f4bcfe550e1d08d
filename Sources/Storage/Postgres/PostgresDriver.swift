/// PostgreSQL through libpq.
///
/// Writers are `SERIALIZABLE` unless they say otherwise, so that a transaction means the same as on SQLite, where there is only one
/// writer. What that costs is running a transaction again now and then; it must not be seen by anyone.
final class PostgresDriver: Driver {
    /// How long a transaction that collides is run again before its writer
    /// is told `.busy`: as long as SQLite waits for a lock, and then some.
    static let patience: Duration = .seconds(15)

    let url: String
    private let pool: PostgresPool
    /// Transactions that collided take turns from then on: a row that everyone writes is then written one after the other.
    private let turns = Turns()

    /// Opens one connection, so that a wrong address is told at once.
    init(url: String, connections: Int, patience: Duration = .seconds(5)) async throws {
        self.url = url
        pool = PostgresPool(url: url, connections: connections, patience: patience)
        try await pool.run { _ in }
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try await run(.reads, body)
    }

    func write<Value: Sendable>(
        _ isolation: Isolation, _ body: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Value {
        try await run(.writes(isolation), body)
    }

    func schema() async throws -> Schema {
        try await read { transaction in
            let rows = try transaction.rows(
                "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()")
            var columns: [String: Set<String>] = [:]
            for row in rows {
                columns[try row["table_name"], default: []].insert(try row["column_name"])
            }
            return Schema(columns: columns)
        }
    }

    func close() async {
        await pool.close()
    }

    private func run<Value: Sendable>(_ kind: PostgresConnection.Kind, _ body: @escaping @Sendable (Transaction) throws -> Value)
        async throws -> Value
    {
        do {
            return try await pool.run { try $0.transaction(kind, body) }
        } catch let retry as PostgresConnection.Retry where retry.failure.cure == .reconnect {
            // Often a connection that died while nobody used it: a new one shows whether the server is there.
            return try await again(kind, body, fresh: true) { attempt, _ in attempt < 2 }
        } catch is PostgresConnection.Retry {
            return try await turns.take { try await self.again(kind, body, fresh: false) { _, began in .now - began < Self.patience } }
        }
    }

    private func again<Value: Sendable>(
        _ kind: PostgresConnection.Kind, _ body: @escaping @Sendable (Transaction) throws -> Value, fresh: Bool,
        while isPatient: (Int, ContinuousClock.Instant) -> Bool
    ) async throws -> Value {
        var last = StorageError.busy
        let began = ContinuousClock.now
        var attempt = 0
        while isPatient(attempt, began) {
            do {
                return try await pool.run(fresh: fresh) { try $0.transaction(kind, body) }
            } catch let retry as PostgresConnection.Retry {
                last = retry.failure.error
            }
            // Random, so that two nodes do not collide for ever: up to 1, 2, 4 … 64 ms.
            try await Task.sleep(for: .microseconds(Int.random(in: 0...(1000 << min(attempt, 6)))))
            attempt += 1
        }
        throw last
    }
}
