package import Web

/// The table of contents: a line a domain.
extension House {
    package var routes: [Route] {
        [assets.route]
            + health.routes
            + [Measures.shared.route(token: settings.metricsToken.isEmpty ? nil : .init(settings.metricsToken))]
    }
}
