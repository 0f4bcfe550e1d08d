package import Foundation
package import Vocabulary

/// When a queue is open: a week by the wall clock of one time zone, days on which it is closed, and days of their own.
///
/// All by wall-clock arithmetic on the zone's offset, so that clock changes need no rule of their own: what counts is what the clock
/// on the wall shows.
package struct BusinessHours: Codable, Sendable, Equatable {
    /// From and to, in minutes after midnight; `to` is not within it. Over midnight it takes two.
    package struct Span: Codable, Sendable, Equatable {
        package var from: Int
        package var to: Int

        package init(_ from: Int, _ to: Int) {
            self.from = from
            self.to = to
        }
    }

    /// Name of the time zone: `Europe/Paris`.
    package var timeZone: String
    /// Seven days, Monday first. Empty: always open.
    package var week: [[Span]]
    /// Closed all day: `2026-12-25`, or `12-25` for every year.
    package var holidays: [String]
    /// Days with hours of their own, which go before everything else: `2026-12-24`.
    package var exceptions: [String: [Span]]

    package init(timeZone: String = "UTC", week: [[Span]] = [], holidays: [String] = [], exceptions: [String: [Span]] = [:]) {
        self.timeZone = timeZone
        self.week = week
        self.holidays = holidays
        self.exceptions = exceptions
    }

    /// Always.
    package static let always = BusinessHours()

    package func isOpen(at time: Timestamp) -> Bool {
        guard !isAlways else { return true }
        let wall = zone.wallClock(at: time)
        return spans(on: wall.day).contains { $0.from <= wall.minute && wall.minute < $0.to }
    }

    /// The first moment from `time` on at which it is open; nil when there is none within a year.
    package func nextOpening(from time: Timestamp) -> Timestamp? {
        if isOpen(at: time) { return time }
        let first = zone.wallClock(at: time).day
        for day in first.advanced(by: -1)...first.advanced(by: 366) {
            let opening = openings(on: day).filter { $0 >= time && isOpen(at: $0) }.min()
            if let opening { return opening }
        }
        return nil
    }

    private var isAlways: Bool { week.isEmpty && exceptions.isEmpty && holidays.isEmpty }

    private var zone: TimeZone { TimeZone(identifier: timeZone) ?? .gmt }

    private func spans(on day: Day) -> [Span] {
        let date = day.text
        if let own = exceptions[date] { return own }
        if holidays.contains(date) || holidays.contains(String(date.dropFirst(5))) { return [] }
        guard !week.isEmpty else { return [Span(0, Day.minutes)] }
        return day.weekday < week.count ? week[day.weekday] : []
    }

    /// Moments at which it may open on this day: the beginning of each span, by every offset the zone has that day, and the moment
    /// the clocks change, which may leap into a span.
    private func openings(on day: Day) -> [Timestamp] {
        let zone = zone
        let around = [day.midnight - .hours(26), day.midnight, day.midnight + .hours(26)]
        let offsets = Set(around.map { zone.secondsFromGMT(for: $0.date) })
        let change = zone.nextDaylightSavingTimeTransition(after: around[0].date).map(Timestamp.init)
        return spans(on: day).flatMap { span in
            offsets.map { day.midnight + .minutes(span.from) - .seconds($0) }
        } + [change].compactMap { $0.flatMap { $0 < around[2] ? $0 : nil } }
    }
}

/// A day of the calendar, counted from 1 January 1970.
package struct Day: Hashable, Comparable, Strideable, Sendable {
    static let minutes = 24 * 60

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

extension TimeZone {
    /// What calendar and clock on the wall show.
    package func wallClock(at time: Timestamp) -> (day: Day, minute: Int) {
        let local = time.milliseconds + Int64(secondsFromGMT(for: time.date)) * 1000
        let minutes = Int(local.dividedFloor(by: 60_000))
        let day = Int(Int64(minutes).dividedFloor(by: Int64(Day.minutes)))
        return (Day(day), minutes - day * Day.minutes)
    }
}

extension Int64 {
    /// Rounded down, below zero too.
    func dividedFloor(by divisor: Int64) -> Int64 {
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
