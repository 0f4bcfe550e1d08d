package import Web

extension PrivacyPage {
    /// `page` is asked for it each time: the registry that the page shows holds this route too.
    package static func route(_ page: @escaping @Sendable () throws -> PrivacyPage) -> Route {
        Route(.get, "/privacy", .everyone, purpose: "Shows what is held, why, who sees it and for how long.") { request, context in
            let this = try page()
            var shown = Page("privacy/privacy", title: "privacy.pageTitle", model: this.model(in: context.language))
            shown.styles = ["privacy/privacy.css"]
            return try await this.pages.respond(shown, request, context)
        }
    }
}
