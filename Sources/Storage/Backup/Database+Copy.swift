extension Database {
    /// Writes a consistent copy of the whole database to a new file at `path`, while readers and writers go on.
    ///
    /// What is sealed stays sealed. SQLite writes a database file, PostgreSQL an archive of `pg_dump`.
    /// Throws `.exists` rather than overwrite, `.toolMissing` where `pg_dump` is not installed.
    package func copy(to path: String) async throws {
        try PrivateFile.create(path)
        do {
            try await driver.copy(to: path)
            try PrivateFile.settle(path)
        } catch {
            PrivateFile.remove(path)
            throw error
        }
    }

    /// Puts a copy back where `address` (see `open`) says. Refuses with `.exists` when there is anything already.
    package static func restore(_ path: String, to address: String) async throws {
        guard let file = SQLiteDriver.path(in: address) else { return try await PostgresDriver.restore(path, to: address) }
        try await SQLiteDriver.restore(path, to: file)
    }
}
