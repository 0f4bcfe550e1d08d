import Server
import Storage
import TestKit
import Testing

/// **A data folder of any earlier Sotto opens with this one, with all that was in it.** Each migration runs once here over tables that have
/// a row each, as it will where somebody has used Sotto for a year: one that adds a column which no old row can fill fails here, and not
/// there.
@Suite(.timeLimit(.minutes(2))) struct EarlierVersionTests {
    private struct Column {
        let table: String
        let name: String
        let isText: Bool
        let isBytes: Bool
    }

    /// Migrations that empty a table, and which: answers for programs that ask twice, which are kept for a day, were not sealed before.
    private static let emptied = ["desk-api 2": "api_answer"]

    @Test("every migration runs over tables in which something is, and loses none of it", arguments: Engine.all)
    func oneAfterAnother(on engine: Engine) async throws {
        let database = try await engine.temporary()
        let words = Self.allowedWords()
        var filled: Set<String> = []
        for count in 1...Migrations.all.count {
            let migration = Migrations.all[count - 1]
            #expect(try await database.migrate(Array(Migrations.all.prefix(count))) == 1, "\(migration.domain) \(migration.number)")
            let tables = Dictionary(grouping: try await Self.columns(of: database, on: engine), by: \.table)
            for table in filled.subtracting(tables.keys) { filled.remove(table) }
            let emptied = Self.emptied["\(migration.domain) \(migration.number)"]
            try await database.read { [filled] transaction in
                for table in filled where table != emptied {
                    let row = try transaction.first(SQL(stringLiteral: "SELECT COUNT(*) AS number FROM \(table)"))
                    #expect(try row?.get("number", as: Int.self) != 0, "\(migration.domain) \(migration.number) loses what is in \(table)")
                }
            }
            if let emptied { filled.remove(emptied) }
            try await Self.fill(tables.filter { !filled.contains($0.key) }.map(\.value), of: database, words, on: engine)
            filled.formUnion(tables.keys)
        }
        #expect(filled.count > 60)
        // What a new folder has is what an old one has now.
        let fresh = try await engine.temporary()
        try await fresh.migrate(Migrations.all)
        let names = { (columns: [Column]) in columns.map { "\($0.table).\($0.name)" }.sorted() }
        #expect(names(try await Self.columns(of: fresh, on: engine)) == names(try await Self.columns(of: database, on: engine)))
        await fresh.close()
        await database.close()
    }

    /// A row in each table. References go to rows that came before: all have the same id, and a table that has to wait is tried again.
    private static func fill(_ tables: [[Column]], of database: Database, _ words: [String: String], on engine: Engine) async throws {
        var left = tables
        while !left.isEmpty {
            var refused: [([Column], any Error)] = []
            for columns in left {
                let table = columns[0].table
                do {
                    try await database.write { transaction in
                        // Some have a row from the beginning.
                        guard try transaction.first(SQL(stringLiteral: "SELECT 1 AS one FROM \(table) LIMIT 1")) == nil else { return }
                        try transaction.run(row(columns, words, on: engine))
                    }
                } catch {
                    refused.append((columns, error))
                }
            }
            if refused.count == left.count {
                for (columns, error) in refused { Issue.record("\(columns[0].table): \(error)") }
                return
            }
            left = refused.map(\.0)
        }
    }

    private static func row(_ columns: [Column], _ words: [String: String], on engine: Engine) -> SQL {
        let id = String(repeating: "01", count: 16)
        let values = columns.map { column in
            if column.isBytes { return engine == .postgres ? "decode('\(id)', 'hex')" : "X'\(id)'" }
            return column.isText ? "'\(words["\(column.table).\(column.name)"] ?? words[column.name] ?? "words")'" : "1"
        }
        let names = columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
        return SQL(stringLiteral: "INSERT INTO \(columns[0].table) (\(names)) VALUES (\(values.joined(separator: ", ")))")
    }

    /// The first word that a column may hold, where it may not hold every one.
    private static func allowedWords() -> [String: String] {
        var words: [String: String] = [:]
        for statement in Migrations.all.flatMap(\.statements) {
            guard let table = statement.firstMatch(of: /CREATE TABLE (\w+)/)?.output.1 else { continue }
            for match in statement.matches(of: /(\w+) TEXT[^,]*? IN \('([\w-]+)'/) {
                words["\(table).\(match.output.1)"] = String(match.output.2)
            }
        }
        return words
    }

    private static func columns(of database: Database, on engine: Engine) async throws -> [Column] {
        let text: SQL =
            engine == .postgres
            ? """
            SELECT table_name, column_name, data_type AS kind FROM information_schema.columns
            WHERE table_schema = current_schema() AND is_generated = 'NEVER'
            """
            : """
            SELECT m.name AS table_name, c.name AS column_name, c.type AS kind FROM sqlite_master m JOIN pragma_table_info(m.name) c
            WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
            """
        return try await database.read { transaction in
            try transaction.rows(text).map { row in
                let kind = try row.get("kind", as: String.self).lowercased()
                return Column(
                    table: try row["table_name"], name: try row["column_name"], isText: kind == "text",
                    isBytes: kind == "blob" || kind == "bytea")
            }
        }.filter { $0.table != "schema_migration" }
    }
}
