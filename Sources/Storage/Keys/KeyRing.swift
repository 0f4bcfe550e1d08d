import Crypto
import Synchronization
package import Vocabulary

/// Every person's own key, wrapped by the root key, in a store of its own (C58).
///
/// Destroying a person's key makes every copy of what was sealed with it unreadable, in backups too:
/// this store is not in the backup that holds the data.
/// Reading is cheap: unwrapped keys stay in memory for a while. A key destroyed by another node is forgotten when that node
/// says so (`forget`), and after `KeyCache.lifetime` even if it could not.
package final class KeyRing: Sendable {
    let database: Database
    let cache: KeyCache
    private let root: Mutex<RootKeys>
    private let reload: @Sendable () throws -> RootKeys
    private let index: SymmetricKey
    private let destroyed = Mutex<(@Sendable (PersonID) -> Void)?>(nil)

    private init(
        database: Database, roots: RootKeys, cache: KeyCache, index: SymmetricKey, reload: @escaping @Sendable () throws -> RootKeys
    ) {
        self.database = database
        root = Mutex(roots)
        self.cache = cache
        self.index = index
        self.reload = reload
    }

    /// Opens the store, bringing its schema up to date, and makes the index key on the very first opening.
    ///
    /// `reload` reads the root keys again when the store turns out to be wrapped by one not among `roots`: they were rotated meanwhile.
    package static func open(
        _ database: Database, roots: RootKeys, backups: MigrationBackups? = nil, cacheLifetime: Duration = KeyCache.lifetime,
        reload: (@Sendable () throws -> RootKeys)? = nil
    ) async throws -> KeyRing {
        try await database.migrate(migrations, backups: backups, named: "keys")
        let wrapped = try roots.wrap(SymmetricKey(size: .bits256), as: "index")
        let rows = try await database.write { transaction in
            try transaction.run(
                """
                INSERT INTO system_key (name, root, wrapped) VALUES ('index', \(wrapped.root), \(wrapped.bytes)) ON CONFLICT DO NOTHING
                """)
            return try transaction.rows("SELECT root, wrapped FROM system_key WHERE name = 'index'")
        }
        guard let row = rows.first else { throw StorageError.unexpectedValue(column: "index") }
        let index = try roots.unwrap(.init(root: try row["root"], bytes: try row["wrapped"]), as: "index")
        let cache = KeyCache(lifetime: cacheLifetime)
        return KeyRing(database: database, roots: roots, cache: cache, index: index, reload: reload ?? { roots })
    }

    // MARK: - Root keys

    /// The root keys this ring works with now.
    package var roots: RootKeys {
        get { root.withLock { $0 } }
        set { root.withLock { $0 = newValue } }
    }

    /// Unwraps with the root keys at hand, then with those read again.
    func unwrap(_ wrapped: RootKeys.Wrapped, as name: String) throws -> SymmetricKey {
        do {
            return try roots.unwrap(wrapped, as: name)
        } catch SealError.rootKeyMissing {
            roots = try reload()
            return try roots.unwrap(wrapped, as: name)
        }
    }

    // MARK: - Keys

    /// Makes the person's key. Call it before the first value of a new person is sealed; calling it again changes nothing.
    package func makeKey(for person: PersonID) async throws {
        let key = SymmetricKey(size: .bits256)
        if try await insert(key, for: person, under: roots) { return }
        // The store says that the root key was rotated.
        roots = try reload()
        guard try await insert(key, for: person, under: roots) else { throw SealError.rootKeyMissing(id: "current") }
    }

    /// False when the store is wrapped by another root key than the first of `roots`: a rotation may already have passed this person by.
    private func insert(_ key: SymmetricKey, for person: PersonID, under roots: RootKeys) async throws -> Bool {
        let wrapped = try roots.wrap(key, as: person.description)
        return try await database.write { transaction in
            guard try transaction.exists("SELECT 1 FROM system_key WHERE name = 'index' AND root = \(wrapped.root)") else { return false }
            try transaction.run(
                """
                INSERT INTO person_key (person_id, root, wrapped) VALUES (\(person), \(wrapped.root), \(wrapped.bytes)) ON CONFLICT DO NOTHING
                """)
            return true
        }
    }

    /// Destroys the person's key, for ever. What was sealed with it is noise from now on, and stays so when an older copy
    /// of the key store is put back: `at` goes on the erasure list with the person's id.
    package func destroyKey(of person: PersonID, at time: Timestamp) async throws {
        try await database.write { transaction in
            try transaction.run("DELETE FROM person_key WHERE person_id = \(person)")
            try transaction.record(Erasure(person: person, at: time))
        }
        forget(person)
        destroyed.withLock { $0 }?(person)
    }

    /// Drops the copy in memory, after another node destroyed the key.
    package func forget(_ person: PersonID) {
        cache.forget(person)
    }

    /// Calls `action` after each destruction by this ring, so that other nodes can be told to `forget`.
    package func whenDestroyed(_ action: @escaping @Sendable (PersonID) -> Void) {
        destroyed.withLock { $0 = action }
    }

    /// The keys of these people, those that were destroyed left out.
    func keys(of people: Set<PersonID>) async throws -> [PersonID: SymmetricKey] {
        let (remembered, generation) = cache.keys(of: people)
        let missing = people.subtracting(remembered.keys)
        guard !missing.isEmpty else { return remembered }
        let rows = try await database.read { transaction in
            try transaction.rows("SELECT person_id, root, wrapped FROM person_key WHERE person_id IN \(list: Array(missing))")
        }
        var read: [PersonID: SymmetricKey] = [:]
        for row in rows {
            let person: PersonID = try row["person_id"]
            read[person] = try unwrap(.init(root: try row["root"], bytes: try row["wrapped"]), as: person.description)
        }
        cache.remember(read, readAt: generation)
        return remembered.merging(read) { _, new in new }
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

    /// Shortened fingerprints of many values, for an index of words: 8 bytes each, as a number that both engines order alike.
    /// Two values have the same by chance once in 10 thousand million million pairs: enough for finding, never for proving.
    package func blindNumbers(_ values: [String], as column: SealedColumn) -> [Int64] {
        // Keyed once: that is more work than the few bytes of a word.
        var keyed = HMAC<SHA256>(key: index)
        keyed.update(data: Array("\(column.table).\(column.column)".utf8) + [0])
        return values.map { value in
            var code = keyed
            code.update(data: Array(value.utf8))
            return code.finalize().withUnsafeBytes { $0.loadUnaligned(as: Int64.self) }
        }
    }
}
