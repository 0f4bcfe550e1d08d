import HTTPTypes
import Hummingbird
import Vocabulary
package import Web

extension People {
    private static let fields = ProfileField.allCases

    static let privacyForm = Form(
        "/settings/privacy",
        fields.map { .choice("visibility-\($0.rawValue)", Visibility.allCases.map(\.rawValue), isRequired: false) } + [
            .flag("listed"), .flag("relayOnly"), .secret("proof", isRequired: false),
            .secret("passkey", maximum: 20_000, isRequired: false),
        ])

    /// The page on which a person decides who sees what. Every save needs a fresh proof of who they are (C04, VZO-35).
    ///
    /// - Parameter hasRelay: whether this server has a relay to offer.
    package func privacyRoutes(proving accounts: Accounts, hasRelay: Bool) -> [Route] {
        [
            Route(.get, "/settings/privacy", .members, purpose: "Who sees what of a person, and how their calls travel.") {
                request, context in
                try await privacyPage(request, context, accounts, hasRelay: hasRelay)
            },
            Route(.post, "/settings/privacy", .members, limit: .guessing, purpose: "Changes who sees what, after a fresh proof.") {
                request, context in
                let member = try context.member
                var form = try await Self.privacyForm.read(request)
                if form.isAccepted {
                    do {
                        let proof = try await accounts.prove(member, password: form.optional("proof"), passkey: form.optional("passkey"))
                        try await save(choices(in: form), with: proof, telling: accounts)
                        return .redirect(to: "/settings/privacy?saved=yes", type: .normal)
                    } catch let refusal as Refusal {
                        form.refuse("proof", refusal.key, refusal.values)
                    }
                }
                return try await privacyPage(request, context, accounts, hasRelay: hasRelay, form)
            },
        ]
    }

    private func choices(in form: Submission) -> PrivacyChoices {
        var choices = PrivacyChoices()
        for field in Self.fields {
            choices.visibility[field] = Visibility(rawValue: form.text("visibility-\(field.rawValue)")) ?? .nobody
        }
        choices.isListed = form.flag("listed")
        choices.alwaysRelay = form.flag("relayOnly")
        return choices
    }

    private func privacyPage(
        _ request: Request, _ context: Context, _ accounts: Accounts, hasRelay: Bool, _ form: Submission? = nil
    ) async throws -> Response {
        let person = try context.member.person
        guard let account = try await ground.database.read({ try $0.account(of: person) }) else { throw Problem.notFound }
        let saved = try await ground.database.read { try $0.privacyChoices(of: person) }
        let hasPasskey = try await ground.database.read { try $0.exists("SELECT 1 FROM passkey WHERE person_id = \(person)") }
        // A form that was refused comes back as it was filled in.
        let shown = form.map { choices(in: $0) } ?? saved
        let own = try await card(of: person, as: .own)
        var page = Page("accounts/privacy-settings", title: "accounts.privacySettings.title")
        page.section = .settings
        page.styles = ["design/form.css", "accounts/settings.css"]
        page.scripts = ["accounts/passkey.js"]
        if request.uri.queryParameters["saved"] != nil { page.message = "accounts.privacySettings.saved" }
        page.form = form ?? Self.privacyForm.filled(with: ticked(shown))
        page.model = [
            "settings": ["atPrivacy": true], "isMinor": account.age.isMinor, "hasPassword": account.hasPassword, "hasPasskey": hasPasskey,
            "relayReady": hasRelay,
        ]
        page.model["visibilities"] = Self.fields.map { field in
            visibility(of: field, shown, own, isMinor: account.age.isMinor, in: context.language)
        }
        return try await ground.pages.respond(page, request, context)
    }

    private func ticked(_ choices: PrivacyChoices) -> [String: String] {
        [("listed", choices.isListed), ("relayOnly", choices.alwaysRelay)].reduce(into: [:]) { if $1.1 { $0[$1.0] = "on" } }
    }

    private func visibility(
        of field: ProfileField, _ choices: PrivacyChoices, _ own: Card?, isMinor: Bool, in language: Language
    ) -> [String: Any] {
        let chosen = choices.visibility[field] ?? .nobody
        var model: [String: Any] = [
            "field": field.rawValue, "label": ground.pages.text("accounts.\(field.rawValue).label", [:], in: language),
        ]
        switch field {
        case .name: model["value"] = own?.name
        case .about: model["value"] = own?.about
        case .email: model["value"] = own?.email
        case .picture: break
        }
        model["choices"] = field.choices(isMinor: isMinor).map { choice -> [String: Any] in
            let label = ground.pages.text("people.visibility.\(choice.rawValue)", [:], in: language)
            return ["value": choice.rawValue, "label": label, "selected": choice == chosen]
        }
        return model
    }
}
