import Privacy
package import Web

/// The table of contents: a line a domain.
extension House {
    package var routes: [Route] {
        [assets.route, LanguageChoice.route] + WellKnown.routes
            + health.routes
            + [PrivacyPage.route { PrivacyPage(registry, pages: pages, officer: settings.siteContact) }]
            + homeRoutes
            + accounts.routes(mail)
            + people.routes(recent: recentCalls)
            + people.privacyRoutes(proving: accounts, hasRelay: settings.relay != nil)
            + calls.routes
            + [Measures.shared.route(token: settings.metricsToken.isEmpty ? nil : .init(settings.metricsToken))]
    }
}
