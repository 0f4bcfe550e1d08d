import Accounts
import Hummingbird
import Vocabulary
package import Web

extension Desk {
    private static let tokensPath = "/desk/administration/tokens"
    private static let tokenForm = Form(
        tokensPath,
        [
            .line("name", maximum: APIToken.nameLength), .choices("scopes", APIToken.Scope.allCases.map(\.rawValue), isRequired: true),
            .choice("days", APIToken.lifetimes.map(String.init)),
        ])

    package var tokenRoutes: [Route] {
        [
            Route(.get, Self.tokensPath, .roles(Self.runners), purpose: "Lists the programs that may use the API.") { request, context in
                try await tokensPage(request, context)
            },
            Route(.post, Self.tokensPath, .roles(Self.runners), purpose: "Makes a token for a program.") { request, context in
                let form = try await Self.tokenForm.read(request)
                guard form.isAccepted, let days = Int(form.text("days")) else { return try await tokensPage(request, context, form) }
                let scopes = Set(form.words("scopes").compactMap(APIToken.Scope.init))
                let made = try await makeToken(named: form.text("name"), scopes: scopes, days: days, by: try context.member.person)
                // Shown in this one answer: the server keeps only what recognises it.
                return try await tokensPage(request, context, fresh: made.secret)
            },
            Route(.post, Self.tokensPath + "/{token}/revoke", .roles(Self.runners), purpose: "Ends a program's token.") {
                request, context in
                _ = try await Form("", []).read(request)
                try await revoke(try context.parameter("token", as: ID<APIToken>.self))
                return .redirect(to: "/desk/administration/tokens?revoked=yes", type: .normal)
            },
        ]
    }

    private func tokensPage(
        _ request: Request, _ context: Context, _ form: Submission? = nil, fresh: String? = nil
    ) async throws -> Response {
        let now = ground.clock.now
        let tokens = try await ground.database.read { try $0.tokens() }
        let names = try await people.colleagueNames(tokens.compactMap(\.madeBy))
        func text(_ key: String) -> String { ground.pages.text("api.token.\(key)", [:], in: context.language) }
        var page = deskPage("tokens", "atTokens", title: "api.token.title")
        page.styles.append("desk/api.css")
        page.scripts = ["design/copy.js"]
        if try request.query()["revoked"] != nil { page.message = "api.token.revoked" }
        let shown = form ?? Self.tokenForm.filled(with: ["days": "90"])
        page.form = shown
        page.model["scopes"] = APIToken.Scope.allCases.map { scope -> [String: Any] in
            [
                "value": scope.rawValue, "words": text("scope.\(scope)"), "isChosen": shown.words("scopes").contains(scope.rawValue),
            ]
        }
        if let fresh { page.model["fresh"] = ["secret": fresh] }
        page.model["tokens"] = tokens.filter { $0.isOpen(at: now) }.map { token -> [String: Any] in
            var model: [String: Any] = [
                "name": token.name, "scopes": token.scopes.sorted().map { ["name": $0] },
                "expiresAt": token.expiresAt.machineText, "expiresWords": token.expiresAt.words(in: context.language),
                "usedWords": token.usedOn.map { $0.day(in: context.language) } ?? text("unused"),
                "revokeAction": "\(Self.tokensPath)/\(token.id)/revoke",
            ]
            model["maker"] = token.madeBy.flatMap { names[$0] }
            return model
        }
        return try await ground.pages.respond(page, request, context)
    }
}
