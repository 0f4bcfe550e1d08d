import HTTPTypes
import Hummingbird
import Vocabulary
import Web

extension Accounts {
    private static func ownerForm(_ token: BearerToken) -> Form {
        Form(
            "/owner/\(token.text.value)",
            [
                .line("name", maximum: Profile.nameLength), .line("email", maximum: 254),
                .secret("password", maximum: Password.mostCharacters),
            ])
    }

    private static func ownerPasswordForm(_ token: BearerToken) -> Form {
        Form("/owner/\(token.text.value)", [.secret("password", maximum: Password.mostCharacters)])
    }

    var ownerRoutes: [Route] {
        [
            Route(.get, "/owner/{token}", .everyone, limit: .guessing, purpose: "Opens the one-time link of the server's owner.") {
                request, context in
                let token = try Self.token(context, else: "problem.ownerLink")
                try await checkOwnerLink(token)
                return try await hasOwner()
                    ? newPasswordPage(Self.ownerPasswordForm(token).filled(), asking: false, request, context)
                    : ownerPage(Self.ownerForm(token).filled(), request, context)
            },
            Route(
                .post, "/owner/{token}", .everyone, limit: .guessing, bodyLimit: 8 * 1024,
                purpose: "Makes the owner's account, or gives the owner a new password."
            ) { request, context in
                let token = try Self.token(context, else: "problem.ownerLink")
                try await checkOwnerLink(token)
                return try await hasOwner() ? recoverOwner(token, request, context) : registerOwner(token, request, context)
            },
        ]
    }

    private func registerOwner(_ token: BearerToken, _ request: Request, _ context: Context) async throws -> Response {
        let form = checked(try await Self.ownerForm(token).read(request))
        return try await granting(form) {
            try await ownerPage($0, request, context)
        } _: {
            // Whoever runs a server is of age; members see the name of whoever they can turn to.
            let registration = Registration(
                name: form.text("name"), email: form.text("email"), way: .password(form.text("password")), age: .adult,
                visibility: [.name: .members],
                pass: .owner(token))
            guard let session = try await register(registration, from: Visit(request, context)) else {
                throw Problem(.gone, "problem.ownerLink")
            }
            return welcome(session, to: .home)
        }
    }

    private func recoverOwner(_ token: BearerToken, _ request: Request, _ context: Context) async throws -> Response {
        let form = try await Self.ownerPasswordForm(token).read(request)
        return try await granting(form) {
            try await newPasswordPage($0, asking: false, request, context)
        } _: {
            welcome(try await recoverOwner(token, password: form.text("password"), from: Visit(request, context, isKept: false)), to: .home)
        }
    }

    private func ownerPage(_ form: Submission, _ request: Request, _ context: Context) async throws -> Response {
        var page = Page.door("owner", title: "owner.title")
        page.form = form
        page.model["once"] = ground.pages.text("accounts.owner.once", [:], in: context.language)
        return try await ground.pages.respond(page, request, context)
    }
}
