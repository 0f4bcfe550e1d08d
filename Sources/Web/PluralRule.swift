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

    /// A whole number as it is written in this language.
    package func format(_ number: Int) -> String {
        let digits = String(number.magnitude).reversed().map(String.init)
        let groups = stride(from: 0, to: digits.count, by: 3).map { digits[$0..<min($0 + 3, digits.count)].joined() }
        let separator =
            switch self {
            case .english: ","
            case .french: "\u{202F}"
            case .russian: "\u{A0}"
            case .arabic: "٬"
            }
        let text = (number < 0 ? "-" : "") + String(groups.joined(separator: separator).reversed())
        guard self == .arabic else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.numericType == nil ? $0 : Self.arabicDigit($0) }))
    }

    private static func arabicDigit(_ digit: Unicode.Scalar) -> Unicode.Scalar {
        Unicode.Scalar(0x0660 + digit.value - 0x30) ?? digit
    }
}
