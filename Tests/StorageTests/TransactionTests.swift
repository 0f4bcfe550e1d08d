import Foundation
import Storage
import TestKit
import Testing
import Vocabulary

@Suite struct TransactionTests {
    struct Stop: Error {}

    private func words(_ engine: Engine) async throws -> Database {
        let database = try await engine.temporary()
        try await database.migrate([
            Migration("test", 1, ["CREATE TABLE word (text TEXT PRIMARY KEY NOT NULL, uses INTEGER NOT NULL) STRICT"])
        ])
        return database
    }

    @Test(arguments: Engine.all) func aWriterThatThrowsLeavesNothingBehindAndHarmsNoOther(on engine: Engine) async throws {
        let database = try await words(engine)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    try? await database.write { transaction in
                        try transaction.run("INSERT INTO word (text, uses) VALUES (\(String(number)), 0)")
                        if number % 3 == 0 { throw Stop() }
                    }
                }
            }
        }
        let count = try await database.read { try $0.first("SELECT COUNT(*) AS n FROM word")?.get("n", as: Int.self) }
        #expect(count == 66)
        await database.close()
    }

    @Test func aClosedDatabaseIsOneFileWithAnEmptyJournal() async throws {
        let path = TemporaryFolder.path("words.sqlite")
        let database = try Database.sqlite(at: path)
        try await database.migrate([Migration("test", 1, ["CREATE TABLE word (text TEXT PRIMARY KEY NOT NULL) STRICT"])])
        try await database.write { try $0.run("INSERT INTO word (text) VALUES ('hello')") }
        await database.close()
        let journal = try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
        #expect((journal ?? 0) == 0)
        let copy = TemporaryFolder.path("copy.sqlite")
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        let again = try Database.sqlite(at: copy)
        #expect(try await again.read { try $0.exists("SELECT 1 FROM word WHERE text = 'hello'") })
        await again.close()
    }

    @Test(arguments: Engine.all) func readingAndThenWritingWhatWasReadLosesNoUpdate(on engine: Engine) async throws {
        let database = try await words(engine)
        try await database.write { try $0.run("INSERT INTO word (text, uses) VALUES ('hello', 0)") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try await database.write { transaction in
                        let uses: Int = try transaction.first("SELECT uses FROM word")?.get("uses") ?? 0
                        try transaction.run("UPDATE word SET uses = \(uses + 1)")
                    }
                }
            }
            try await group.waitForAll()
        }
        let uses = try await database.read { try $0.first("SELECT uses FROM word")?.get("uses", as: Int.self) }
        #expect(uses == 200)
        await database.close()
    }

    @Test(arguments: Engine.all) func twoWritersWhoEachLookFirstDoNotBothFindTheLastSeatFree(on engine: Engine) async throws {
        let database = try await words(engine)
        let seated = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let seat = try? await database.write { transaction in
                        let taken: Int = try transaction.first("SELECT COUNT(*) AS n FROM word")?.get("n") ?? 0
                        guard taken < 3 else { throw Stop() }
                        try transaction.run("INSERT INTO word (text, uses) VALUES (\(String(number)), 0)")
                    }
                    return seat != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(seated == 3)
        await database.close()
    }

    @Test(arguments: Engine.all) func aStatementThatFailsDoomsTheTransactionEvenWhenItsErrorIsCaught(on engine: Engine) async throws {
        let database = try await words(engine)
        await #expect(throws: StorageError.self) {
            try await database.write { transaction in
                try transaction.run("INSERT INTO word (text, uses) VALUES ('one', 0)")
                try? transaction.run("INSERT INTO word (text, uses) VALUES ('one', 0)")
            }
        }
        #expect(try await database.read { try $0.exists("SELECT 1 FROM word") } == false)
        await database.close()
    }

    @Test(arguments: Engine.all) func whatNobodyWaitsForIsDoneInOrderHoweverMuchItIs(on engine: Engine) async throws {
        let database = try await words(engine)
        let (first, last) = try await database.write { transaction in
            for number in 0..<1000 { try transaction.run("INSERT INTO word (text, uses) VALUES (\(String(number)), \(number))") }
            try transaction.run("UPDATE word SET uses = uses + 1 WHERE text = '999'")
            let first = try transaction.ask("SELECT uses FROM word WHERE text = '999'")
            try transaction.run("UPDATE word SET uses = uses + 1 WHERE text = '999'")
            let last = try transaction.ask("SELECT uses FROM word WHERE text = '999'")
            // In any order, and more than once.
            return ((try first.first()?.get("uses", as: Int.self), try first.rows().count), try last.first()?.get("uses", as: Int.self))
        }
        #expect(first == (1000, 1) && last == 1001)
        #expect(try await database.read { try $0.rows("SELECT 1 FROM word") }.count == 1000)
        await database.close()
    }

    /// On PostgreSQL what comes after it is not carried out either, and the server then lacks statements that were to be prepared.
    @Test(arguments: Engine.all) func whatGoesWrongUnseenIsToldAndKeepsNothing(on engine: Engine) async throws {
        let database = try await words(engine)
        try await database.write { try $0.run("INSERT INTO word (text, uses) VALUES ('one', 0)") }
        for _ in 0..<3 {
            let error = await #expect(throws: StorageError.self) {
                try await database.write { transaction in
                    try transaction.run("INSERT INTO word (text, uses) VALUES ('two', 0)")
                    try transaction.run("INSERT INTO word (text, uses) VALUES ('one', 0)")
                    try transaction.run("UPDATE word SET uses = uses + 1")
                    try transaction.run("DELETE FROM word WHERE uses = \(7)")
                }
            }
            guard case .duplicate = error else { return #expect(Bool(false), "not a duplicate: \(String(describing: error))") }
            // What is looked at afterwards says so too.
            await #expect(throws: StorageError.self) {
                try await database.write { transaction in
                    let answer = try transaction.ask("INSERT INTO word (text, uses) VALUES ('one', 0) RETURNING uses")
                    _ = try? answer.rows()
                    try transaction.run("INSERT INTO word (text, uses) VALUES ('three', 0)")
                }
            }
        }
        #expect(try await database.read { try $0.rows("SELECT uses FROM word") }.map { try $0.get("uses", as: Int.self) } == [0])
        try await database.write { transaction in
            try transaction.run("UPDATE word SET uses = uses + 1")
            try transaction.run("DELETE FROM word WHERE uses = \(7)")
        }
        #expect(try await database.read { try $0.exists("SELECT 1 FROM word WHERE uses = 1") })
        await database.close()
    }

    @Test(arguments: Engine.all) func whatTheDatabaseRefusesIsTold(on engine: Engine) async throws {
        let database = try await words(engine)
        try await database.migrate([
            Migration("test", 1, ["CREATE TABLE word (text TEXT PRIMARY KEY NOT NULL, uses INTEGER NOT NULL) STRICT"]),
            Migration(
                "test", 2,
                ["CREATE TABLE rule (word TEXT NOT NULL REFERENCES word (text), level INTEGER NOT NULL CHECK (level > 0)) STRICT"]),
        ])
        try await database.write { try $0.run("INSERT INTO word (text, uses) VALUES ('one', 0)") }
        func refusal(_ statement: SQL) async -> StorageError? {
            do {
                _ = try await database.write { try $0.run(statement) }
                return nil
            } catch { return error as? StorageError }
        }
        guard case .duplicate = await refusal("INSERT INTO word (text, uses) VALUES ('one', 0)") else {
            return #expect(Bool(false), "not duplicate")
        }
        for statement: SQL in [
            "INSERT INTO rule (word, level) VALUES ('two', 1)", "INSERT INTO rule (word, level) VALUES ('one', 0)",
            "INSERT INTO word (text, uses) VALUES ('three', \(Int?.none))",
        ] {
            guard case .constraint = await refusal(statement) else { return #expect(Bool(false), "not a constraint") }
        }
        guard case .statement = await refusal("SELEKT") else { return #expect(Bool(false), "not a statement") }
        await database.close()
    }

    @Test(arguments: Engine.all) func readingCannotWrite(on engine: Engine) async throws {
        let database = try await words(engine)
        await #expect(throws: StorageError.self) {
            try await database.read { _ = try $0.rows("INSERT INTO word (text, uses) VALUES ('one', 0)") }
        }
        await database.close()
    }
}
