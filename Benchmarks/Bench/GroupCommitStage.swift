import Foundation
import Storage
import Vocabulary
import Web

/// Durable events a second, by how many writers there are at once: one waits for its own `fsync` each time, many share one.
struct GroupCommitStage {
    /// As `Database.open` takes them.
    let data: String
    let keys: String

    static let time = Duration.seconds(2)

    private struct Marked: Encodable, Sendable {
        let mark: Int
    }

    func run() async throws {
        guard let roots = RootKeys(text: RootKeys.newLine()) else { preconditionFailure("a root key of our own cannot be read") }
        let ring = try await KeyRing.open(try await .open(keys), roots: roots)
        let database = try await Database.open(data)
        _ = try await database.migrate(StreamStore.migrations)
        let store = StreamStore(database: database, keys: ring, clock: SystemClock())
        for writers in [1, 16, 256] {
            let count = try await write(to: store, in: database, ring, writers: writers)
            print(#"{"writers": \#(writers), "perSecond": \#(Double(count) / Double(Self.time.components.seconds))}"#)
        }
        fflush(nil)
        await database.close()
    }

    /// Each writer appends to a stream of its own and waits until the event is on disk.
    private func write(to store: StreamStore, in database: Database, _ ring: KeyRing, writers: Int) async throws -> Int {
        var readers: [PersonID] = []
        for _ in 0..<writers {
            let reader = PersonID(at: SystemClock().now)
            try await ring.makeKey(for: reader)
            readers.append(reader)
        }
        let end = ContinuousClock.now + Self.time
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for reader in readers {
                group.addTask {
                    var count = 0
                    while ContinuousClock.now < end {
                        let event = try await store.prepare(
                            "bench.notice", Marked(mark: count), in: StreamID("notices", of: reader), for: reader)
                        try await database.write { try store.append(event, in: $0) }
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
    }
}
