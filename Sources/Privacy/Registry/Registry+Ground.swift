import Web

extension Declarations {
    /// What the ground below every domain keeps: keys and letters. Storage and Mail cannot declare it themselves,
    /// since Privacy stands above them.
    package static var ground: Declarations {
        var all = Declarations()
        all.personal = keys + letters
        all.technical = [
            TechnicalColumn("schema_migration", "domain", reason: "Which part of the program a step of the schema belongs to."),
            TechnicalColumn("schema_migration", "number", reason: "Which step was applied."),
            TechnicalColumn("schema_migration", "checksum", reason: "Tells a step that was edited afterwards."),
            TechnicalColumn("system_key", "name", reason: "The name of a key of the server's own."),
            TechnicalColumn("system_key", "root", reason: "Which root key wraps it."),
            TechnicalColumn("system_key", "wrapped", reason: "The key behind blind indexes, wrapped."),
            TechnicalColumn("person_key", "root", reason: "Which root key wraps a person's key."),
            TechnicalColumn("mail_letter", "id", reason: "A random id, also the Message-ID."),
            TechnicalColumn("mail_letter", "attempts", reason: "How often delivery was tried."),
            TechnicalColumn("mail_letter", "next_at", reason: "When it is tried again."),
            TechnicalColumn("mail_letter", "claimed_until", reason: "How long a node has it in hand."),
            TechnicalColumn("mail_letter", "failure", reason: "The mail server's code for the last failure."),
        ]
        all.cookies = [LanguageChoice.cookie]
        all.outboundHosts = [
            OutboundHost(setting: "mail.url", purpose: "Delivers mails."),
            OutboundHost(setting: "database.url", purpose: "Holds the data, where it is not held by this server itself."),
            OutboundHost(setting: "keys.url", purpose: "Holds people's keys, where they are not held by this server itself."),
            OutboundHost(setting: "nats.url", purpose: "Tells the other nodes of this service what is new."),
            OutboundHost(setting: "clamav.address", purpose: "Looks for harmful files before anybody gets them."),
            OutboundHost(setting: "turn.urls", purpose: "Relays a call when there is no direct path. Browsers speak to it."),
        ]
        return all
    }

    private static var keys: [PersonalField] {
        [
            PersonalField(
                "person_key", "person_id", key: "key", .pseudonym, for: [.security], basis: .contract, audience: .nobody,
                retention: .account,
                sealing: .plain, necessity: "Says whose key it is."),
            PersonalField(
                "person_key", "wrapped", key: "key", .pseudonym, for: [.security], basis: .contract, audience: .nobody, retention: .account,
                sealing: .plain, necessity: "Opens what is sealed for the person; useless without the root key, which is kept elsewhere."),
            PersonalField(
                "erasure", "person_id", key: "erasure", .pseudonym, for: [.security], basis: .legalObligation, audience: .nobody,
                retention: .after(days: 400), sealing: .plain, necessity: "Keeps a person erased when an older copy is put back."),
            PersonalField(
                "erasure", "erased_at", key: "erasure", .pseudonym, for: [.security], basis: .legalObligation, audience: .nobody,
                retention: .after(days: 400), sealing: .plain, necessity: "Says when the entry itself can go."),
        ]
    }

    private static var letters: [PersonalField] {
        [
            PersonalField(
                "mail_letter", "person_id", key: "letter", .communication, for: [.mail], basis: .contract, audience: .person,
                retention: .after(days: 30), sealing: .plain, necessity: "Says who the mail is to."),
            PersonalField(
                "mail_letter", "template", key: "letter", .communication, for: [.mail], basis: .contract, audience: .staff,
                retention: .after(days: 30), sealing: .plain, necessity: "Says which kind of mail waits."),
            PersonalField(
                "mail_letter", "sealed", key: "letter", .communication, for: [.mail], basis: .contract, audience: .person,
                retention: .after(days: 30), sealing: .sealed, necessity: "The mail itself, until it is delivered."),
            PersonalField(
                "mail_letter", "queued_at", key: "letter", .communication, for: [.mail], basis: .contract, audience: .staff,
                retention: .after(days: 30), sealing: .plain, necessity: "Says since when it waits."),
        ]
    }
}
