import Mail
import Vocabulary
import Web

/// The registry's vocabulary in a person's language.
struct PrivacyWords {
    let pages: any Pages
    let language: Language
    /// What mails call this server.
    let site: String

    func name(of key: String) -> String { text("privacy.field.\(key)") }
    func category(_ category: DataCategory) -> String { text("privacy.category.\(category.rawValue)") }
    func purposes(_ purposes: [Purpose]) -> String { list(purposes.map { "privacy.purpose.\($0.rawValue)" }) }
    func audiences(_ audiences: [Audience]) -> String { list(audiences.map { "privacy.audience.\($0.rawValue)" }) }
    func bases(_ bases: [LegalBasis]) -> String { list(bases.map { "privacy.basis.\($0.rawValue)" }) }
    func sealing(_ sealing: Sealing) -> String { text("privacy.sealing.\(sealing.rawValue)") }
    func retentions(_ retentions: [Retention]) -> String { retentions.map(retention).joined(separator: separator) }

    func cookie(_ cookie: CookieDeclaration) -> String { text(cookie.textKey) }
    func purpose(of key: StorageKey) -> String { text("\(key.textKey).purpose") }
    func act(before key: StorageKey) -> String { text("privacy.after", ["act": text("\(key.textKey).act")]) }
    func subject(of letter: LetterTemplate) -> String { text("\(letter.name).subject", ["site": site]) }
    func purpose(of letter: LetterTemplate) -> String { text(letter.textKey) }
    func purpose(of host: OutboundHost) -> String { text(host.textKey) }

    func lifetime(_ lifetime: Duration?) -> String {
        guard let lifetime else { return text("privacy.lifetime.session") }
        return pages.text("privacy.lifetime.days", count: Int(lifetime.components.seconds / 86400), [:], in: language)
    }

    private func retention(_ retention: Retention) -> String {
        switch retention {
        case .account: text("privacy.retention.account")
        case .untilRemoved: text("privacy.retention.untilRemoved")
        case .withConversation: text("privacy.retention.withConversation")
        case .untilClosed: text("privacy.retention.untilClosed")
        case .after(let days): pages.text("privacy.retention.days", count: days, [:], in: language)
        }
    }

    private func list(_ keys: [String]) -> String { keys.map { text($0) }.joined(separator: separator) }

    private var separator: String { language == .arabic ? "، " : ", " }

    private func text(_ key: String, _ values: [String: String] = [:]) -> String { pages.text(key, values, in: language) }
}

extension CookieDeclaration {
    /// Its text on the privacy page: `privacy.cookie.session` for `__Host-session`.
    var textKey: String { "privacy.cookie." + name.replacing("__Host-", with: "") }
}

extension StorageKey {
    /// Its texts on the privacy page: `privacy.storage.devices` for `sotto.devices`.
    var textKey: String { "privacy.storage." + name.replacing("sotto.", with: "") }
}

extension LetterTemplate {
    /// Its text on the privacy page: `privacy.letter.recover` for `mail.recover`.
    var textKey: String { "privacy.letter." + name.replacing("mail.", with: "") }
}

extension OutboundHost {
    /// Its text on the privacy page: `privacy.host.mail.url`.
    var textKey: String { "privacy.host." + setting }
}

extension Registry {
    /// Every text that the privacy page needs for what is declared: a test looks for each in each language.
    package var textKeys: Set<String> {
        Set(personal.map { "privacy.field.\($0.key)" } + cookies.map(\.textKey) + letters.map(\.textKey) + outboundHosts.map(\.textKey))
            .union(letters.map { "\($0.name).subject" })
            .union(storageKeys.flatMap { ["\($0.textKey).purpose", "\($0.textKey).act"] })
    }
}
