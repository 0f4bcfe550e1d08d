import Crypto

/// One step of a domain's schema. **Append-only**: a step that was released is never edited, and a change of its text stops the start.
///
/// `statements` are written in the shared dialect with the words `BLOB`, `INTEGER` (64 bits), `TEXT`, `REAL` and, after a
/// `CREATE TABLE`, `STRICT` or `STRICT, WITHOUT ROWID`; the PostgreSQL engine reads them as `bytea`, `bigint`, `text`,
/// `double precision` and nothing.
package struct Migration: Sendable {
    package let domain: String
    /// Counted from 1 within the domain, without holes.
    package let number: Int
    package let statements: [String]

    package init(_ domain: String, _ number: Int, _ statements: [String]) {
        self.domain = domain
        self.number = number
        self.statements = statements
    }

    /// SHA-256 of the statements, in hexadecimal.
    package var checksum: String {
        var hash = SHA256()
        for statement in statements {
            hash.update(data: Array(statement.utf8) + [0])
        }
        return hash.finalize().map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }
}

extension Database {
    /// Brings the schema up to date, domain by domain in the given order, each step in its own transaction.
    ///
    /// Throws `.newerSchema` when the database knows steps that `migrations` does not, and `.changedMigration` when a checksum differs.
    /// Several nodes may do so at once: each step is applied by one of them.
    /// Before a database that is in use changes, `backups` keeps a copy of it under `name`.
    /// Returns the number of steps that were applied here.
    @discardableResult
    package func migrate(_ migrations: [Migration], backups: MigrationBackups? = nil, named name: String = "data") async throws -> Int {
        try await makeMigrationTable()
        let pending = try await pending(migrations)
        if let backups, !pending.isEmpty, pending.count < migrations.count { try await backups.save(self, before: pending, named: name) }
        var count = 0
        for migration in pending {
            count += try await write { transaction in try self.apply(migration, in: transaction) ? 1 : 0 }
        }
        return count
    }

    private func makeMigrationTable() async throws {
        do {
            try await write { transaction in
                try transaction.run(SQL(ddl: Self.migrationTable, for: self.engine))
            }
        } catch {
            // PostgreSQL: IF NOT EXISTS does not see what another node is creating right now, and complains in several ways.
            guard try await schema().columns["schema_migration"] != nil else { throw error }
        }
    }

    /// The steps that `migrate` would apply, after checking the ones that were.
    package func pending(_ migrations: [Migration]) async throws -> [Migration] {
        let schema = try await schema()
        guard schema.columns["schema_migration"] != nil else { return migrations }
        let applied = try await read { transaction in
            try transaction.rows("SELECT domain, number, checksum FROM schema_migration").map {
                (
                    domain: try $0.get("domain", as: String.self), number: try $0.get("number", as: Int.self),
                    checksum: try $0.get("checksum", as: String.self)
                )
            }
        }
        for step in applied {
            let known = migrations.filter { $0.domain == step.domain }
            guard let match = known.first(where: { $0.number == step.number }) else {
                throw StorageError.newerSchema(domain: step.domain, found: step.number, known: known.map(\.number).max() ?? 0)
            }
            guard match.checksum == step.checksum else {
                throw StorageError.changedMigration(domain: step.domain, number: step.number)
            }
        }
        return migrations.filter { migration in
            !applied.contains { $0.domain == migration.domain && $0.number == migration.number }
        }
    }

    /// False when another node was first.
    private func apply(_ migration: Migration, in transaction: Transaction) throws -> Bool {
        let mine = try transaction.rows(
            """
            INSERT INTO schema_migration (domain, number, checksum) VALUES (\(migration.domain), \(migration.number), \(migration.checksum))
            ON CONFLICT DO NOTHING RETURNING number
            """)
        guard !mine.isEmpty else { return false }
        for statement in migration.statements {
            try transaction.run(SQL(ddl: statement, for: engine))
        }
        return true
    }

    private static let migrationTable = """
        CREATE TABLE IF NOT EXISTS schema_migration (
            domain TEXT NOT NULL,
            number INTEGER NOT NULL,
            checksum TEXT NOT NULL,
            PRIMARY KEY (domain, number)
        ) STRICT
        """
}

extension SQL {
    /// A schema statement, with the type words of the engine.
    init(ddl text: String, for engine: Database.Engine) {
        guard engine == .postgres else {
            self.init(stringLiteral: text)
            return
        }
        let words = ["BLOB": "bytea", "INTEGER": "bigint", "REAL": "double precision", "STRICT": ""]
        var result = ""
        var word = ""
        for character in text.replacing(", WITHOUT ROWID", with: "") + " " {
            if character.isLetter || character == "_" || character.isNumber {
                word.append(character)
            } else {
                result += words[word] ?? word
                word = ""
                result.append(character)
            }
        }
        self.init(stringLiteral: String(result.dropLast()))
    }
}
