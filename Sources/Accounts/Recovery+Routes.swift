import HTTPTypes
import Hummingbird
import Vocabulary
import Web

extension Accounts {
    static let recoverForm = Form("/recover", [.line("email", maximum: 254), .line("code", maximum: 32, isRequired: false)])

    private static func newPasswordForm(_ path: String) -> Form {
        Form(path, [.secret("password", maximum: Password.mostCharacters), .line("code", maximum: 32, isRequired: false)])
    }

    var recoveryRoutes: [Route] {
        [
            Route(.get, "/recover", .everyone, purpose: "Asks for the address whose password was lost.") { request, context in
                try await recoverPage(Self.recoverForm.filled(), request, context)
            },
            Route(
                .post, "/recover", .everyone, limit: .guessing, bodyLimit: 8 * 1024,
                purpose: "Mails a link for a new password, or takes a recovery code instead."
            ) { request, context in
                let form = try await Self.recoverForm.read(request)
                return try await granting(form) {
                    try await recoverPage($0, request, context)
                } _: {
                    if let code = form.optional("code") {
                        let token = try await recover(email: form.text("email"), code: code, from: Visit(request, context))
                        return .seeOther(LocalPath("/recover/\(token.text.value)") ?? .home)
                    }
                    try await requestRecovery(of: form.text("email"))
                    var page = Page.door("check-mail", title: "checkMail.recover.title")
                    page.model = ["afterRecovery": true, "email": form.text("email")]
                    if !policy.confirmsEmail { page.model["waits"] = true }
                    return try await ground.pages.respond(page, request, context)
                }
            },
            Route(.get, "/recover/{token}", .everyone, limit: .guessing, purpose: "Asks for the new password.") { request, context in
                let token = try Self.token(context, else: "problem.recoveryLink")
                return try await newPasswordPage(
                    Self.newPasswordForm("/recover/\(token.text.value)").filled(), asking: try await recoveryNeedsCode(token), request,
                    context)
            },
            Route(
                .post, "/recover/{token}", .everyone, limit: .guessing, bodyLimit: 8 * 1024, purpose: "Replaces a lost password."
            ) { request, context in
                let token = try Self.token(context, else: "problem.recoveryLink")
                let needsCode = try await recoveryNeedsCode(token)
                let form = try await Self.newPasswordForm("/recover/\(token.text.value)").read(request)
                return try await granting(form) {
                    try await newPasswordPage($0, asking: needsCode, request, context)
                } _: {
                    let session = try await recover(
                        token, password: form.text("password"), code: form.optional("code"), from: Visit(request, context, isKept: false))
                    return welcome(session, to: .home)
                }
            },
        ]
    }

    /// The token of an address; one that cannot be a token is a link that does not work.
    static func token(_ context: Context, else key: String) throws(Problem) -> BearerToken {
        let text: String = try context.parameter("token")
        guard let token = BearerToken(text) else { throw Problem(.gone, key) }
        return token
    }

    private func recoverPage(_ form: Submission, _ request: Request, _ context: Context) async throws -> Response {
        var page = Page.door("recover", title: "recover.title")
        page.form = form
        return try await ground.pages.respond(page, request, context)
    }

    func newPasswordPage(_ form: Submission, asking needsCode: Bool, _ request: Request, _ context: Context) async throws -> Response {
        var page = Page.door("new-password", title: "newPasswordPage.title")
        page.form = form
        if needsCode { page.model["needsCode"] = true }
        return try await ground.pages.respond(page, request, context)
    }
}
