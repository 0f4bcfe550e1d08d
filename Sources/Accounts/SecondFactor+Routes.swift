import HTTPTypes
import Hummingbird
import Vocabulary
import Web

extension Accounts {
    var secondFactorRoutes: [Route] {
        [
            Route(
                .get, "/sign-in/second-factor", .everyone,
                purpose: "Asks for the second factor: after the password, or where more is needed than the password that began the session."
            ) { request, context in
                if let elsewhere = try await placeWithoutSecondFactor(request, context) { return .seeOther(elsewhere) }
                return try await secondFactorPage(request, context)
            },
            Route(
                .post, "/sign-in/second-factor", .everyone, limit: .guessing, bodyLimit: 8 * 1024,
                purpose: "Signs in with the second factor, or makes the session as good as one that began with it."
            ) { request, context in
                let form = try await codeForm(request).read(request)
                let query = try request.query()
                return try await granting(form) {
                    try await secondFactorPage(code: $0, request, context)
                } _: {
                    let back = LocalPath(orHome: query["return"])
                    if case .member(let member) = context.principal {
                        try await confirm(code: form.text("code"), of: member)
                        return .seeOther(back)
                    }
                    let session = try await completeSignIn(
                        code: form.text("code"), from: Visit(request, context, isKept: query["remember"] == "on"))
                    return welcome(session, to: back)
                }
            },
            Route(
                .post, "/sign-in/second-factor/passkey", .members, limit: .guessing, bodyLimit: 64 * 1024,
                purpose: "Makes the session as good as one that began with a passkey."
            ) { request, context in
                let member = try context.member
                let form = try await passkeyStepForm(request).read(request)
                return try await granting(form) {
                    try await secondFactorPage(passkey: $0, request, context)
                } _: {
                    _ = try await prove(member, password: nil, passkey: form.optional("passkey"))
                    return .seeOther(LocalPath(orHome: try request.query()["return"]))
                }
            },
        ]
    }

    /// Where whoever is not to be asked for a second factor goes; nil for whoever is.
    private func placeWithoutSecondFactor(_ request: Request, _ context: Context) async throws -> LocalPath? {
        let back = LocalPath(orHome: try request.query()["return"])
        guard case .member(let member) = context.principal else {
            return try await isAwaitingSecondFactor(Visit(request, context)) ? nil : Mount.signIn(backTo: back.description)
        }
        if member.isStrong { return back }
        return try await secondFactors(of: member.person).isEmpty ? .security(backTo: back.description) : nil
    }

    /// Where to go afterwards travels in the form's address, as it came from the password.
    private func codeForm(_ request: Request) -> Form {
        Form(Self.step("/sign-in/second-factor", request), [.line("code", maximum: 32)])
    }

    /// What `accounts/passkey.js` sends.
    private func passkeyStepForm(_ request: Request) -> Form {
        Form(Self.step("/sign-in/second-factor/passkey", request), Self.proofFields)
    }

    private static func step(_ path: String, _ request: Request) -> String {
        let query = request.uri.query.map { "?\($0)" } ?? ""
        return LocalPath(path + query)?.description ?? path
    }

    private func secondFactorPage(
        code: Submission? = nil, passkey: Submission? = nil, _ request: Request, _ context: Context
    ) async throws -> Response {
        var page = Page.door("second-factor", title: "secondFactor.title")
        guard case .member(let member) = context.principal else {
            page.form = code ?? codeForm(request).filled()
            return try await ground.pages.respond(page, request, context)
        }
        let factors = try await secondFactors(of: member.person)
        if code != nil || factors.contains(.code) { page.form = code ?? codeForm(request).filled() }
        if passkey != nil || factors.contains(.passkey) {
            page.forms["passkeyForm"] = passkey ?? passkeyStepForm(request).filled()
            page.scripts = ["accounts/passkey.js"]
        }
        page.title = "accounts.proof.section"
        page.model["isSignedIn"] = true
        if factors == [.passkey] {
            page.model["setUp"] = LocalPath.security(backTo: try request.query()["return"] ?? "").description
        }
        return try await ground.pages.respond(page, request, context)
    }
}
