import Storage
import Synchronization
import TestKit

/// Writers that note what was acknowledged, for comparison with what is there afterwards.
final class Ledger: Sendable {
    static let migrations = [
        Migration("ledger", 1, ["CREATE TABLE entry (n INTEGER PRIMARY KEY NOT NULL, body BLOB NOT NULL) STRICT"])
    ]

    private let state = Mutex<(acknowledged: Set<Int>, unknown: Set<Int>, errors: [StorageError], next: Int)>(([], [], [], 0))

    var acknowledged: Set<Int> { state.withLock { $0.acknowledged } }
    /// Entries of which nobody knows whether they were kept.
    var unknown: Set<Int> { state.withLock { $0.unknown } }
    var errors: [StorageError] { state.withLock { $0.errors } }

    /// Writes one entry of so many bytes.
    func write(_ bytes: Int = 100, to database: Database) async throws {
        let n = state.withLock { state in
            state.next += 1
            return state.next
        }
        do {
            try await database.write { try $0.run("INSERT INTO entry (n, body) VALUES (\(n), \([UInt8](repeating: 7, count: bytes)))") }
            state.withLock { _ = $0.acknowledged.insert(n) }
        } catch let error as StorageError {
            state.withLock { state in
                state.errors.append(error)
                if error == .outcomeUnknown { state.unknown.insert(n) }
            }
            throw error
        }
    }

    /// Writes until it fails, and gives the error.
    func writeUntilRefused(_ bytes: Int, to database: Database) async -> StorageError? {
        do {
            for _ in 0..<100_000 { try await write(bytes, to: database) }
            return nil
        } catch { return error as? StorageError }
    }

    /// Writes with many at once, whatever happens, until cancelled.
    func writeForEver(writers: Int, to database: Database) async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<writers {
                group.addTask { while !Task.isCancelled { try? await self.write(to: database) } }
            }
        }
    }

    /// What is there now, asking again while the database is away.
    static func entries(of database: Database) async throws -> Set<Int> {
        try await Eventually.holds { (try? await database.read { try $0.exists("SELECT 1") }) == true }
        return Set(try await database.read { try $0.rows("SELECT n FROM entry").map { try $0.get("n", as: Int.self) } })
    }
}
