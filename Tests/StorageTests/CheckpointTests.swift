import Foundation
import Storage
import TestKit
import Testing

/// SQLite's journal is brought back into the file beside the writer.
@Suite(.timeLimit(.minutes(5))) struct CheckpointTests {
    /// What one commit writes, in bytes: a quarter of what sets off a checkpoint.
    private static let bytes = 4 * 1024 * 1024

    @Test("However much is written, the journal begins anew, and everything is in the file")
    func journalStaysSmall() async throws {
        let path = TemporaryFolder.path("words.sqlite")
        let database = try Database.sqlite(at: path)
        try await database.migrate([
            Migration("test", 1, ["CREATE TABLE page (id INTEGER PRIMARY KEY NOT NULL, bytes BLOB NOT NULL) STRICT"])
        ])
        let written = Tally()
        for _ in 0..<5 {
            let before = Self.size(path)
            try await Eventually.holds {
                try await Self.writePage(to: database)
                written.add()
                return Self.size(path) >= before + 4 * Self.bytes
            }
        }
        #expect(Self.size(path + "-wal") < written.count * Self.bytes / 2)
        await database.close()
        let again = try Database.sqlite(at: path)
        let rows = try await again.read { try $0.rows("SELECT length(bytes) AS length FROM page ORDER BY id") }
        #expect(try rows.map { try $0.get("length", as: Int.self) } == Array(repeating: Self.bytes, count: written.count))
        await again.close()
    }

    @Test("A reader keeps its state while the journal is brought back beside it, and what it held back comes back after it")
    func readerKeepsItsState() async throws {
        let path = TemporaryFolder.path("words.sqlite")
        let database = try Database.sqlite(at: path)
        try await database.migrate([
            Migration("test", 1, ["CREATE TABLE page (id INTEGER PRIMARY KEY NOT NULL, bytes BLOB NOT NULL) STRICT"])
        ])
        let (begun, hasBegun) = AsyncStream<Void>.makeStream()
        let mayEnd = DispatchSemaphore(value: 0)
        async let counts = database.read { transaction -> [Int] in
            let before = try transaction.first("SELECT count(*) AS n FROM page")?.get("n", as: Int.self) ?? -1
            hasBegun.finish()
            mayEnd.wait()
            return [before, try transaction.first("SELECT count(*) AS n FROM page")?.get("n", as: Int.self) ?? -1]
        }
        for await _ in begun {}
        for _ in 0..<6 { try await Self.writePage(to: database) }
        mayEnd.signal()
        #expect(try await counts == [0, 0])
        try await Eventually.holds {
            try await Self.writePage(to: database)
            return Self.size(path) >= 8 * Self.bytes
        }
        await database.close()
    }

    private static func writePage(to database: Database) async throws {
        try await database.write { try $0.run("INSERT INTO page (bytes) VALUES (\([UInt8](repeating: 7, count: bytes)))") }
    }

    private static func size(_ path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }
}
