extension Database {
    /// Opens or creates the SQLite file at `path` (its folder must exist).
    package static func sqlite(at path: String, readers: Int = 4) throws -> Database {
        Database(driver: try SQLiteDriver(path: path, readers: readers), engine: .sqlite)
    }
}
