import HTTPTypes
import Hummingbird
import Vocabulary
import Web

extension Accounts {
    /// What the page shows of one person.
    private struct Standing: Sendable {
        let account: Account
        let passkeys: [Passkey]
        let hasSecondFactor: Bool
        let codesLeft: Int
    }

    /// The page, with the form that was refused unfolded in its place.
    ///
    /// - Parameter back: where the person was going, when a form brought it along.
    func securityPage(
        _ refused: Submission?, codes: [Redacted<String>]? = nil, message: String? = nil, backTo back: String? = nil, _ request: Request,
        _ context: Context
    ) async throws -> Response {
        let person = try context.member.person
        let standing = try await ground.database.read { transaction -> Standing? in
            guard let account = try transaction.account(of: person) else { return nil }
            return Standing(
                account: account, passkeys: try transaction.passkeys(of: person), hasSecondFactor: try transaction.hasSecondFactor(person),
                codesLeft: try transaction.recoveryCodesLeft(of: person))
        }
        guard let standing else { throw Problem.signInRequired }
        var page = Page.settings("security", "atSecurity", title: "security.title")
        page.scripts = ["accounts/passkey.js", "design/copy.js"]
        page.message = message
        if standing.account.hasPassword { page.model["hasPassword"] = true }
        if !standing.passkeys.isEmpty { page.model["hasPasskey"] = true }
        func form(_ form: Form, with values: [String: String] = [:]) -> Submission {
            refused?.form.action == form.action ? refused ?? form.filled() : form.filled(with: values)
        }
        page.forms["passwordForm"] = form(Self.passwordForm)
        page.forms["emailForm"] = form(Self.emailForm)
        page.forms["recoveryForm"] = form(Self.recoveryCodesForm)
        if offersPasskeys { page.forms["passkeyForm"] = form(Self.passkeyForm) }
        page.model["showsPasskeys"] = offersPasskeys || !standing.passkeys.isEmpty
        if let back = try LocalPath(back ?? refused?.optional("return") ?? request.query()["return"] ?? "") {
            page.model["back"] = back.description
            if try codes != nil || context.member.isStrong {
                page.model["goOn"] = back.description
            } else if standing.hasSecondFactor || offersPasskeys && !standing.passkeys.isEmpty {
                page.model["goOn"] = LocalPath.secondFactor(backTo: back.description).description
            } else {
                page.model["isNeeded"] = back.description
            }
        }
        let email = try await email(of: standing.account)?.text ?? ""
        page.model["email"] = email
        if standing.account.emailConfirmedAt != nil { page.model["confirmed"] = true }
        showPassword(standing, in: context.language, on: &page)
        try await showPasskeys(standing, refused, context, on: &page)
        if standing.hasSecondFactor {
            page.model["totp"] = ["isOn": true]
            page.forms["totpOffForm"] = form(Self.totpOffForm)
        } else {
            let carried = refused?.form.action == Self.totpForm.action ? refused?.optional("secret") : nil
            let offer = try (try? offerTOTP(to: email, again: carried)) ?? offerTOTP(to: email)
            page.model["totp"] = model(offer)
            page.forms["totpForm"] = form(Self.totpForm)
        }
        showCodes(standing, codes, in: context.language, on: &page)
        // The forms of passkeys stand in a list, where the page machinery does not see that one was refused.
        if refused?.isAccepted == false { page.status = .unprocessableContent }
        return try await ground.pages.respond(page, request, context)
    }

    private func showPassword(_ standing: Standing, in language: Language, on page: inout Page) {
        var password: [String: Any] = [:]
        if standing.account.hasPassword { password["isSet"] = true }
        if let changed = standing.account.passwordChangedAt {
            password["changedAt"] = changed.machineText
            password["changedWords"] = changed.words(in: language)
        }
        page.model["password"] = password
    }

    private func showPasskeys(_ standing: Standing, _ refused: Submission?, _ context: Context, on page: inout Page) async throws {
        let names = try await ground.keys.openTexts(standing.passkeys.map { ($0.person, $0.name) }, as: Passkey.nameColumn)
        page.model["passkeys"] = zip(standing.passkeys, names).map { passkey, name -> [String: Any] in
            func shown(_ form: Form, _ values: [String: String] = [:]) -> [String: Any] {
                let submission = refused?.form.action == form.action ? refused : nil
                return (submission ?? form.filled(with: values)).model(in: context.language, ground.pages)
            }
            var model: [String: Any] = [
                "id": passkey.id.description, "addedAt": passkey.createdAt.machineText,
                "addedWords": passkey.createdAt.words(in: context.language),
                "name": name.flatMap { $0.isEmpty ? nil : $0 } ?? ground.pages.text("accounts.passkeys.unnamed", [:], in: context.language),
                "nameForm": shown(Self.nameForm(passkey.id), ["name": name ?? ""]), "removeForm": shown(Self.removeForm(passkey.id)),
            ]
            if let used = passkey.usedAt {
                model["usedAt"] = used.machineText
                model["usedWords"] = used.words(in: context.language)
            }
            return model
        }
    }

    private func model(_ offer: TOTPOffer) -> [String: Any] {
        var model: [String: Any] = ["secret": offer.groups.value, "text": offer.text.value, "link": offer.address.value]
        if let code = QRCode(offer.address.value) { model["picture"] = code.svg }
        return model
    }

    private func showCodes(_ standing: Standing, _ codes: [Redacted<String>]?, in language: Language, on page: inout Page) {
        let left = codes?.count ?? standing.codesLeft
        var recovery: [String: Any] = [
            "left": left,
            "leftWords": left == 0
                ? ground.pages.text("accounts.recoveryCodes.none", [:], in: language)
                : ground.pages.text("accounts.recoveryCodes.left", count: left, [:], in: language),
        ]
        if let codes { recovery["fresh"] = ["codes": codes.map(\.value)] }
        page.model["recovery"] = recovery
    }
}
