import HTTPTypes
import Hummingbird
import Vocabulary
import Web

extension Accounts {
    var secondFactorRoutes: [Route] {
        [
            Route(.get, "/sign-in/second-factor", .everyone, purpose: "Asks for the second factor after the password.") {
                request, context in
                guard try await isAwaitingSecondFactor(Visit(request, context)) else { return .seeOther(LocalPath("/sign-in") ?? .home) }
                return try await secondFactorPage(secondFactorForm(request).filled(), request, context)
            },
            Route(
                .post, "/sign-in/second-factor", .everyone, limit: .guessing, bodyLimit: 8 * 1024,
                purpose: "Signs in with the second factor."
            ) { request, context in
                let form = try await secondFactorForm(request).read(request)
                let query = try request.query()
                return try await granting(form) {
                    try await secondFactorPage($0, request, context)
                } _: {
                    let session = try await completeSignIn(
                        code: form.text("code"), from: Visit(request, context, isKept: query["remember"] == "on"))
                    return welcome(session, to: LocalPath(orHome: query["return"]))
                }
            },
        ]
    }

    /// Where to go afterwards travels in the form's address, as it came from the password.
    private func secondFactorForm(_ request: Request) -> Form {
        let path = LocalPath(request.uri.string).map(\.description) ?? "/sign-in/second-factor"
        return Form(path, [.line("code", maximum: 32)])
    }

    private func secondFactorPage(_ form: Submission, _ request: Request, _ context: Context) async throws -> Response {
        var page = Page.door("second-factor", title: "secondFactor.title")
        page.form = form
        return try await ground.pages.respond(page, request, context)
    }
}
