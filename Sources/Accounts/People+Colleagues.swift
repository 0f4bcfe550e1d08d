package import Vocabulary
import Storage

/// What those who work on this server call each other: whoever takes a role is known to the others by name.
extension People {
    /// The names of these people; whoever is gone is left out. **Only for pages of staff, about staff.**
    package func colleagueNames(_ people: [PersonID]) async throws -> [PersonID: String] {
        guard !people.isEmpty else { return [:] }
        let sealed = try await ground.database.read { transaction in
            try transaction.rows("SELECT person_id, name FROM profile WHERE person_id IN \(list: people)").map { row in
                (try row.get("person_id", as: PersonID.self), try row.get("name", as: Sealed.self))
            }
        }
        let names = try await ground.keys.openTexts(sealed, as: Profile.nameColumn)
        return Dictionary(zip(sealed.map(\.0), names).compactMap { person, name in name.map { (person, $0) } }) { first, _ in first }
    }

    /// The member with this whole address, for staff who appoint them.
    package func member(withAddress address: String) async throws -> PersonID? {
        guard let email = EmailAddress(address) else { return nil }
        return try await ground.database.read { [index = ground.keys.emailIndex(email)] in try $0.account(emailIndex: index)?.person }
    }
}
