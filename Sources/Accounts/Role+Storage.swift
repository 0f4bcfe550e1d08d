package import Storage
package import Vocabulary
package import Web

extension Role: SQLConvertible {}

extension Role {
    /// The roles that the owner gives and takes.
    package static let appointed: [Role] = [.administrator, .privacyOfficer, .supervisor, .agent, .viewer]
}

extension Transaction {
    /// The person's roles: everybody with an account is a member.
    package func roles(of person: PersonID) throws(StorageError) -> Set<Role> {
        var roles: Set<Role> = [.member]
        for row in try rows("SELECT role FROM account_role WHERE person_id = \(person)") { roles.insert(try row["role"]) }
        return roles
    }

    /// The roles that the person can use now: none while their account is suspended, or once it is gone.
    package func usableRoles(of person: PersonID) throws(StorageError) -> Set<Role> {
        guard try account(of: person)?.state == .active else { return [] }
        return try roles(of: person)
    }

    /// The one who runs this server; nil before the owner link was used.
    package func owner() throws(StorageError) -> PersonID? {
        try first("SELECT person_id FROM account_role WHERE role = \(Role.owner)")?.get("person_id")
    }

    /// Everyone with this role.
    package func people(with role: Role) throws(StorageError) -> [PersonID] {
        try ids("SELECT person_id FROM account_role WHERE role = \(role) ORDER BY person_id")
    }

    /// Everybody who has at least one of these roles.
    package func people(withAnyOf roles: Set<Role>) throws(StorageError) -> [PersonID] {
        try ids("SELECT DISTINCT person_id FROM account_role WHERE role IN \(list: roles)")
    }

    package func give(_ role: Role, to person: PersonID) throws(StorageError) {
        try run("INSERT INTO account_role (person_id, role) VALUES (\(person), \(role)) ON CONFLICT (person_id, role) DO NOTHING")
    }

    func take(_ role: Role, from person: PersonID) throws(StorageError) {
        try run("DELETE FROM account_role WHERE person_id = \(person) AND role = \(role)")
    }
}
