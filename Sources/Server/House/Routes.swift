import Privacy
package import Web

/// The table of contents: a line a domain.
extension House {
    package var routes: [Route] {
        let domains: [[Route]] = [
            homeRoutes,
            accounts.routes(mail),
            people.routes(recent: recentCalls),
            people.privacyRoutes(proving: accounts, hasRelay: settings.relay != nil),
            conversations.routes,
            calls.routes,
            desk.routes,
            [PrivacyPage.route { PrivacyPage(registry, pages: pages, site: settings.siteName, officer: settings.siteContact) }],
            [frontend.assets.route, LanguageChoice.route] + WellKnown.routes,
            health.routes,
            [
                Measures.shared.route(token: settings.metricsToken.isEmpty ? nil : .init(settings.metricsToken)) { [media = calls.media] in
                    media.statistics?.families ?? []
                }
            ],
        ]
        return domains.flatMap(\.self)
    }
}
