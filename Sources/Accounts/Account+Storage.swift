package import Storage
package import Vocabulary

/// A new account, sealed and ready to be stored.
struct PreparedAccount: Sendable {
    let person: PersonID
    let email: Sealed
    let emailIndex: [UInt8]
    let confirmedAt: Timestamp?
    let password: Sealed?
    let age: AgeBand
    let language: Language
    let createdAt: Timestamp
}

extension Transaction {
    /// Stores a new account; false when the address already has one.
    func add(_ account: PreparedAccount) throws(StorageError) -> Bool {
        let rows = try rows(
            """
            INSERT INTO account (person_id, email, email_index, email_confirmed_at, password, age_band, state, language, created_at)
            VALUES (\(account.person), \(account.email), \(account.emailIndex), \(account.confirmedAt), \(account.password), \(account.age),
                    \(Account.State.active), \(account.language), \(account.createdAt))
            ON CONFLICT (email_index) DO NOTHING RETURNING person_id
            """)
        return !rows.isEmpty
    }

    package func account(of person: PersonID) throws(StorageError) -> Account? {
        guard let row = try first("SELECT \(name: Account.columns) FROM account WHERE person_id = \(person)") else { return nil }
        return try Account(row)
    }

    func account(emailIndex: [UInt8]) throws(StorageError) -> Account? {
        guard let row = try first("SELECT \(name: Account.columns) FROM account WHERE email_index = \(emailIndex)") else { return nil }
        return try Account(row)
    }

    func setPassword(_ hash: Sealed, of person: PersonID, at time: Timestamp) throws(StorageError) {
        try run("UPDATE account SET password = \(hash), password_changed_at = \(time) WHERE person_id = \(person)")
    }

    /// The same password, hashed at today's cost.
    func replacePasswordHash(_ hash: Sealed, of person: PersonID) throws(StorageError) {
        try run("UPDATE account SET password = \(hash) WHERE person_id = \(person)")
    }

    func setState(_ state: Account.State, of person: PersonID) throws(StorageError) {
        try run("UPDATE account SET state = \(state) WHERE person_id = \(person)")
    }

    func setLanguage(_ language: Language, of person: PersonID) throws(StorageError) {
        try run("UPDATE account SET language = \(language) WHERE person_id = \(person)")
    }

    /// Moves the account to another, confirmed address; false when that one is taken.
    func setEmail(_ email: Sealed, index: [UInt8], of person: PersonID, confirmedAt: Timestamp) throws(StorageError) -> Bool {
        if try exists("SELECT 1 FROM account WHERE email_index = \(index) AND person_id <> \(person)") { return false }
        try run(
            "UPDATE account SET email = \(email), email_index = \(index), email_confirmed_at = \(confirmedAt) WHERE person_id = \(person)")
        return true
    }
}
