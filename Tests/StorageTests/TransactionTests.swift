import Storage
import Testing
import Vocabulary

@Suite struct TransactionTests {
    @Test func aWriterThatThrowsLeavesNothingBehindAndHarmsNoOther() async throws {
        let path = "/tmp/sotto-test-\(PersonID(at: SystemClock().now)).sqlite"
        let database = try Database.sqlite(at: path)
        try await database.migrate([Migration("test", 1, ["CREATE TABLE word (text TEXT PRIMARY KEY NOT NULL) STRICT"])])
        struct Stop: Error {}
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    try? await database.write { transaction in
                        try transaction.run("INSERT INTO word (text) VALUES (\(String(number)))")
                        if number % 3 == 0 { throw Stop() }
                    }
                }
            }
        }
        let count = try await database.read { try $0.first("SELECT COUNT(*) AS n FROM word")?.get("n", as: Int.self) }
        #expect(count == 66)
        await database.close()
    }
}
