import HTTPTypes
import Hummingbird
import Vocabulary
import Web

extension Accounts {
    /// Every field there is; any other is refused (C01, VZO-06).
    var signUpForm: Form {
        Form(
            "/sign-up",
            [
                .line("name", maximum: Profile.nameLength),
                .choice("visibility-name", Visibility.allCases.map(\.rawValue), isRequired: false),
                .line("email", maximum: 254), .choice("visibility-email", Visibility.allCases.map(\.rawValue), isRequired: false),
                .secret("password", maximum: Password.mostCharacters, isRequired: false),
                // Filled in by `accounts/passkey.js` instead of a password.
                .secret("handle", maximum: 64, isRequired: false), .secret("credential", maximum: PasskeyAnswer.limit, isRequired: false),
                .choice("ageBand", AgeAnswer.choices(minimum: policy.minimumAge).map(\.rawValue)), .flag("listed"),
                .line("invitation", maximum: 128, isRequired: false),
            ])
    }

    var registrationRoutes: [Route] {
        [
            Route(.get, "/sign-up", .everyone, purpose: "Asks for what an account needs, with the reason for each.") { request, context in
                let invitation = try request.query()["invitation"]
                return try await signUpPage(signUpForm.filled(with: invitation.map { ["invitation": $0] } ?? [:]), request, context)
            },
            Route(.post, "/sign-up", .everyone, limit: .guessing, bodyLimit: 128 * 1024, purpose: "Makes an account.") { request, context in
                let form = try await signUpForm.read(request)
                // Too young comes first: nothing else that was typed is even looked at (ZAZ-34).
                guard form.text("ageBand") != AgeAnswer.under.rawValue else {
                    var empty = signUpForm.filled()
                    empty.refuse("ageBand", "accounts.register.tooYoung", ["minimum": String(policy.minimumAge)])
                    return try await signUpPage(empty, request, context)
                }
                return try await granting(checked(form)) {
                    try await signUpPage($0, request, context)
                } _: {
                    _ = try await register(try registration(form), from: Visit(request, context))
                    return try await signedUpPage(form.text("email"), request, context)
                }
            },
        ]
    }

    /// What the form's own rules cannot know is told together with what they found, so that nobody mends a form twice.
    func checked(_ form: Submission) -> Submission {
        var form = form
        if let email = form.optional("email"), EmailAddress(email) == nil { form.refuse("email", "problem.field.email") }
        if let password = form.optional("password") {
            do throws(Refusal) {
                _ = try newPassword(password, besides: [form.text("name"), form.text("email")])
            } catch {
                form.refuse(error)
            }
        } else if form.optional("credential") == nil {
            form.refuse("password", "problem.field.missing")
        }
        return form
    }

    private func registration(_ form: Submission) throws -> Registration {
        guard let age = AgeAnswer(rawValue: form.text("ageBand")) else { throw Problem.malformed }
        var pass = Registration.Pass.none
        if let typed = form.optional("invitation") {
            // The whole link may have been pasted.
            let code = typed.split(separator: "=").last.map(String.init) ?? typed
            guard let token = BearerToken(code) else { throw Refusal("accounts.register.invitation", field: "invitation") }
            pass = .invitation(token)
        }
        var visibility: [ProfileField: Visibility] = [:]
        for field in [ProfileField.name, .email] {
            visibility[field] = form.optional("visibility-\(field.rawValue)").flatMap(Visibility.init) ?? .nobody
        }
        return Registration(
            name: form.text("name"), email: form.text("email"), way: try way(form), age: age, visibility: visibility,
            isListed: form.flag("listed"), pass: pass)
    }

    private func way(_ form: Submission) throws -> Registration.Way {
        guard let credential = form.optional("credential") else { return .password(form.text("password")) }
        guard let person = Base64URL.decode(form.text("handle")).flatMap(PersonID.init(bytes:)) else { throw Problem.malformed }
        return .passkey(credential, of: person)
    }

    /// An invitation opens the form whatever the mode.
    private func signUpPage(_ form: Submission, _ request: Request, _ context: Context) async throws -> Response {
        if case .member = context.principal { return .seeOther(.home) }
        let mode = try await registrationMode()
        var page = Page.door("sign-up", title: "signUp.title")
        page.form = form
        if offersPasskeys { page.scripts = ["accounts/passkey.js"] }
        page.model["registration"] = (form.optional("invitation") == nil ? mode : .invitation).model
        page.model["ageBand"] = ["choices": ageChoices(form.text("ageBand"), in: context.language)]
        page.model["visibility"] = Dictionary(
            uniqueKeysWithValues: [ProfileField.name, .email].map { field in
                (field.rawValue, ["choices": visibilityChoices(form.optional("visibility-\(field.rawValue)"), in: context.language)])
            })
        return try await ground.pages.respond(page, request, context)
    }

    func ageChoices(_ chosen: String, in language: Language) -> [[String: Any]] {
        let ages = ["minimum": String(policy.minimumAge), "adult": String(max(18, policy.minimumAge))]
        return AgeAnswer.choices(minimum: policy.minimumAge).map { answer in
            [
                "value": answer.rawValue, "selected": answer.rawValue == chosen,
                "label": ground.pages.text("accounts.ageBand.\(answer.rawValue)", ages, in: language),
            ]
        }
    }

    func visibilityChoices(_ chosen: String?, in language: Language) -> [[String: Any]] {
        Visibility.allCases.map { choice in
            [
                "value": choice.rawValue, "selected": choice.rawValue == (chosen ?? Visibility.nobody.rawValue),
                "label": ground.pages.text("people.visibility.\(choice.rawValue)", [:], in: language),
            ]
        }
    }

    /// The same whether the address was free or not: look in the mail, or, where no mail leaves the server, sign in.
    private func signedUpPage(_ email: String, _ request: Request, _ context: Context) async throws -> Response {
        guard policy.confirmsEmail else {
            return try await signInPage(
                Self.signInForm.filled(with: ["email": email, "remember": "on"]), message: "accounts.signUp.ready", request, context)
        }
        var page = Page.door("check-mail", title: "checkMail.signUp.title")
        page.model = ["afterSignUp": true, "email": email]
        return try await ground.pages.respond(page, request, context)
    }
}
