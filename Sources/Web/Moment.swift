import Foundation
package import Vocabulary

/// Moments as pages show them. A reader with scripts sees their own time zone (`design/time.js`); these words are for everyone else.
extension Timestamp {
    /// For `<time datetime>` (RFC 3339, UTC).
    package var machineText: String { date.ISO8601Format() }

    /// Day and time in the reader's language; the zone is named, since the server does not know theirs.
    package func words(in language: Language) -> String {
        date.formatted(Self.style(language).day().month(.abbreviated).year().hour().minute().timeZone())
    }

    /// The day alone.
    package func day(in language: Language) -> String {
        date.formatted(Self.style(language).day().month(.wide).year())
    }

    private var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    private static func style(_ language: Language) -> Date.FormatStyle {
        Date.FormatStyle(locale: Locale(identifier: language.rawValue), calendar: Calendar(identifier: .gregorian), timeZone: .gmt)
    }
}
