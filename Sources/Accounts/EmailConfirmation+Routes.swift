import HTTPTypes
import Hummingbird
import Vocabulary
import Web

extension Accounts {
    private static func confirmForm(_ token: BearerToken, _ state: ConfirmationState) -> Form {
        let fields: [Form.Field] =
            switch state {
            case .needsPassword: [.secret("password")]
            case .needsPasskey: [.secret("passkey", maximum: PasskeyAnswer.limit)]
            case .ready, .expired: []
            }
        return Form("/confirm-email/\(token.text.value)", fields)
    }

    var confirmationRoutes: [Route] {
        [
            Route(.get, "/confirm-email/{token}", .everyone, limit: .guessing, purpose: "Shows the button that confirms an address.") {
                request, context in
                guard let token = BearerToken(try context.parameter("token")) else {
                    return try await confirmationPage(.expired, nil, request, context)
                }
                let state = try await confirmationState(token, for: context.principal.person)
                return try await confirmationPage(
                    state, Self.confirmForm(token, state).filled(), request, context)
            },
            Route(
                .post, "/confirm-email/{token}", .everyone, limit: .guessing, bodyLimit: 128 * 1024, purpose: "Confirms an e-mail address."
            ) { request, context in
                guard let token = BearerToken(try context.parameter("token")) else {
                    return try await confirmationPage(.expired, nil, request, context)
                }
                let person = context.principal.person
                let state = try await confirmationState(token, for: person)
                guard state != .expired else { return try await confirmationPage(.expired, nil, request, context) }
                let form = try await Self.confirmForm(token, state).read(request)
                return try await granting(form) {
                    try await confirmationPage(state, $0, request, context)
                } _: {
                    guard try await confirmEmail(token, by: person, password: form.text("password"), passkey: form.optional("passkey"))
                    else {
                        return try await confirmationPage(.expired, nil, request, context)
                    }
                    var page = Page.door("confirm-email", title: "confirmEmail.done.title")
                    page.model = ["confirmed": true]
                    return try await ground.pages.respond(page, request, context)
                }
            },
            Route(
                .post, "/settings/security/email/again", .members, limit: .guessing, purpose: "Mails a fresh link to confirm one's address."
            ) { _, context in
                try await confirmAgain(try context.member.person)
                return .seeOther(Self.securityPath(saying: "email"))
            },
        ]
    }

    private func confirmationPage(_ state: ConfirmationState, _ form: Submission?, _ request: Request, _ context: Context) async throws
        -> Response
    {
        var page = Page.door("confirm-email", title: state == .expired ? "confirmEmail.expired.title" : "confirmEmail.asks.title")
        page.form = form
        switch state {
        case .expired:
            page.model["expired"] = true
            page.status = .gone
            if case .member = context.principal { page.model["resend"] = "/settings/security/email/again" }
        case .ready: page.model["asks"] = true
        case .needsPassword:
            page.model["asks"] = true
            page.model["asksPassword"] = true
        case .needsPasskey:
            page.scripts = ["accounts/passkey.js"]
            page.model["asks"] = true
            page.model["asksPasskey"] = true
        }
        return try await ground.pages.respond(page, request, context)
    }
}
