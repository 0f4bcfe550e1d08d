import Crypto
import Foundation
import Synchronization
package import Vocabulary

/// Every person's own key, wrapped by the root key, in a store of its own (C58).
///
/// Destroying a person's key makes every copy of what was sealed with it unreadable, in backups too:
/// this store is not in the backup that holds the data.
/// Reading is cheap: unwrapped keys stay in memory, at most `cacheLimit` of them.
package final class KeyRing: Sendable {
    /// Unwrapped keys kept in memory: 100,000 keys are about 10 MB.
    static let cacheLimit = 100_000

    let database: Database
    let roots: RootKeys
    private let cache = Mutex<[PersonID: SymmetricKey]>([:])
    private let index: SymmetricKey

    private init(database: Database, roots: RootKeys, index: SymmetricKey) {
        self.database = database
        self.roots = roots
        self.index = index
    }

    /// Opens the store, bringing its schema up to date, and makes the index key on the very first opening.
    package static func open(_ database: Database, roots: RootKeys) async throws -> KeyRing {
        try await database.migrate(migrations)
        let wrapped = try roots.wrap(SymmetricKey(size: .bits256), as: "index")
        let rows = try await database.write { transaction in
            try transaction.run(
                """
                INSERT INTO system_key (name, root, wrapped) VALUES ('index', \(wrapped.root), \(wrapped.bytes)) ON CONFLICT DO NOTHING
                """)
            return try transaction.run("SELECT root, wrapped FROM system_key WHERE name = 'index'")
        }
        guard let row = rows.first else { throw StorageError.unexpectedValue(column: "index") }
        let index = try roots.unwrap(.init(root: try row["root"], bytes: try row["wrapped"]), as: "index")
        return KeyRing(database: database, roots: roots, index: index)
    }

    // MARK: - Keys

    /// Makes the person's key. Call it before the first value of a new person is sealed; calling it again changes nothing.
    package func makeKey(for person: PersonID) async throws {
        let wrapped = try roots.wrap(SymmetricKey(size: .bits256), as: person.description)
        try await database.write { transaction in
            try transaction.run(
                """
                INSERT INTO person_key (person_id, root, wrapped) VALUES (\(person), \(wrapped.root), \(wrapped.bytes)) ON CONFLICT DO NOTHING
                """)
        }
    }

    /// Destroys the person's key, for ever. What was sealed with it is noise from now on.
    package func destroyKey(of person: PersonID) async throws {
        try await database.write { transaction in
            try transaction.run("DELETE FROM person_key WHERE person_id = \(person)")
        }
        forget(person)
    }

    /// Drops the copy in memory, after another node destroyed the key.
    package func forget(_ person: PersonID) {
        cache.withLock { _ = $0.removeValue(forKey: person) }
    }

    /// The keys of these people, those that were destroyed left out.
    func keys(of people: Set<PersonID>) async throws -> [PersonID: SymmetricKey] {
        var found = cache.withLock { cache in
            Dictionary(uniqueKeysWithValues: people.compactMap { person in cache[person].map { (person, $0) } })
        }
        let missing = people.subtracting(found.keys)
        guard !missing.isEmpty else { return found }
        let rows = try await database.read { transaction in
            try transaction.run("SELECT person_id, root, wrapped FROM person_key WHERE person_id IN \(list: Array(missing))")
        }
        for row in rows {
            let person: PersonID = try row["person_id"]
            found[person] = try roots.unwrap(.init(root: try row["root"], bytes: try row["wrapped"]), as: person.description)
        }
        remember(found)
        return found
    }

    private func remember(_ keys: [PersonID: SymmetricKey]) {
        cache.withLock { cache in
            if cache.count + keys.count > Self.cacheLimit { cache.removeAll(keepingCapacity: true) }
            cache.merge(keys) { _, new in new }
        }
    }

    // MARK: - Sealing

    /// Seals `plain` for one person and column.
    package func seal(_ plain: String, for person: PersonID, as column: SealedColumn) async throws -> Sealed {
        try await seal(Array(plain.utf8), for: person, as: column)
    }

    /// Seals `plain` for one person and column. Throws `SealError.keyDestroyed` when the person has no key.
    package func seal(_ plain: [UInt8], for person: PersonID, as column: SealedColumn) async throws -> Sealed {
        guard let key = try await keys(of: [person])[person] else { throw SealError.keyDestroyed }
        let box = try AES.GCM.seal(plain, using: key, authenticating: Self.context(person, column))
        guard let combined = box.combined else { throw SealError.tampered }
        return Sealed(bytes: [1] + combined)
    }

    /// Opens what `seal` made.
    package func open(_ sealed: Sealed, of person: PersonID, as column: SealedColumn) async throws -> [UInt8] {
        guard let key = try await keys(of: [person])[person] else { throw SealError.keyDestroyed }
        return try Self.open(sealed, of: person, as: column, with: key)
    }

    /// Opens a sealed text.
    package func openText(_ sealed: Sealed, of person: PersonID, as column: SealedColumn) async throws -> String {
        String(decoding: try await open(sealed, of: person, as: column), as: UTF8.self)
    }

    /// Opens many texts with one look-up. A person whose key was destroyed gives nil.
    package func openTexts(_ sealed: [(PersonID, Sealed)], as column: SealedColumn) async throws -> [String?] {
        let keys = try await keys(of: Set(sealed.map(\.0)))
        return try sealed.map { person, sealed in
            guard let key = keys[person] else { return nil }
            return String(decoding: try Self.open(sealed, of: person, as: column, with: key), as: UTF8.self)
        }
    }

    private static func open(_ sealed: Sealed, of person: PersonID, as column: SealedColumn, with key: SymmetricKey) throws -> [UInt8] {
        guard sealed.bytes.first == 1, let box = try? AES.GCM.SealedBox(combined: sealed.bytes.dropFirst()),
            let plain = try? AES.GCM.open(box, using: key, authenticating: context(person, column))
        else { throw SealError.tampered }
        return Array(plain)
    }

    private static func context(_ person: PersonID, _ column: SealedColumn) -> [UInt8] {
        person.bytes + Array("\(column.table).\(column.column)".utf8)
    }

    // MARK: - Blind index

    /// A keyed fingerprint for looking a value up without keeping it: HMAC-SHA-256 under a key that is not in the database.
    package func blindIndex(_ value: String, as column: SealedColumn) -> [UInt8] {
        let message = Array("\(column.table).\(column.column)".utf8) + [0] + Array(value.utf8)
        return Array(HMAC<SHA256>.authenticationCode(for: message, using: index))
    }

    private static let migrations = [
        Migration(
            "keys", 1,
            [
                """
                CREATE TABLE person_key (
                    person_id BLOB PRIMARY KEY NOT NULL,
                    root TEXT NOT NULL,
                    wrapped BLOB NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE system_key (
                    name TEXT PRIMARY KEY NOT NULL,
                    root TEXT NOT NULL,
                    wrapped BLOB NOT NULL
                ) STRICT
                """,
            ])
    ]
}
