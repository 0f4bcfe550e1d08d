package import Storage
package import Vocabulary
import Web

/// A key that lives in a person's device and stands for both factors at once:
/// something they have, opened by something they are or know (WebAuthn).
package struct Passkey: Sendable {
    package let id: ID<Passkey>
    package let person: PersonID
    let credential: [UInt8]
    let key: [UInt8]
    let signCount: UInt32
    /// Sealed; what the person calls it.
    package let name: Sealed
    package let createdAt: Timestamp
    package let usedAt: Timestamp?

    static let nameColumn = SealedColumn("passkey", "name")
    /// Most passkeys one person may have.
    static let most = 20
    /// Longest name, in characters.
    static let nameLength = 40
}

extension Transaction {
    private static var columns: StaticString { "id, person_id, credential_id, public_key, sign_count, name, created_at, used_at" }

    private func passkey(_ row: Row) throws(StorageError) -> Passkey {
        let count: Int64 = try row["sign_count"]
        return Passkey(
            id: try row["id"], person: try row["person_id"], credential: try row["credential_id"], key: try row["public_key"],
            signCount: UInt32(clamping: count), name: try row["name"], createdAt: try row["created_at"], usedAt: try row["used_at"])
    }

    func passkey(credential: [UInt8]) throws(StorageError) -> Passkey? {
        guard let row = try first("SELECT \(name: Self.columns) FROM passkey WHERE credential_id = \(credential)") else { return nil }
        return try passkey(row)
    }

    func passkeys(of person: PersonID) throws(StorageError) -> [Passkey] {
        var passkeys: [Passkey] = []
        for row in try rows("SELECT \(name: Self.columns) FROM passkey WHERE person_id = \(person) ORDER BY created_at, id") {
            passkeys.append(try passkey(row))
        }
        return passkeys
    }

    /// False when the credential is known already.
    func add(_ passkey: Passkey) throws(StorageError) -> Bool {
        try !rows(
            """
            INSERT INTO passkey (credential_id, id, person_id, public_key, sign_count, name, created_at, used_at)
            VALUES (\(passkey.credential), \(passkey.id), \(passkey.person), \(passkey.key), \(Int64(passkey.signCount)), \(passkey.name),
                    \(passkey.createdAt), \(passkey.usedAt))
            ON CONFLICT (credential_id) DO NOTHING RETURNING id
            """
        ).isEmpty
    }

    func markUsed(_ passkey: ID<Passkey>, signCount: UInt32, at time: Timestamp) throws(StorageError) {
        try run("UPDATE passkey SET sign_count = \(Int64(signCount)), used_at = \(time) WHERE id = \(passkey)")
    }

    func rename(_ passkey: ID<Passkey>, of person: PersonID, to name: Sealed) throws(StorageError) -> Bool {
        try !rows("UPDATE passkey SET name = \(name) WHERE id = \(passkey) AND person_id = \(person) RETURNING id").isEmpty
    }

    func removePasskey(_ passkey: ID<Passkey>, of person: PersonID) throws(StorageError) -> Bool {
        try !rows("DELETE FROM passkey WHERE id = \(passkey) AND person_id = \(person) RETURNING id").isEmpty
    }

    func removePasskeys(of person: PersonID) throws(StorageError) {
        try run("DELETE FROM passkey WHERE person_id = \(person)")
    }
}
