package import Vocabulary

/// That a person's key was destroyed, and when: kept so that an older copy of the key store, put back, does not bring it back.
///
/// The id says nothing about the person any more: what it pointed to is gone or unreadable.
package struct Erasure: Hashable, Sendable {
    /// How long it is kept: longer than anyone should keep a copy of the key store.
    package static let kept: Duration = .days(400)

    package let person: PersonID
    package let at: Timestamp

    package init(person: PersonID, at: Timestamp) {
        self.person = person
        self.at = at
    }
}

/// The erasure list as a file: a line for each, the person's id, a space, the time in milliseconds.
package enum ErasureList {
    package static func text(_ erasures: [Erasure]) -> String {
        erasures.map { "\($0.person) \($0.at.milliseconds)\n" }.joined()
    }

    /// Nil when a line is malformed: a list that cannot be read whole must not be taken for an empty one.
    package static func parse(_ text: String) -> [Erasure]? {
        var erasures: [Erasure] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: " ")
            guard parts.count == 2, let person = PersonID(String(parts[0])), let time = Int64(parts[1]) else { return nil }
            erasures.append(Erasure(person: person, at: Timestamp(milliseconds: time)))
        }
        return erasures
    }
}

extension KeyRing {
    /// Everyone whose key was destroyed within `Erasure.kept`.
    package func erasures() async throws -> [Erasure] {
        try await database.read { transaction in
            try transaction.rows("SELECT person_id, erased_at FROM erasure ORDER BY erased_at, person_id").map {
                Erasure(person: try $0["person_id"], at: try $0["erased_at"])
            }
        }
    }

    /// Takes off the list whose time on it is over.
    package func forgetOldErasures(at now: Timestamp) async throws {
        try await database.write { try $0.run("DELETE FROM erasure WHERE erased_at < \(now - Erasure.kept)") }
    }

    /// Destroys again, in a key store that was put back, what these lists say was destroyed. Before anyone uses it.
    /// Returns how many keys came back with the copy and are gone now.
    @discardableResult
    package static func replay(_ erasures: [Erasure], in store: Database) async throws -> Int {
        var count = 0
        for erasure in erasures {
            count += try await store.write { transaction in
                try transaction.record(erasure)
                return try transaction.rows("DELETE FROM person_key WHERE person_id = \(erasure.person) RETURNING person_id").count
            }
        }
        return count
    }
}

extension Transaction {
    func record(_ erasure: Erasure) throws(StorageError) {
        try run(
            """
            INSERT INTO erasure (person_id, erased_at) VALUES (\(erasure.person), \(erasure.at)) ON CONFLICT DO NOTHING
            """)
    }
}
