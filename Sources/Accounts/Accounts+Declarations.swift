package import Privacy
import Web

extension Accounts {
    /// Everything accounts keep, send and set (C33).
    package static let declarations: Declarations = {
        var declarations = Declarations()
        declarations.cookies = [Session.cookie]
        declarations.letters = Letters.all
        declarations.personal = accountFields + sessionFields + credentialFields + linkFields
        declarations.technical = technicalColumns
        return declarations
    }()

    private static let accountFields = [
        field(
            "account", "person_id", "personID", .pseudonym, .account, sealing: .plain,
            necessity: "Tells one account from another; says nothing by itself."),
        PersonalField(
            "account", "email", key: "email", .contact, for: [.account, .signIn, .recovery, .mail, .security], basis: .contract,
            audience: .chosen,
            retention: .account, sealing: .sealed,
            necessity: "To sign in with, to get back in after losing the password, and to be told about changes to one's own settings."),
        field(
            "account", "email_index", "emailIndex", .contact, .signIn, sealing: .blindIndex,
            necessity: "Finds the account of an address at sign-in without reading the address."),
        field(
            "account", "email_confirmed_at", "emailConfirmedAt", .history, .security, sealing: .plain,
            necessity: "Whether the address was proved to be the person's own."),
        field(
            "account", "password", "password", .credential, .signIn, sealing: .sealed,
            necessity: "To recognise the password: an argon2id hash, sealed besides."),
        field(
            "account", "password_changed_at", "passwordChangedAt", .history, .security, sealing: .plain,
            necessity: "Shows the person how old their password is."),
        field(
            "account", "age_band", "ageBand", .ageBand, .minors, sealing: .plain,
            necessity: "Gives minors the more private defaults. A birthday is never asked for."),
        PersonalField(
            "account", "state", key: "accountState", .history, for: [.administration], basis: .legitimateInterest, audience: .staff,
            retention: .account,
            sealing: .plain, necessity: "Whether the account was suspended."),
        field(
            "account", "language", "language", .preference, .mail, sealing: .plain,
            necessity: "To write mails in a language the person reads."),
        PersonalField(
            "account", "created_at", key: "createdAt", .history, for: [.account, .administration], basis: .contract, audience: .staff,
            retention: .account,
            sealing: .plain, necessity: "Puts members in order for those who run the server."),
        field("account_role", "person_id", "personID", .pseudonym, .administration, sealing: .plain, necessity: "Whose role it is."),
        PersonalField(
            "account_role", "role", key: "role", .history, for: [.administration], basis: .contract, audience: .staff,
            retention: .untilRemoved,
            sealing: .plain, necessity: "What the person may do for everybody."),
    ]

    private static let sessionFields = [
        field(
            "session", "person_id", "personID", .pseudonym, .signIn, until: .untilRemoved, sealing: .plain, necessity: "Who is signed in."),
        field(
            "session", "id", "session", .pseudonym, .signIn, until: .untilRemoved, sealing: .plain,
            necessity: "Names one of the person's devices so that it can be signed out."),
        field(
            "session", "device", "device", .device, .security, until: .untilRemoved, sealing: .sealed,
            necessity: "Browser family, its version and the family of the system, so that the person recognises their own devices."),
        field(
            "session", "created_at", "signedInAt", .history, .security, until: .untilRemoved, sealing: .plain,
            necessity: "When the device signed in, shown to the person."),
        field(
            "session", "used_at", "sessionUsedAt", .history, .security, until: .untilRemoved, sealing: .plain,
            necessity: "Ends sessions that are no longer used. Five minutes coarse."),
        field(
            "session", "is_strong", "sessionStrength", .history, .security, until: .untilRemoved, sealing: .plain,
            necessity: "Whether a second factor or a passkey opened it: whoever runs the server needs more than a password."),
        field(
            "known_device", "person_id", "personID", .pseudonym, .security, until: .after(days: 180), sealing: .plain,
            necessity: "Whose devices are known."),
        field(
            "known_device", "device_index", "knownDevice", .device, .security, until: .after(days: 180), sealing: .blindIndex,
            necessity: "Tells a new kind of device from a known one, so that only a new one is reported by mail."),
        field(
            "known_device", "used_at", "knownDeviceUsedAt", .history, .security, until: .after(days: 180), sealing: .plain,
            necessity: "Forgets devices that were not used for half a year."),
        PersonalField(
            "attempt", "subject", key: "attempt", .pseudonym, for: [.security], basis: .legitimateInterest, audience: .nobody,
            retention: .after(days: 1),
            sealing: .blindIndex, necessity: "Slows down whoever guesses passwords. A keyed fingerprint of account and place."),
        PersonalField(
            "attempt", "count", key: "attemptCount", .history, for: [.security], basis: .legitimateInterest, audience: .nobody,
            retention: .after(days: 1),
            sealing: .plain, necessity: "How many tries there were."),
    ]

