import Storage
import TestKit
import Testing

/// Many rows of numbers at once.
@Suite struct NumberRowsTests {
    private func places(_ engine: Engine) async throws -> Database {
        let database = try await engine.temporary()
        try await database.migrate([
            Migration(
                "test", 1,
                ["CREATE TABLE place (word INTEGER NOT NULL, page INTEGER NOT NULL, PRIMARY KEY (word, page)) STRICT, WITHOUT ROWID"])
        ])
        return database
    }

    private func all(in database: Database) async throws -> [[Int64]] {
        try await database.read { try $0.rows("SELECT word, page FROM place ORDER BY word, page") }
            .map { [try $0.get("word"), try $0.get("page")] }
    }

    @Test("What goes in comes out, row for row, however many and however large", arguments: Engine.all, [0, 1, 2, 5000])
    func everyRow(on engine: Engine, count: Int) async throws {
        let database = try await places(engine)
        var chance = Seeded(7)
        let words = (0..<count).map { _ in Int64.random(in: .min ... .max, using: &chance) }
        let pages = (0..<count).map { $0 == 0 ? Int64.min : Int64.max - Int64($0) }
        for skipsKnown in [false, true] {
            // The second time all of them are there already.
            try await database.write {
                try $0.insert(NumberRows(into: "place", ["word": words, "page": pages], skipsKnown: skipsKnown))
            }
            let expected = zip(words, pages).sorted { $0 < $1 }.map { [$0, $1] }
            #expect(try await all(in: database) == expected)
        }
        await database.close()
    }

    private static func rows(_ skipsKnown: Bool) -> NumberRows {
        NumberRows(into: "place", ["word": [1, 2, 3], "page": [1, 2, 3]], skipsKnown: skipsKnown)
    }

    @Test("A row that is there already undoes the whole transaction, unless it is to be skipped", arguments: Engine.all)
    func knownRows(on engine: Engine) async throws {
        let database = try await places(engine)
        try await database.write { try $0.run("INSERT INTO place (word, page) VALUES (2, 2)") }
        await #expect(throws: StorageError.self) {
            try await database.write { transaction in
                try transaction.run("INSERT INTO place (word, page) VALUES (9, 9)")
                // Caught, and all the same nothing of it is kept.
                try? transaction.insert(Self.rows(false))
                try transaction.run("INSERT INTO place (word, page) VALUES (8, 8)")
            }
        }
        #expect(try await all(in: database) == [[2, 2]])
        try await database.write { try $0.insert(Self.rows(true)) }
        #expect(try await all(in: database) == [[1, 1], [2, 2], [3, 3]])
        await database.close()
    }
}
