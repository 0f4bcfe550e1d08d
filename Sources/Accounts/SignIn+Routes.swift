import HTTPTypes
import Hummingbird
import Vocabulary
import Web

extension Accounts {
    static let signInForm = Form(
        "/sign-in",
        [
            .line("email", maximum: 254), .secret("password"), .flag("remember"), .line("return", maximum: 2000, isRequired: false),
        ])
    /// What `accounts/passkey.js` sends.
    static let passkeySignInForm = Form(
        "/sign-in/passkey",
        [
            .line("passkey", maximum: PasskeyAnswer.limit), .flag("remember"), .line("return", maximum: 2000, isRequired: false),
        ])

    var signInRoutes: [Route] {
        [
            Route(.get, "/sign-in", .everyone, purpose: "Asks who is there.") { request, context in
                let query = try request.query()
                let path = LocalPath(orHome: query["return"])
                if case .member = context.principal { return .seeOther(path) }
                return try await signInPage(Self.signInForm.filled(with: ["return": path.description]), request, context)
            },
            Route(.post, "/sign-in", .everyone, limit: .guessing, bodyLimit: 8 * 1024, purpose: "Signs in with a password.") {
                request, context in
                let form = try await Self.signInForm.read(request)
                return try await granting(form) {
                    try await signInPage($0, request, context)
                } _: {
                    let visit = Visit(request, context, isKept: form.flag("remember"))
                    let session = try await signIn(email: form.text("email"), password: form.text("password"), from: visit)
                    return entered(session, form)
                }
            },
            Route(
                .post, "/sign-in/passkey", .everyone, limit: .guessing, bodyLimit: 64 * 1024, purpose: "Signs in with a passkey."
            ) { request, context in
                let form = try await Self.passkeySignInForm.read(request)
                return try await granting(form) { refused in
                    try await signInPage(
                        Self.signInForm.filled(), refusal: refused.wholeProblemKey ?? "accounts.passkeys.failed", request, context)
                } _: {
                    let visit = Visit(request, context, isKept: form.flag("remember"))
                    let session = try await signIn(passkey: form.text("passkey"), from: visit)
                    guard form.optional("return") == nil, try await hasNothingButPasskeys(session.person) else {
                        return entered(session, form)
                    }
                    return welcome(session, to: Self.securityPath(saying: "codes-offered"))
                }
            },
            Route(.post, "/sign-out", .everyone, purpose: "Ends the session of this browser.") { _, context in
                var response = Response.seeOther(.home)
                response.remove(Session.cookie)
                guard case .member(let member) = context.principal, let session = ID<Session>(member.session) else { return response }
                try await end(session, of: member.person)
                return response
            },
        ]
    }

    private func entered(_ session: NewSession, _ form: Submission) -> Response {
        let path = LocalPath(orHome: form.optional("return"))
        guard !session.isOpen else { return welcome(session, to: path) }
        let next = "/sign-in/second-factor?\(form.flag("remember") ? "remember=on&" : "")return=\(path.escaped)"
        return welcome(session, to: LocalPath(next) ?? .home)
    }

    func signInPage(
        _ form: Submission, message: String? = nil, refusal: String? = nil, _ request: Request, _ context: Context
    ) async throws -> Response {
        var form = form
        if let refusal { form.refuse(refusal) }
        var page = Page.door("sign-in", title: "signIn.title")
        page.scripts = ["accounts/passkey.js"]
        page.message = message
        page.form = form
        page.model["registration"] = try await registrationMode().model
        return try await ground.pages.respond(page, request, context)
    }
}