    private static let credentialFields = [
        field(
            "recovery_code", "person_id", "personID", .pseudonym, .recovery, until: .untilRemoved, sealing: .plain,
            necessity: "Whose codes they are."),
        field(
            "recovery_code", "code_index", "recoveryCode", .credential, .recovery, until: .untilRemoved, sealing: .blindIndex,
            necessity: "Recognises a recovery code without keeping it."),
        field(
            "totp", "person_id", "personID", .pseudonym, .signIn, until: .untilRemoved, sealing: .plain,
            necessity: "Whose second factor it is."),
        field(
            "totp", "secret", "totpSecret", .credential, .signIn, until: .untilRemoved, sealing: .sealed,
            necessity: "Computes the codes that the person's app shows."),
        field(
            "totp", "enabled_at", "totpEnabledAt", .history, .security, until: .untilRemoved, sealing: .plain,
            necessity: "When the second factor was turned on."),
        field(
            "totp", "last_step", "totpLastStep", .history, .security, until: .untilRemoved, sealing: .plain,
            necessity: "Takes each code only once."),
        field(
            "passkey", "person_id", "personID", .pseudonym, .signIn, until: .untilRemoved, sealing: .plain,
            necessity: "Whose passkey it is."),
        field(
            "passkey", "credential_id", "passkeyCredential", .pseudonym, .signIn, until: .untilRemoved, sealing: .plain,
            necessity: "The device's own random number for the passkey, by which it is found."),
        field(
            "passkey", "public_key", "passkeyKey", .credential, .signIn, until: .untilRemoved, sealing: .plain,
            necessity: "Checks the passkey's signature. It is public by nature and good for this server only."),
        field(
            "passkey", "sign_count", "passkeyCount", .credential, .security, until: .untilRemoved, sealing: .plain,
            necessity: "Notices a copied passkey."),
        field(
            "passkey", "name", "passkeyName", .preference, .signIn, until: .untilRemoved, sealing: .sealed,
            necessity: "So that the person can tell their passkeys apart."),
        field(
            "passkey", "created_at", "passkeyCreatedAt", .history, .security, until: .untilRemoved, sealing: .plain,
            necessity: "When the passkey was added, shown to the person."),
        field(
            "passkey", "used_at", "passkeyUsedAt", .history, .security, until: .untilRemoved, sealing: .plain,
            necessity: "When the passkey was last used, shown to the person."),
    ]

    private static let linkFields = [
        field(
            "email_confirmation", "person_id", "personID", .pseudonym, .account, until: .after(days: 1), sealing: .plain,
            necessity: "Whose address is to be confirmed."),
        field(
            "email_confirmation", "email", "newEmail", .contact, .account, until: .after(days: 1), sealing: .sealed,
            necessity: "The address the link was mailed to."),
        field(
            "recovery", "person_id", "personID", .pseudonym, .recovery, until: .after(days: 1), sealing: .plain,
            necessity: "Whose way back it is."),
        field(
            "recovery", "by_mail", "recoveryByMail", .history, .recovery, until: .after(days: 1), sealing: .plain,
            necessity: "Whether the link also proves the address."),
        field(
            "invitation", "inviter_id", "inviter", .relationship, .administration, until: .after(days: 14), sealing: .plain,
            necessity: "Who invited."),
        field(
            "invitation", "email", "invitedEmail", .contact, .administration, until: .after(days: 14), sealing: .sealed,
            necessity: "Whom the invitation was mailed to; sealed under the inviter's key."),
        field(
            "invitation", "created_at", "invitedAt", .history, .administration, until: .after(days: 14), sealing: .plain,
            necessity: "When the invitation was made."),
        field(
            "invitation", "used_at", "invitationUsedAt", .history, .administration, until: .after(days: 14), sealing: .plain,
            necessity: "An invitation works once."),
    ]

    private static let technicalColumns = [
        TechnicalColumn("session", "token_hash", reason: "SHA-256 of a random number."),
        TechnicalColumn("session", "stage", reason: "How far the sign-in has come."),
        TechnicalColumn("session", "ends_at", reason: "When it ends."),
        TechnicalColumn("attempt", "wait_until", reason: "Until when the next try waits."),
        TechnicalColumn("attempt", "ends_at", reason: "When the count starts afresh."),
        TechnicalColumn("email_confirmation", "token_hash", reason: "SHA-256 of a random number."),
        TechnicalColumn("email_confirmation", "ends_at", reason: "When the link ends."),
        TechnicalColumn("recovery", "token_hash", reason: "SHA-256 of a random number."),
        TechnicalColumn("recovery", "ends_at", reason: "When the link ends."),
        TechnicalColumn("passkey", "id", reason: "A random id for the address of its settings."),
        TechnicalColumn("spent_challenge", "challenge_hash", reason: "SHA-256 of a random number that was answered."),
        TechnicalColumn("spent_challenge", "ends_at", reason: "When it would have ended anyway."),
        TechnicalColumn("owner_link", "token_hash", reason: "SHA-256 of a random number."),
        TechnicalColumn("owner_link", "ends_at", reason: "When the link ends."),
        TechnicalColumn("invitation", "id", reason: "A random id for its address."),
        TechnicalColumn("invitation", "token_hash", reason: "SHA-256 of a random number."),
        TechnicalColumn("invitation", "ends_at", reason: "When the invitation ends."),
        TechnicalColumn("registration_choice", "single", reason: "There is one row."),
        TechnicalColumn("registration_choice", "mode", reason: "Who may register, the same for everybody."),
    ]

    /// Most fields: for the person alone, by contract.
    private static func field(
        _ table: String, _ column: String, _ key: String, _ category: DataCategory, _ purpose: Purpose,
        until retention: Retention = .account,
        sealing: Sealing, necessity: String
    ) -> PersonalField {
        PersonalField(
            table, column, key: key, category, for: [purpose], basis: .contract, audience: sealing == .blindIndex ? .nobody : .person,
            retention: retention,
            sealing: sealing, necessity: necessity)
    }
}
