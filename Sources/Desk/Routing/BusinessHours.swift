import Foundation
package import Vocabulary
import Web

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
