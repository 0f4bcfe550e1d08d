package import Foundation
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

    /// When to be there: day of the week, day and time by the clock on the wall of a zone, which is named.
    package func appointment(in language: Language, _ zone: TimeZone) -> String {
        date.formatted(Self.style(language, zone).weekday(.wide).day().month(.wide).year().hour().minute().timeZone())
    }

    private static func style(_ language: Language, _ zone: TimeZone = .gmt) -> Date.FormatStyle {
        Date.FormatStyle(locale: Locale(identifier: language.rawValue), calendar: Calendar(identifier: .gregorian), timeZone: zone)
    }
}
