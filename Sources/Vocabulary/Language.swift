/// A language Sotto speaks completely (BCP 47 primary tag).
package enum Language: String, CaseIterable, Sendable, Codable {
    case english = "en"
    case french = "fr"
    case russian = "ru"
    case arabic = "ar"

    /// The value of HTML's `dir`.
    package var direction: String { self == .arabic ? "rtl" : "ltr" }

    /// The language's own name for itself.
    package var name: String {
        switch self {
        case .english: "English"
        case .french: "Français"
        case .russian: "Русский"
        case .arabic: "العربية"
        }
    }

    /// The best match for a browser's `Accept-Language` (RFC 9110 §12.5.4), English when nothing matches.
    package init(accepting header: String) {
        let wishes = header.split(separator: ",").prefix(20).compactMap { item -> (Language, Double)? in
            let parts = item.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            guard let tag = parts.first?.split(separator: "-").first, let language = Language(rawValue: tag.lowercased()) else {
                return nil
            }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            return quality > 0 ? (language, quality) : nil
        }
        let best = wishes.enumerated().max { ($0.element.1, -$0.offset) < ($1.element.1, -$1.offset) }
        self = best?.element.0 ?? .english
    }
}
