import Dispatch
import GRDB

extension SQLiteDriver {
    /// The file in an address such as `sqlite:PATH`.
    static func path(in address: String) -> String? {
        address.hasPrefix("sqlite:") ? String(address.dropFirst("sqlite:".count)) : nil
    }

    func copy(to path: String) async throws {
        try await Self.blocking {
            // A connection of its own reads one state; writers go on meanwhile.
            let source = try DatabaseQueue(path: self.path, configuration: Self.configuration())
            try source.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [path]) }
            try source.close()
        }
    }

    static func restore(_ copy: String, to path: String) async throws {
        for suffix in ["", "-wal", "-shm"] where PrivateFile.exists(path + suffix) { throw StorageError.exists(path + suffix) }
        try PrivateFile.create(path)
        do {
            try await blocking {
                var reading = configuration()
                reading.readonly = true
                let source = try DatabaseQueue(path: copy, configuration: reading)
                try source.writeWithoutTransaction { database in
                    guard try String.fetchOne(database, sql: "PRAGMA integrity_check") == "ok" else {
                        throw StorageError.corrupt("the copy is damaged")
                    }
                    try database.execute(sql: "VACUUM INTO ?", arguments: [path])
                }
                try source.close()
            }
            try PrivateFile.settle(path)
        } catch {
            PrivateFile.remove(path)
            throw error
        }
    }

    /// Long work of SQLite, off Swift's own threads.
    private static func blocking(_ work: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result {
                        do { try work() } catch { throw StorageError(error, sql: "VACUUM INTO") }
                    })
            }
        }
    }
}
