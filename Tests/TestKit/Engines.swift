import Foundation
package import Storage
import Vocabulary

package typealias Engine = Database.Engine

extension Database.Engine {
    /// Every database engine a storage-backed test runs on: SQLite, and PostgreSQL where `SOTTO_TEST_POSTGRES` names a server
    /// to be filled and forgotten (`bin/test` starts one).
    package static let all: [Database.Engine] = {
        guard TestPostgres.url != nil else {
            FileHandle.standardError.write(
                Data("SOTTO_TEST_POSTGRES is not set: storage is tested on SQLite only (bin/test tests both).\n".utf8))
            return [.sqlite]
        }
        return [.sqlite, .postgres]
    }()

    /// A fresh, empty database of this engine.
    package func temporary() async throws -> Database {
        let database = try await Database.open(temporaryAddress())
        await OpenDatabases.shared.add(database)
        return database
    }

    /// The address of a fresh, empty database of this engine, for `Database.open`: to open it twice, or again.
    package func temporaryAddress() async throws -> String {
        switch self {
        case .sqlite: "sqlite:" + TemporaryFolder.path("database.sqlite")
        case .postgres: try await TestPostgres.freshSchema()
        }
    }
}

/// Databases of tests that are over may stay open where something still holds them. The oldest are closed, so that one run of all tests
/// has some hundred descriptors and not thousands: beyond 1,365 Foundation's `Process` reads past the end of the list of them and crashes.
private actor OpenDatabases {
    static let shared = OpenDatabases()
    /// More than any one test has; `bin/test` runs one after the other.
    private static let most = 48

    private var databases: [Database] = []

    func add(_ database: Database) async {
        databases.append(database)
        guard databases.count > Self.most else { return }
        await databases.removeFirst().close()
    }
}

/// The PostgreSQL server lent to this run of the tests: each database is a schema of its own there.
package enum TestPostgres {
    /// What `SOTTO_TEST_POSTGRES` says: a connection URI or a keyword string.
    package static let url = ProcessInfo.processInfo.environment["SOTTO_TEST_POSTGRES"]

    /// Forgets what earlier runs left behind, once.
    private static let cleaning = Task {
        guard let url else { return }
        let database = try await Database.postgres(url, connections: 1)
        let schemas = try await database.read { transaction in
            try transaction.rows("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'sotto!_test!_%' ESCAPE '!'").map {
                try $0.get("nspname", as: String.self)
            }
        }
        for schema in schemas where kill(Int32(schema.split(separator: "_")[2]) ?? 0, 0) != 0 {
            _ = try await database.write { transaction in
                try transaction.run(SQL(stringLiteral: "DROP SCHEMA IF EXISTS \(schema) CASCADE"))
            }
        }
        await database.close()
    }

    static func freshSchema() async throws -> String {
        guard let url else { throw StorageError.unknownAddress }
        try await cleaning.value
        let schema = "sotto_test_\(getpid())_\(PersonID(at: SystemClock().now))"
        let database = try await Database.postgres(url, connections: 1)
        try await database.write { transaction in
            try transaction.run(SQL(stringLiteral: "CREATE SCHEMA \(schema)"))
        }
        await database.close()
        return address(of: schema)
    }

    /// `url` with the search path set.
    static func address(of schema: String) -> String {
        let url = url ?? ""
        guard url.contains("://") else { return url + " options='-csearch_path=\(schema)'" }
        return url + (url.contains("?") ? "&" : "?") + "options=-csearch_path%3D\(schema)"
    }
}
