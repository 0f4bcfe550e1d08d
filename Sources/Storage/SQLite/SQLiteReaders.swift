import GRDB
import Synchronization

/// Connections that read, each with a queue of its own: the next transaction goes to the one with the least before it.
final class SQLiteReaders: Sendable {
    private let connections: [DatabaseQueue]
    /// Transactions given to each and not ended.
    private let load: Mutex<[Int]>

    /// The file must be there, in WAL mode.
    init(path: String, count: Int, configuration: Configuration) throws {
        var configuration = configuration
        configuration.readonly = true
        connections = try (0..<max(1, count)).map { _ in try DatabaseQueue(path: path, configuration: configuration) }
        load = Mutex(Array(repeating: 0, count: connections.count))
    }

    func run<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        let place = load.withLock { load in
            let place = load.indices.min { load[$0] < load[$1] } ?? 0
            load[place] += 1
            return place
        }
        return try await withCheckedThrowingContinuation { continuation in
            connections[place].asyncWriteWithoutTransaction { [self] database in
                let result = Result { try database.isolated { try SQLiteConnection($0).transaction(body) } }
                    .mapError { $0 is DatabaseError ? StorageError($0, sql: "read") : $0 }
                load.withLock { $0[place] -= 1 }
                continuation.resume(with: result)
            }
        }
    }

    /// Waits for transactions under way.
    func close() {
        for connection in connections { try? connection.close() }
    }
}
