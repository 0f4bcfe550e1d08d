import Foundation
import Logging
import Storage
import TestKit
import Testing
import Vocabulary

@Suite struct MigrationTests {
    private let first = Migration("test", 1, ["CREATE TABLE word (text TEXT PRIMARY KEY NOT NULL) STRICT"])
    private let second = Migration("test", 2, ["ALTER TABLE word ADD COLUMN uses INTEGER", "CREATE INDEX word_uses ON word (uses)"])

    @Test(arguments: Engine.all) func stepsAreAppliedOnceAndInOrder(on engine: Engine) async throws {
        let address = try await engine.temporaryAddress()
        for (steps, applied) in [([first], 1), ([first, second], 1), ([first, second], 0)] {
            let database = try await Database.open(address)
            #expect(try await database.migrate(steps) == applied)
            await database.close()
        }
        let database = try await Database.open(address)
        #expect(try await database.schema().columns["word"] == ["text", "uses"])
        await database.close()
    }

    @Test(arguments: Engine.all) func aDatabaseOfANewerSottoIsRefused(on engine: Engine) async throws {
        let database = try await engine.temporary()
        try await database.migrate([first, second])
        await #expect(throws: StorageError.newerSchema(domain: "test", found: 2, known: 1)) { try await database.migrate([first]) }
        await database.close()
    }

    @Test(arguments: Engine.all) func aStepThatWasEditedAfterwardsIsRefused(on engine: Engine) async throws {
        let database = try await engine.temporary()
        try await database.migrate([first])
        let edited = Migration("test", 1, ["CREATE TABLE word (text TEXT PRIMARY KEY) STRICT"])
        await #expect(throws: StorageError.changedMigration(domain: "test", number: 1)) { try await database.migrate([edited]) }
        await database.close()
    }

    @Test(arguments: Engine.all) func aStepThatFailsLeavesTheSchemaAsItWas(on engine: Engine) async throws {
        let database = try await engine.temporary()
        try await database.migrate([first])
        let before = try await database.schema()
        let wrong = Migration("test", 2, ["CREATE TABLE other (n INTEGER) STRICT", "CREATE TABLE word (n INTEGER) STRICT"])
        await #expect(throws: StorageError.self) { try await database.migrate([first, wrong]) }
        #expect(try await database.schema() == before)
        #expect(try await database.migrate([first, second]) == 1)
        await database.close()
    }

    @Test(arguments: Engine.all) func severalNodesMayMigrateAtOnce(on engine: Engine) async throws {
        let address = try await engine.temporaryAddress()
        let steps = (1...10).map { Migration("test", $0, ["CREATE TABLE t\($0) (n INTEGER NOT NULL) STRICT"]) }
        let applied = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let database = try await Database.open(address)
                    let count = try await database.migrate(steps)
                    await database.close()
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(applied == 10)
    }

    @Test(arguments: Engine.all) func aDatabaseInUseIsCopiedBeforeItsSchemaChanges(on engine: Engine) async throws {
        let folder = TemporaryFolder.make() + "/backups"
        let clock = ManualClock()
        let backups = MigrationBackups(in: folder, clock: clock, logger: Logger(label: "test"))
        func copies() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }
        let database = try await engine.temporary()
        try await database.migrate([first], backups: backups)
        #expect(!FileManager.default.fileExists(atPath: folder), "an empty database needs no copy")
        try await database.write { try $0.run("INSERT INTO word (text) VALUES ('kept')") }

        var steps = [first]
        for number in 2...6 {
            clock.advance(by: .seconds(1))
            steps.append(Migration("test", number, ["CREATE TABLE t\(number) (n INTEGER) STRICT"]))
            try await database.migrate(steps, backups: backups)
        }
        let names = try copies()
        #expect(names.count == MigrationBackups.kept)
        #expect(names.last?.hasPrefix("data-before-test-6-") == true)
        let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(names[0])")[.posixPermissions] as? Int
        #expect(mode == 0o600)

        let copy = try #require(names.first)
        let elsewhere = try await engine.temporaryAddress(like: database)
        try await Database.restore("\(folder)/\(copy)", to: elsewhere)
        let restored = try await Database.open(elsewhere)
        #expect(try await restored.read { try $0.exists("SELECT 1 FROM word WHERE text = 'kept'") })
        #expect(try await restored.schema().columns["t4"] == nil)
        await restored.close()
        await database.close()
    }
}
