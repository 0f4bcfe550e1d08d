import Crypto
import Vocabulary

extension KeyRing {
    /// People whose keys are wrapped anew in one transaction.
    static let rotationStep = 500

    /// Wraps every key anew under the first of the root keys, while servers go on. Returns how many were.
    ///
    /// Steps: give every node's root key file the new key in front (`RootKeys.renewed`), call this, then remove the old key.
    /// **Interrupted at any point, nothing is lost**: keys under the old and the new root key live side by side, and calling it again
    /// goes on where it stopped. The index key goes first: from then on no server wraps a new person's key under the old root key.
    @discardableResult
    package func rotate(to roots: RootKeys) async throws -> Int {
        self.roots = roots
        var count = try await rewrapIndex()
        while true {
            let step = try await rewrapPeople()
            if step == 0 { return count }
            count += step
        }
    }

    /// Ids of the root keys that wrap something: the others can go.
    package func rootsInUse() async throws -> Set<String> {
        let rows = try await database.read { transaction in
            try transaction.rows("SELECT root FROM system_key UNION SELECT root FROM person_key")
        }
        return Set(try rows.map { try $0.get("root", as: String.self) })
    }

    private func rewrapIndex() async throws -> Int {
        let current = roots.current
        let row = try await database.read {
            try $0.first("SELECT root, wrapped FROM system_key WHERE name = 'index' AND root <> \(current)")
        }
        guard let row else { return 0 }
        let old: String = try row["root"]
        let new = try roots.wrap(try unwrap(.init(root: old, bytes: try row["wrapped"]), as: "index"), as: "index")
        return try await database.write { transaction in
            try transaction.rows(
                """
                UPDATE system_key SET root = \(new.root), wrapped = \(new.bytes) WHERE name = 'index' AND root = \(old) RETURNING name
                """
            ).count
        }
    }

    private func rewrapPeople() async throws -> Int {
        let current = roots.current
        let rows = try await database.read { transaction in
            try transaction.rows("SELECT person_id, root, wrapped FROM person_key WHERE root <> \(current) LIMIT \(Self.rotationStep)")
        }
        let rewrapped = try rows.map { row -> (person: PersonID, old: String, new: RootKeys.Wrapped) in
            let person: PersonID = try row["person_id"]
            let old = RootKeys.Wrapped(root: try row["root"], bytes: try row["wrapped"])
            return (person, old.root, try roots.wrap(try unwrap(old, as: person.description), as: person.description))
        }
        guard !rewrapped.isEmpty else { return 0 }
        try await database.write { transaction in
            for key in rewrapped {
                // A key destroyed meanwhile stays destroyed.
                try transaction.run(
                    """
                    UPDATE person_key SET root = \(key.new.root), wrapped = \(key.new.bytes)
                    WHERE person_id = \(key.person) AND root = \(key.old)
                    """)
            }
        }
        return rewrapped.count
    }
}
