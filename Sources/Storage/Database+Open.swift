extension Database {
    /// Opens or creates the SQLite file at `path` (its folder must exist).
    package static func sqlite(at path: String, readers: Int = 4) throws -> Database {
        Database(driver: try SQLiteDriver(path: path, readers: readers), engine: .sqlite)
    }

    /// Connects to PostgreSQL. `url` is `postgres://user:password@host/database` or what else libpq understands.
    /// Throws `.unavailable` when the server cannot be reached now; afterwards it may come and go.
    /// Who waits longer than `patience` for one of the connections is told `.busy`.
    package static func postgres(_ url: String, connections: Int = 8, patience: Duration = .seconds(5)) async throws -> Database {
        Database(driver: try await PostgresDriver(url: url, connections: connections, patience: patience), engine: .postgres)
    }

    /// Opens what a setting names: `sqlite:PATH` or `postgres://…`.
    package static func open(_ address: String) async throws -> Database {
        if address.hasPrefix("sqlite:") { return try .sqlite(at: String(address.dropFirst("sqlite:".count))) }
        if address.hasPrefix("postgres://") || address.hasPrefix("postgresql://") { return try await .postgres(address) }
        throw StorageError.unknownAddress
    }
}
