package import Storage

extension Database.Engine {
    /// The address of an empty database that a copy of `database` can be put into. PostgreSQL's archives carry the name of their
    /// schema, so there it is the same schema, renamed away and made anew.
    package func temporaryAddress(like database: Database) async throws -> String {
        guard self == .postgres else { return try await temporaryAddress() }
        let schema = try await database.read { try $0.first("SELECT current_schema() AS name")?.get("name", as: String.self) } ?? ""
        try await database.write { transaction in
            try transaction.run(SQL(stringLiteral: "ALTER SCHEMA \(schema) RENAME TO \(schema)_old"))
            try transaction.run(SQL(stringLiteral: "CREATE SCHEMA \(schema)"))
        }
        return TestPostgres.address(of: schema)
    }
}
