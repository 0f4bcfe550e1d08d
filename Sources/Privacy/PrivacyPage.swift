package import Web
import Vocabulary

/// `/privacy`: what is held, why, who sees it and how long, written by the registry (C33).
package struct PrivacyPage: Sendable {
    let registry: Registry
    let pages: any Pages
    /// Whom to ask about it.
    let officer: String?
    /// What mails call this server.
    let site: String

    /// `officer` is what the operator set as `site.contact`; empty for none.
    package init(_ registry: Registry, pages: any Pages, site: String, officer: String) {
        self.site = site
        self.registry = registry
        self.pages = pages
        self.officer = officer.isEmpty ? nil : officer
    }
}
