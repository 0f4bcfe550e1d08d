import Hummingbird
import Storage
import Vocabulary
import Web

/// Administration of the secrets with which a site vouches for its customers.
extension Desk {
    var identityRoutes: [Route] {
        [
            chooserRoute("identity", "atIdentity", title: "identity.title"),
            Route(
                .get, "/desk/administration/sites/{site}/identity", Self.administrators,
                purpose: "Whether a site vouches for its customers."
            ) { request, context in try await identityPage(try context.parameter("site"), request, context) },
            Route(
                .post, "/desk/administration/sites/{site}/identity", Self.administrators,
                purpose: "Makes a secret with which a site vouches for its customers."
            ) { request, context in
                _ = try await Form("", []).read(request)
                let id: ID<SupportSite> = try context.parameter("site")
                guard let site = try await ground.database.read({ try $0.supportSite(id) }) else { throw Problem.notFound }
                // Shown in this one answer: it is kept nowhere.
                let secret = try await renewIdentitySecret(of: site.key)
                return try await identityPage(id, request, context, fresh: secret)
            },
            Route(
                .post, "/desk/administration/sites/{site}/identity/drop", Self.administrators,
                purpose: "Ends the secret before the latest."
            ) { request, context in
                _ = try await Form("", []).read(request)
                let id: ID<SupportSite> = try context.parameter("site")
                try await changeSettings(of: id) { $0.acceptsOldIdentity = false }
                return .seeOther(LocalPath(Self.sitePath(id, "identity?saved=yes")) ?? .home)
            },
            Route(
                .post, "/desk/administration/sites/{site}/identity/withdraw", Self.administrators,
                purpose: "Ends all secrets with which a site vouches for its customers."
            ) { request, context in
                _ = try await Form("", []).read(request)
                let id: ID<SupportSite> = try context.parameter("site")
                try await changeSettings(of: id) { settings in
                    settings.acceptsOldIdentity = false
                    settings.isIdentityWithdrawn = true
                }
                return .seeOther(LocalPath(Self.sitePath(id, "identity?saved=yes")) ?? .home)
            },
        ]
    }

    private func identityPage(
        _ id: ID<SupportSite>, _ request: Request, _ context: Context, fresh: Redacted<String>? = nil
    ) async throws -> Response {
        guard let site = try await ground.database.read({ try $0.supportSite(id) }) else { throw Problem.notFound }
        var page = try sitePage("identity", "atIdentity", title: "identity.one", of: site, request)
        page.styles.append("desk/api.css")
        page.scripts = ["design/copy.js"]
        if let fresh { page.model["fresh"] = ["secret": fresh.value] }
        let path = Self.sitePath(id, "identity")
        page.model["makeAction"] = path
        page.model["key"] = site.key
        let count = identitySecrets(of: site).count
        if count > 0 { page.model["valid"] = ["withdrawAction": path + "/withdraw"] }
        if count > 1 { page.model["older"] = ["dropAction": path + "/drop"] }
        return try await ground.pages.respond(page, request, context)
    }
}
