package import Storage
package import Vocabulary
package import Web

/// What a person tells about themself. Everything in it is sealed; who sees which part is the person's choice.
package struct Profile: Sendable, Equatable {
    package let person: PersonID
    package var name: String
    package var about: String
    package var picture: ID<ProfilePicture>?
    package var visibility: [ProfileField: Visibility]

    /// Longest name, in characters.
    package static let nameLength = 60
    /// Longest text about oneself, in characters.
    package static let aboutLength = 500

    static let nameColumn = SealedColumn("profile", "name")
    static let aboutColumn = SealedColumn("profile", "about")

    /// The visibility of a field nobody has chosen for.
    package func visibility(of field: ProfileField) -> Visibility {
        visibility[field] ?? .nobody
    }
}

/// A new profile, sealed and ready to be stored in the transaction of the registration.
package struct PreparedProfile: Sendable {
    let person: PersonID
    let name: Sealed
    let visibility: [ProfileField: Visibility]
    /// Fingerprints of the name, when the person asked to be found.
    let directoryTokens: [[UInt8]]
    let madeAt: Timestamp
}

extension Profile {
    /// Seals a new profile. The person's key must exist (`KeyRing.makeKey`).
    ///
    /// A minor's visibilities are cut back to what a minor may choose, and a minor is never in the directory (ZAZ-33).
    package static func prepare(
        _ person: PersonID, name: String, visibility: [ProfileField: Visibility], isListed: Bool = false, isMinor: Bool, on ground: Ground
    ) async throws -> PreparedProfile {
        var choices = PrivacyChoices()
        choices.visibility = visibility
        choices.isListed = isListed
        let allowed = choices.allowed(isMinor: isMinor)
        return PreparedProfile(
            person: person, name: try await ground.keys.seal(name, for: person, as: nameColumn), visibility: allowed.visibility,
            directoryTokens: allowed.isListed ? People(ground).directoryTokens(of: name) : [], madeAt: ground.clock.now)
    }
}

extension Transaction {
    /// Stores a new profile.
    package func add(_ profile: PreparedProfile) throws(StorageError) {
        try run("INSERT INTO profile (person_id, name) VALUES (\(profile.person), \(profile.name))")
        try set(profile.visibility, of: profile.person)
        if !profile.directoryTokens.isEmpty { try list(profile.person, under: profile.directoryTokens, at: profile.madeAt) }
    }

    /// Sets who sees which field; fields not named keep their choice.
    package func set(_ visibility: [ProfileField: Visibility], of person: PersonID) throws(StorageError) {
        for (field, choice) in visibility.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            try run(
                """
                INSERT INTO profile_visibility (person_id, field, visibility) VALUES (\(person), \(field), \(choice))
                ON CONFLICT (person_id, field) DO UPDATE SET visibility = excluded.visibility
                """)
        }
    }
}
