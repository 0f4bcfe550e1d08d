package import Vocabulary

/// Which form of a text a whole number takes (Unicode CLDR, plural rules).
package enum PluralCategory: String, CaseIterable, Sendable {
    case zero, one, two, few, many, other
}

extension Language {
    /// The form for `count` things.
    package func plural(_ count: Int) -> PluralCategory {
        let number = count.magnitude
        switch self {
        case .english: return number == 1 ? .one : .other
        case .french: return number <= 1 ? .one : number % 1_000_000 == 0 ? .many : .other
        case .russian: return Self.slavic(number)
        case .arabic: return Self.arabic(number)
        }
    }

    /// The forms a text with a number must have in this language.
    package var pluralCategories: Set<PluralCategory> {
        switch self {
        case .english: [.one, .other]
        case .french: [.one, .many, .other]
        case .russian: [.one, .few, .many, .other]
        case .arabic: [.zero, .one, .two, .few, .many, .other]
        }
    }

    private static func slavic(_ number: UInt) -> PluralCategory {
        switch (number % 10, number % 100) {
        case (1, let rest) where rest != 11: .one
        case (2...4, let rest) where !(12...14).contains(rest): .few
        default: .many
        }
    }

    private static func arabic(_ number: UInt) -> PluralCategory {
        switch (number, number % 100) {
        case (0, _): .zero
        case (1, _): .one
        case (2, _): .two
        case (_, 3...10): .few
        case (_, 11...99): .many
        default: .other
        }
    }

    /// A whole number as it is written in this language, and as `Intl.NumberFormat` writes it in the browser.
    package func format(_ number: Int) -> String {
        let digits = String(number.magnitude).reversed().map(String.init)
        let groups = stride(from: 0, to: digits.count, by: 3).map { digits[$0..<min($0 + 3, digits.count)].joined() }
        return (number < 0 ? "-" : "") + String(groups.joined(separator: groupSeparator).reversed())
    }

    private var groupSeparator: String {
        switch self {
        // CLDR's plain Arabic counts in 0-9; only some of its countries do not.
        case .english, .arabic: ","
        case .french: "\u{202F}"
        case .russian: "\u{A0}"
        }
    }
}
