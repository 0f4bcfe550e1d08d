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
        for round in 1...5 {
            for _ in 0..<6 {
                try await database.write { try $0.run("INSERT INTO page (bytes) VALUES (\([UInt8](repeating: 7, count: Self.bytes)))") }
            }
            // It ends with a commit after the bulk.
            try await Eventually.holds {
                try await database.write { try $0.run("UPDATE page SET bytes = \([UInt8(7)]) WHERE id = 1") }
                return Self.size(path) >= (round * 6 - 1) * Self.bytes
            }
            try await database.write { try $0.run("UPDATE page SET bytes = \([UInt8(7)]) WHERE id = 1") }
        }
        #expect(Self.size(path + "-wal") < 12 * Self.bytes, "of 30 that were written")
        await database.close()
        let again = try Database.sqlite(at: path)
        let rows = try await again.read { try $0.run("SELECT length(bytes) AS length FROM page ORDER BY id") }
        #expect(try rows.map { try $0.get("length", as: Int.self) } == [1] + Array(repeating: Self.bytes, count: 29))
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
        func write() async throws {
            for _ in 0..<6 {
                try await database.write { try $0.run("INSERT INTO page (bytes) VALUES (\([UInt8](repeating: 7, count: Self.bytes)))") }
            }
        }
        try await write()
        mayEnd.signal()
        #expect(try await counts == [0, 0])
        try await write()
        try await Eventually.holds {
            try await database.write { try $0.run("UPDATE page SET bytes = \([UInt8(7)]) WHERE id = 1") }
            return Self.size(path) >= 11 * Self.bytes
        }
        await database.close()
    }

    private static func size(_ path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }
}
