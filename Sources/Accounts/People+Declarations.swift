package import Privacy

extension People {
    /// What this domain keeps about people, and why (C33).
    package static var declarations: Declarations {
        var all = Declarations()
        func personal(
            _ table: String, _ column: String, _ key: String, _ category: DataCategory, _ purposes: [Purpose], _ audience: Audience,
            _ retention: Retention = .account, _ sealing: Sealing = .plain, basis: LegalBasis = .contract, because necessity: String
        ) {
            all.personal.append(
                PersonalField(
                    table, column, key: key, category, for: purposes, basis: basis, audience: audience, retention: retention,
                    sealing: sealing,
                    necessity: necessity))
        }
        personal(
            "profile", "person_id", "account", .pseudonym, [.account], .chosen,
            because: "A random id, by which everything of a person hangs together.")
        personal("profile", "name", "name", .name, [.profile, .calls], .chosen, .account, .sealed, because: "Tells others who is calling.")
        personal(
            "profile", "about", "about", .name, [.profile], .chosen, .account, .sealed, basis: .consent,
            because: "Says what a person wants to say about themself.")
        personal(
            "profile", "picture_id", "picture", .picture, [.profile], .chosen, basis: .consent,
            because: "Says which picture is the present one.")
        personal(
            "profile", "listed_at", "directory", .preference, [.directory], .chosen, basis: .consent,
            because: "Puts into the directory who asked to be found.")
        personal(
            "profile", "always_relay", "relay", .preference, [.calls], .nobody,
            because: "Hides a person's network address in calls when they ask for it.")
        for column in ["person_id", "field", "visibility"] {
            personal("profile_visibility", column, "visibility", .preference, [.profile], .person, because: "Remembers who may see what.")
        }
        personal(
            "profile_picture", "person_id", "picture", .picture, [.profile], .chosen, basis: .consent, because: "Says whose picture it is.")
        personal(
            "profile_picture", "image", "picture", .picture, [.profile], .chosen, .account, .sealed, basis: .consent,
            because: "Lets others recognise a person.")
        personal(
            "directory_token", "token", "directory", .name, [.directory], .nobody, .untilRemoved, .blindIndex, basis: .consent,
            because: "Finds a name by its beginning without keeping it readable.")
        personal(
            "directory_token", "person_id", "directory", .name, [.directory], .nobody, .untilRemoved, basis: .consent,
            because: "Says whom it finds.")
        for column in ["person_id", "other_id", "since"] {
            personal(
                "contact", column, "contacts", .relationship, [.contacts, .calls], .contacts, .untilRemoved,
                because: "Remembers who agreed to be called by whom.")
        }
        for column in ["asker_id", "asked_id", "at", "declined", "by_address"] {
            personal(
                "contact_request", column, "contactRequests", .relationship, [.contacts], .contacts, .after(days: 90),
                because: "Remembers who asked whom, until it is answered.")
        }
        personal(
            "contact_request", "introduction", "contactRequests", .communication, [.contacts], .contacts, .after(days: 90), .sealed,
            because: "Tells the one who is asked what the asker wanted to say.")
        for column in ["asker_id", "at"] {
            personal(
                "address_request", column, "askedAddresses", .relationship, [.contacts], .person, .after(days: 90),
                because: "Shows a person what they asked, until it is answered.")
        }
        personal(
            "address_request", "address", "askedAddresses", .contact, [.contacts], .person, .after(days: 90), .sealed,
            because: "Shows a person which address they asked, and tells them nothing about it.")
        personal(
            "address_request", "address_index", "askedAddresses", .contact, [.contacts], .nobody, .after(days: 90), .blindIndex,
            because: "Finds the request again when it is taken back.")
        for column in ["person_id", "other_id", "at"] {
            personal(
                "block", column, "blocks", .relationship, [.contacts, .security], .person, .untilRemoved,
                because: "Keeps away whom a person does not want to meet.")
        }
        for column in ["person_id", "up_to"] {
            personal("notice_read", column, "notices", .history, [.notices], .person, because: "Remembers which notices were seen.")
        }
        all.technical = [
            TechnicalColumn("profile_picture", "id", reason: "A random id, new with every picture."),
            TechnicalColumn("address_request", "id", reason: "A random id."),
        ]
        return all
    }
}
