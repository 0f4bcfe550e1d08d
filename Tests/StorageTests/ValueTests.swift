import Storage
import TestKit
import Testing
import Vocabulary

@Suite struct ValueTests {
    @Test(arguments: Engine.all) func everyValueComesBackAsItWas(on engine: Engine) async throws {
        let database = try await engine.temporary()
        try await database.migrate([
            Migration("test", 1, ["CREATE TABLE thing (number INTEGER PRIMARY KEY NOT NULL, i INTEGER, r REAL, t TEXT, b BLOB) STRICT"])
        ])
        let values: [(SQLValue, SQLValue, SQLValue, SQLValue)] = [
            (.null, .null, .null, .null),
            (.integer(.min), .real(-0.1), .text(""), .blob([])),
            (.integer(.max), .real(.greatestFiniteMagnitude), .text("žluťoučký кот عربي 👋🏽 ' \" $1 ?1"), .blob([0, 255, 0, 39, 92])),
            (.integer(-1), .real(1.5), .text("NULL"), .blob(Array(repeating: 7, count: 1_000_000))),
        ]
        for (number, value) in values.enumerated() {
            let row = try await database.write { transaction in
                try transaction.first(
                    """
                    INSERT INTO thing (number, i, r, t, b) VALUES (\(number), \(value.0), \(value.1), \(value.2), \(value.3)) RETURNING i, r, t, b
                    """)
            }
            #expect(try row?.get("i", as: SQLValue.self) == value.0)
            #expect(try row?.get("r", as: SQLValue.self) == value.1)
            #expect(try row?.get("t", as: SQLValue.self) == value.2)
            #expect(try row?.get("b", as: SQLValue.self) == value.3)
        }
        await database.close()
    }

    @Test(arguments: Engine.all) func sumsOfWholeNumbersAreWholeNumbers(on engine: Engine) async throws {
        let database = try await engine.temporary()
        try await database.migrate([Migration("test", 1, ["CREATE TABLE thing (n INTEGER NOT NULL) STRICT"])])
        for n in [3, 10_000, 200_000_000, -7, 123_456_789_012_345] {
            try await database.write { try $0.run("INSERT INTO thing (n) VALUES (\(n))") }
        }
        let row = try await database.read { try $0.first("SELECT SUM(n) AS total, MIN(n) AS least, COUNT(*) AS many FROM thing") }
        #expect(try row?.get("total") == 123_456_989_022_341)
        #expect(try row?.get("least") == -7)
        #expect(try row?.get("many") == 5)
        try await database.write { _ = try $0.rows("DELETE FROM thing WHERE n <> 10000") }
        let one = try await database.read { try $0.first("SELECT SUM(n) AS total FROM thing")?.get("total", as: Int.self) }
        #expect(one == 10_000)
        await database.close()
    }

    @Test(arguments: Engine.all) func aListMatchesItsMembersAndAnEmptyOneNothing(on engine: Engine) async throws {
        let database = try await engine.temporary()
        try await database.migrate([Migration("test", 1, ["CREATE TABLE thing (id BLOB PRIMARY KEY NOT NULL) STRICT"])])
        let ids = (0..<700).map { _ in PersonID(at: .init(milliseconds: 1)) }
        for id in ids { try await database.write { try $0.run("INSERT INTO thing (id) VALUES (\(id))") } }
        // More lengths than a connection keeps prepared statements for.
        for length in 0..<ids.count {
            let found = try await database.read { try $0.rows("SELECT id FROM thing WHERE id IN \(list: ids.prefix(length))").count }
            #expect(found == length)
        }
        await database.close()
    }
}
