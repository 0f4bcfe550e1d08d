import Mail
import Storage
import Vocabulary
import Web

/// The mails accounts send. All are essential: they tell a person what
/// happened to their own account, or carry the link they asked for (C22).
enum Letters {
    static let confirmEmail = template("confirmEmail", purpose: "Carries the link that confirms an e-mail address.")
    static let alreadyRegistered = template(
        "alreadyRegistered", purpose: "Tells the owner of an address that somebody tried to register with it.")
    static let recover = template("recover", purpose: "Carries the link with which a lost password is replaced.")
    static let newDevice = template("newDevice", purpose: "Tells a person that their account was used on a new kind of device.")
    static let settingChanged = template(
        "settingChanged", purpose: "Tells a person that a security or privacy setting of theirs was changed.")
    static let emailChanged = template("emailChanged", purpose: "Tells the old address that the account now uses another one.")
    static let invitation = template("invitation", purpose: "Carries an invitation that somebody who runs the server asked to send.")

    static let all = [confirmEmail, alreadyRegistered, recover, newDevice, settingChanged, emailChanged, invitation]

    private static func template(_ name: String, purpose: String) -> LetterTemplate {
        LetterTemplate("mail.\(name)", .essential, purpose: purpose)
    }
}

extension Accounts {
    /// A letter in the person's language, written from the catalogue: `<template>.subject` and `<template>.body`.
    func letter(
        _ template: LetterTemplate, to email: EmailAddress, of person: PersonID, in language: Language, _ values: [String: String] = [:]
    ) async throws -> PreparedLetter {
        let values = values.merging(["site": ground.site.name, "origin": ground.site.origin]) { own, _ in own }
        let letter = Letter(
            template, to: email, in: language, subject: ground.pages.text("\(template.name).subject", values, in: language),
            body: ground.pages.text("\(template.name).body", values, in: language))
        return try await ground.outbox.prepare(letter, for: person)
    }

    /// A letter to the address of the account. Nil when its key was destroyed in the meantime.
    func letter(_ template: LetterTemplate, to account: Account, _ values: [String: String] = [:]) async throws -> PreparedLetter? {
        guard let email = try await email(of: account) else { return nil }
        return try await letter(template, to: email, of: account.person, in: account.language, values)
    }

    /// The account's address.
    func email(of account: Account) async throws -> EmailAddress? {
        try await ground.keys.openTexts([(account.person, account.email)], as: Account.emailColumn)[0].flatMap(EmailAddress.init)
    }
}
