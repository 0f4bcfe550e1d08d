package import Mail
package import Web
package import Hummingbird

extension Accounts {
    /// - Parameter queue: the outbox, which the owner can look into.
    package func routes(_ queue: MailQueue) -> [Route] {
        registrationRoutes + signInRoutes + secondFactorRoutes + passkeyRoutes + recoveryRoutes + ownerRoutes + confirmationRoutes
            + deviceRoutes
            + securityRoutes + administrationRoutes(queue)
    }

    /// The first page for somebody who is not signed in.
    package func welcomePage(_ request: Request, _ context: Context) async throws -> Response {
        var page = Page("accounts/welcome", title: "accounts.welcome.pageTitle")
        page.styles = ["accounts/accounts.css"]
        page.model["registration"] = try await registrationMode().model
        return try await ground.pages.respond(page, request, context)
    }
}
