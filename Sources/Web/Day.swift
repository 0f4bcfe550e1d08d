package import Foundation
package import Vocabulary

/// A day of the calendar, counted from 1 January 1970.
package struct Day: Hashable, Comparable, Strideable, Sendable {
    package static let minutes = 24 * 60

    package let number: Int

    package init(_ number: Int) {
        self.number = number
    }

    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
    package func distance(to other: Self) -> Int { other.number - number }
    package func advanced(by days: Int) -> Self { Self(number + days) }

    /// Monday is 0; 1 January 1970 was a Thursday.
    package var weekday: Int { ((number + 3) % 7 + 7) % 7 }

    /// Midnight of this day in UTC.
    package var midnight: Timestamp { Timestamp(milliseconds: Int64(number) * 86_400_000) }

    /// `2026-11-21`, by the arithmetic of the Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms").
    package var text: String {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(year)-\(two(month))-\(two(day))"
    }
}

extension Day {
    /// `2026-11-21`.
    package init?(_ text: String) {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, (1970...9999).contains(parts[0]), (1...12).contains(parts[1]), (1...31).contains(parts[2]) else {
            return nil
        }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        guard let date = calendar.date(from: DateComponents(year: parts[0], month: parts[1], day: parts[2])) else { return nil }
        self.init(Int(date.timeIntervalSince1970 / 86_400))
    }
}

extension TimeZone {
    /// What calendar and clock on the wall show.
    package func wallClock(at time: Timestamp) -> (day: Day, minute: Int) {
        let local = time.milliseconds + Int64(secondsFromGMT(for: time.date)) * 1000
        let minutes = Int(local.dividedFloor(by: 60_000))
        let day = Int(Int64(minutes).dividedFloor(by: Int64(Day.minutes)))
        return (Day(day), minutes - day * Day.minutes)
    }

    /// When calendar and clock on the wall show this. Of two such moments
    /// it is the first; where the clock leaps over it, it is as much later
    /// as it leaps (RFC 5545 §3.3.5).
    package func moment(on day: Day, minute: Int) -> Timestamp {
        let shown = day.midnight + .minutes(minute)
        // Where the clock is changed around then, these are the two offsets there may be.
        let before = Duration.seconds(secondsFromGMT(for: (shown - .hours(26)).date))
        let after = Duration.seconds(secondsFromGMT(for: (shown + .hours(26)).date))
        let candidates = [shown - before, shown - after].sorted()
        let isShown = { (moment: Timestamp) in self.wallClock(at: moment) == (day, minute) }
        return candidates.first(where: isShown) ?? shown - before
    }
}

extension Int64 {
    /// Rounded down, below zero too.
    package func dividedFloor(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

extension Timestamp {
    package init(_ date: Date) {
        self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
    }

    package var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }
}
