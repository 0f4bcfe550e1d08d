package import Storage
package import Vocabulary

/// Somebody who may sign in.
package struct Account: Sendable {
    package let person: PersonID
    /// Sealed address; open it with `Account.emailColumn`.
    package let email: Sealed
    package let emailConfirmedAt: Timestamp?
    let password: Sealed?
    package let passwordChangedAt: Timestamp?
    package let age: AgeBand
    package let state: State
    package let language: Language
    package let createdAt: Timestamp

    package var hasPassword: Bool { password != nil }

    package enum State: String, Sendable, SQLConvertible {
        case active
        /// An administrator stopped it: nobody can sign in, nothing is lost.
        case suspended
    }

    package static let emailColumn = SealedColumn("account", "email")
}

extension Language: SQLConvertible {}

extension Account {
    static let columns: StaticString =
        "account.person_id, email, email_confirmed_at, password, password_changed_at, age_band, state, language, account.created_at"

    init(_ row: Row) throws(StorageError) {
        person = try row["person_id"]
        email = try row["email"]
        emailConfirmedAt = try row["email_confirmed_at"]
        password = try row["password"]
        passwordChangedAt = try row["password_changed_at"]
        age = try row["age_band"]
        state = try row["state"]
        language = try row["language"]
        createdAt = try row["created_at"]
    }
}

extension KeyRing {
    /// The fingerprint under which an address is found.
    func emailIndex(_ email: EmailAddress) -> [UInt8] {
        blindIndex(email.normalised, as: Account.emailColumn)
    }
}
