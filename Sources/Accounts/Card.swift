import Storage
package import Vocabulary
import Web

/// One person as another may see them right now. **Every surface shows cards
/// and nothing else**: profile page, search, contacts, calls, notices.
package struct Card: Sendable, Equatable {
    package let person: PersonID
    /// What the viewer is to that person.
    package let relation: Relation
    /// The name, or nil when it is not for this viewer.
    package let name: String?
    package let about: String?
    package let email: String?
    /// Set when the picture is for this viewer.
    package let picture: ID<ProfilePicture>?

    /// Where the picture is served, if it is for this viewer.
    package var pictureURL: String? {
        picture.map { "/people/\(person)/picture/\($0)" }
    }

    /// Four characters that tell nameless people apart.
    package var tag: String { String(person.description.suffix(4)) }
}

extension People {
    /// What `viewer` (nil: somebody without an account) may see of each of
    /// `people`. People who do not exist, or blocked the viewer, are left out.
    ///
    /// Reads the visibilities at every call: a change is effective with the next look, on every surface and node (VZO-32).
    package func cards(of people: [PersonID], seenBy viewer: PersonID?) async throws -> [PersonID: Card] {
        guard !people.isEmpty else { return [:] }
        let found = try await ground.database.read { transaction in
            let relations = try transaction.relations(of: viewer, to: people)
            return try transaction.sealedProfiles(of: people).compactMap { profile in
                relations[profile.person].flatMap { $0 == .blocked ? nil : profile.seen(by: $0) }
            }
        }
        return try await open(found)
    }

    /// The card of one person, or nil.
    package func card(of person: PersonID, seenBy viewer: PersonID?) async throws -> Card? {
        try await cards(of: [person], seenBy: viewer)[person]
    }

    /// What somebody who is `relation` to this person would see: for the person to look at themself through others' eyes.
    package func card(of person: PersonID, as relation: Relation) async throws -> Card? {
        let profile = try await ground.database.read { try $0.sealedProfiles(of: [person]).first }
        guard let profile else { return nil }
        return try await open([profile.seen(by: relation)])[person]
    }

    private func open(_ seen: [SealedProfile]) async throws -> [PersonID: Card] {
        let names = try await texts(seen, \.name, Profile.nameColumn)
        let abouts = try await texts(seen, \.about, Profile.aboutColumn)
        let emails = try await texts(seen, \.email, Account.emailColumn)
        return Dictionary(
            uniqueKeysWithValues: seen.map { profile in
                let person = profile.person
                let card = Card(
                    person: person, relation: profile.relation, name: names[person], about: abouts[person], email: emails[person],
                    picture: profile.picture)
                return (person, card)
            })
    }

    /// Opens one column of several people. Absent where it was not given or the key is gone.
    private func texts(
        _ seen: [SealedProfile], _ field: KeyPath<SealedProfile, Sealed?>, _ column: SealedColumn
    ) async throws -> [PersonID: String] {
        let sealed = seen.compactMap { profile in profile[keyPath: field].map { (profile.person, $0) } }
        let opened = try await ground.keys.openTexts(sealed, as: column)
        return Dictionary(uniqueKeysWithValues: zip(sealed, opened).compactMap { pair, text in text.map { (pair.0, $0) } })
    }
}

/// A profile as it lies in the database, already cut down to what one viewer may see.
struct SealedProfile: Sendable {
    let person: PersonID
    var relation: Relation = .own
    var name: Sealed?
    var about: Sealed?
    var email: Sealed?
    var picture: ID<ProfilePicture>?
    var visibility: [ProfileField: Visibility]

    /// The one projection (C03): what is not for the viewer is not even opened.
    func seen(by relation: Relation) -> SealedProfile {
        func shows(_ field: ProfileField) -> Bool { (visibility[field] ?? .nobody).shows(to: relation) }
        var seen = self
        seen.relation = relation
        if !shows(.name) { seen.name = nil }
        if !shows(.about) { seen.about = nil }
        if !shows(.email) { seen.email = nil }
        if !shows(.picture) { seen.picture = nil }
        return seen
    }
}

extension Transaction {
    /// The profiles of those among `people` whose account is in use.
    func sealedProfiles(of people: [PersonID]) throws(StorageError) -> [SealedProfile] {
        var visibility: [PersonID: [ProfileField: Visibility]] = [:]
        for row in try rows("SELECT person_id, field, visibility FROM profile_visibility WHERE person_id IN \(list: people)") {
            visibility[try row["person_id"], default: [:]][try row["field"]] = try row["visibility"] as Visibility
        }
        var profiles: [SealedProfile] = []
        for row in try rows(
            """
            SELECT p.person_id, p.name, p.about, p.picture_id, a.email FROM profile p JOIN account a ON a.person_id = p.person_id
            WHERE p.person_id IN \(list: people)
            """)
        {
            let person: PersonID = try row["person_id"]
            profiles.append(
                SealedProfile(
                    person: person, name: try row["name"], about: try row["about"], email: try row["email"], picture: try row["picture_id"],
                    visibility: visibility[person] ?? [:]))
        }
        return profiles
    }
}
