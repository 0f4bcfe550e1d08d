import Foundation
import Vocabulary
import Web

/// Figures as people read them, in their language.
struct ReportWords {
    let pages: any Pages
    let language: Language

    private var locale: Locale { Locale(identifier: language.rawValue) }

    func text(_ key: String, _ values: [String: String] = [:]) -> String { pages.text("reports.\(key)", values, in: language) }

    func number(_ number: Int?) -> String {
        number.map { $0.formatted(.number.locale(locale)) } ?? text("tooFew")
    }

    func part(_ part: Double?) -> String {
        part.map { $0.formatted(.percent.precision(.fractionLength(0)).locale(locale)) } ?? text("tooFew")
    }

    func rating(_ rating: Double?) -> String {
        rating.map { $0.formatted(.number.precision(.fractionLength(1)).locale(locale)) } ?? text("tooFew")
    }

    /// Two units at most: nobody plans by the second of an hour.
    func time(_ time: Duration?) -> String {
        guard let time else { return text("tooFew") }
        let seconds = Int((time.inMilliseconds + 500) / 1000)
        func words(_ key: String, _ number: Int) -> String { text(key, ["number": number.formatted(.number.locale(locale))]) }
        switch seconds {
        case ..<60: return words("seconds", seconds)
        case ..<3600:
            return words("minutes", seconds / 60) + (seconds % 60 == 0 || seconds >= 600 ? "" : " " + words("seconds", seconds % 60))
        case ..<86_400: return words("hours", seconds / 3600) + (seconds % 3600 < 60 ? "" : " " + words("minutes", seconds % 3600 / 60))
        default: return words("days", seconds / 86_400) + (seconds % 86_400 < 3600 ? "" : " " + words("hours", seconds % 86_400 / 3600))
        }
    }

    func day(_ day: Day) -> String {
        day.midnight.date.formatted(
            Date.FormatStyle(locale: locale, calendar: Calendar(identifier: .gregorian), timeZone: .gmt).day().month(.abbreviated))
    }

    /// How much more or less than before, in words; nil when one of the two is about too few.
    func change(_ now: Double?, _ before: Double?) -> String? {
        guard let now, let before, before > 0 else { return nil }
        let change = now / before - 1
        let words = abs(change).formatted(.percent.precision(.fractionLength(0)).locale(locale))
        if abs(change) < 0.005 { return text("same") }
        return text(change > 0 ? "more" : "less", ["part": words])
    }
}
