import Foundation
import Storage
import TestKit
import Testing

/// Another process that holds SQLite's write lock, until told to let go.
private struct LockHolder {
    private let process = Process()
    private let commands = Pipe()

    init(of path: String) async throws {
        let answers = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [
            "-c",
            """
            import sqlite3, sys
            database = sqlite3.connect(sys.argv[1], isolation_level=None)
            database.execute("BEGIN EXCLUSIVE")
            print("held", flush=True)
            sys.stdin.readline()
            database.execute("ROLLBACK")
            """, path,
        ]
        process.standardInput = commands
        process.standardOutput = answers
        try process.run()
        let word = try answers.fileHandleForReading.read(upToCount: 4)
        #expect(word == Data("held".utf8))
    }

    func letGo() async throws {
        try commands.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
        await Shell.ended(process)
    }
}

@Suite struct LockedFileTests {
    private func database() async throws -> (Database, path: String) {
        let path = TemporaryFolder.path("database.sqlite")
        let database = try Database.sqlite(at: path)
        try await database.migrate(Ledger.migrations)
        return (database, path)
    }

    @Test func aLockHeldForLongIsToldAndReadingGoesOn() async throws {
        let (database, path) = try await database()
        let ledger = Ledger()
        try await ledger.write(to: database)
        let holder = try await LockHolder(of: path)
        async let refused = ledger.writeUntilRefused(100, to: database)
        #expect(try await Ledger.entries(of: database) == ledger.acknowledged)
        #expect(await refused == .busy)
        try await holder.letGo()
        try await ledger.write(to: database)
        #expect(try await Ledger.entries(of: database) == ledger.acknowledged)
        await database.close()
    }

    @Test func aLockHeldForAMomentIsWaitedFor() async throws {
        let (database, path) = try await database()
        let ledger = Ledger()
        let holder = try await LockHolder(of: path)
        async let written: Void = ledger.write(to: database)
        try await holder.letGo()
        try await written
        #expect(try await Ledger.entries(of: database) == ledger.acknowledged)
        await database.close()
    }
}
