import Storage
package import Vocabulary

extension Transaction {
    /// The switches on the privacy page, in the clear: they say nothing without the sealed fields.
    func privacyChoices(of person: PersonID) throws(StorageError) -> PrivacyChoices {
        var choices = PrivacyChoices()
        if let row = try first("SELECT listed_at, always_relay FROM profile WHERE person_id = \(person)") {
            choices.isListed = (try row["listed_at"] as Timestamp?) != nil
            choices.alwaysRelay = try row["always_relay"]
        }
        for row in try rows("SELECT field, visibility FROM profile_visibility WHERE person_id = \(person)") {
            choices.visibility[try row["field"]] = try row["visibility"] as Visibility
        }
        return choices
    }

    func setAlwaysRelay(_ always: Bool, of person: PersonID) throws(StorageError) {
        try run("UPDATE profile SET always_relay = \(always) WHERE person_id = \(person)")
    }

    func setProfile(_ person: PersonID, name: Sealed, about: Sealed?) throws(StorageError) {
        try run("UPDATE profile SET name = \(name), about = \(about) WHERE person_id = \(person)")
    }

    /// Replaces the picture, or removes it. The old one's address leads nowhere from now on (VZO-32).
    func setPicture(_ picture: (id: ID<ProfilePicture>, image: Sealed)?, of person: PersonID) throws(StorageError) {
        try run("DELETE FROM profile_picture WHERE person_id = \(person)")
        if let picture {
            try run("INSERT INTO profile_picture (id, person_id, image) VALUES (\(picture.id), \(person), \(picture.image))")
        }
        try run("UPDATE profile SET picture_id = \(picture?.id) WHERE person_id = \(person)")
    }

    func picture(_ id: ID<ProfilePicture>, of person: PersonID) throws(StorageError) -> Sealed? {
        try first("SELECT image FROM profile_picture WHERE id = \(id) AND person_id = \(person)")?.get("image")
    }
}

/// Everything the privacy page lets a person choose.
package struct PrivacyChoices: Sendable, Equatable {
    package var visibility: [ProfileField: Visibility] = [:]
    package var isListed = false
    package var alwaysRelay = false
}

extension People {
    /// Whether this person wants every call to go through the relay.
    package func alwaysRelays(_ person: PersonID) async throws -> Bool {
        try await ground.database.read { try $0.privacyChoices(of: person).alwaysRelay }
    }

    /// The person's own profile.
    package func profile(of person: PersonID) async throws -> Profile? {
        let (sealed, choices) = try await ground.database.read { transaction in
            (try transaction.sealedProfiles(of: [person]).first, try transaction.privacyChoices(of: person))
        }
        guard let sealed, let name = sealed.name else { return nil }
        let about: String =
            if let about = sealed.about { try await ground.keys.openText(about, of: person, as: Profile.aboutColumn) } else { "" }
        return Profile(
            person: person, name: try await ground.keys.openText(name, of: person, as: Profile.nameColumn), about: about,
            picture: sealed.picture,
            visibility: choices.visibility)
    }

    /// Changes name and text about oneself. The directory finds the new name at once, and the old one no more.
    package func change(_ person: PersonID, name: String, about: String) async throws {
        let sealedName = try await ground.keys.seal(name, for: person, as: Profile.nameColumn)
        let sealedAbout: Sealed? = about.isEmpty ? nil : try await ground.keys.seal(about, for: person, as: Profile.aboutColumn)
        let tokens = directoryTokens(of: name)
        let now = ground.clock.now
        try await ground.database.write { transaction in
            try transaction.setProfile(person, name: sealedName, about: sealedAbout)
            if try transaction.privacyChoices(of: person).isListed { try transaction.list(person, under: tokens, at: now) }
        }
    }

    /// Saves what the privacy page offers, and tells the person by notice and mail what was changed (C04, VZO-34).
    ///
    /// Being listed needs a name that members may see, and is not for minors (C12, ZAZ-33). The change is effective with the next look.
    package func save(_ choices: PrivacyChoices, with proof: FreshProof, telling accounts: Accounts) async throws {
        let person = proof.person
        let before = try await ground.database.read { try $0.privacyChoices(of: person) }
        guard let profile = try await profile(of: person), let account = try await ground.database.read({ try $0.account(of: person) })
        else {
            return
        }
        let wanted = choices.allowed(isMinor: account.age.isMinor)
        var notices: [ChangeNotice] = []
        for setting in wanted.changes(since: before) { notices.append(try await accounts.notice(of: setting, to: person)) }
        let tokens = directoryTokens(of: profile.name)
        let (now, news) = (ground.clock.now, notices)
        try await ground.database.write { transaction in
            try transaction.set(wanted.visibility, of: person)
            try transaction.setAlwaysRelay(wanted.alwaysRelay, of: person)
            if wanted.isListed { try transaction.list(person, under: tokens, at: now) } else { try transaction.unlist(person) }
            for notice in news { try notice.add(in: transaction, to: ground) }
        }
        for notice in news { notice.tell(ground) }
        ground.live.send(ContactsChanged(), to: try await contacts(of: person))
    }
}

extension PrivacyChoices {
    /// Without what a minor may not choose, and without a listing whose name members could not see.
    func allowed(isMinor: Bool) -> PrivacyChoices {
        var allowed = self
        allowed.visibility = visibility.mapValues { isMinor && $0 != .nobody ? .contacts : $0 }
        let nameIsOpen = [.members, .everyone].contains(allowed.visibility[.name] ?? .nobody)
        allowed.isListed = isListed && nameIsOpen && !isMinor
        return allowed
    }

    /// What differs, in the words of the notices.
    func changes(since before: PrivacyChoices) -> [ChangeNotice.Setting] {
        var changes: [ChangeNotice.Setting] = []
        let isSame = ProfileField.allCases.allSatisfy { (visibility[$0] ?? .nobody) == (before.visibility[$0] ?? .nobody) }
        if !isSame { changes.append(.visibility) }
        if isListed != before.isListed { changes.append(.directory) }
        if alwaysRelay != before.alwaysRelay { changes.append(.relay) }
        return changes
    }
}
