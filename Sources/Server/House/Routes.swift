package import Web

/// The table of contents: a line a domain.
extension House {
    package var routes: [Route] {
        [assets.route, LanguageChoice.route] + WellKnown.routes
            + health.routes
            + [Measures.shared.route(token: settings.metricsToken.isEmpty ? nil : .init(settings.metricsToken))]
    }
}
