package import Foundation
package import Vocabulary
package import Web

/// When a meeting is to take place: once, or again and again until a last day, by the clock on the wall of one time zone.
///
/// **Clock changes move nothing on that wall**: a meeting at nine is at
/// nine in summer and in winter. A time that the clock leaps over is as
/// much later as it leaps, one that it shows twice is the first of the two (RFC 5545 §3.3.5).
package struct MeetingPlan: Codable, Sendable, Equatable {
    /// How it comes back.
    package enum Repetition: String, Codable, Sendable, CaseIterable {
        case never
        /// From Monday to Friday.
        case workdays
        case weekly
        case fortnightly
    }

    /// One time at which it takes place.
    package struct Sitting: Sendable, Equatable {
        /// The day on which it does, or would if it had not been moved: what names it in the series.
        package let date: Day
        package let start: Timestamp
        package let end: Timestamp
    }

    /// What is different about one date of a series.
    package struct Change: Codable, Sendable, Equatable {
        /// Another day and time, by the same clock on the wall.
        package struct Moment: Codable, Sendable, Equatable {
            package var day: Int
            /// Minutes after midnight.
            package var minute: Int
        }

        /// The day on which it would take place.
        package var date: Int
        /// When it does instead; nil: not at all.
        package var moved: Moment?
    }

    /// The first day, counted from 1 January 1970.
    package var day: Int
    /// Minutes after midnight.
    package var minute: Int
    /// Name of the time zone: `Europe/Paris`.
    package var zone: String
    /// How long it takes.
    package var minutes: Int
    package var repetition: Repetition
    /// The day after which it does not come back; the first one where it never does.
    package var lastDay: Int
    /// Dates that were moved or cancelled by themselves, each at most once.
    package var changes: [Change] = []

    package init(day: Day, minute: Int, zone: String, minutes: Int, repetition: Repetition = .never, lastDay: Day? = nil) {
        (self.day, self.minute, self.zone, self.minutes, self.repetition) = (day.number, minute, zone, minutes, repetition)
        self.lastDay = (repetition == .never ? day : lastDay ?? day).number
    }

    /// The lengths to choose from, in minutes.
    package static let lengths = [15, 30, 45, 60, 90, 120, 180, 240, 480]
    /// How far ahead the first day may be, and how long after it the last, in days.
    package static let reach = 366
    /// How long before its time people may come without its host.
    package static let early: Duration = .minutes(10)
    /// How long its link works after it has ended for the last time.
    package static let linkLife: Duration = .days(1)

    package var timeZone: TimeZone { TimeZone(identifier: zone) ?? .gmt }

    /// The days on which it takes place, in their order.
    package var days: [Day] {
        switch repetition {
        case .never: [Day(day)]
        case .workdays: stride(from: day, through: lastDay, by: 1).map(Day.init).filter { $0.weekday < 5 }
        case .weekly: stride(from: day, through: lastDay, by: 7).map(Day.init)
        case .fortnightly: stride(from: day, through: lastDay, by: 14).map(Day.init)
        }
    }

    /// When it would take place if no date had been changed by itself, in its order.
    package var series: [Sitting] { days.map { sitting(of: $0) } }

    /// When it takes place, in its order. Never empty where `isSound`.
    package var sittings: [Sitting] {
        let changes = Dictionary(changes.map { ($0.date, $0) }) { first, _ in first }
        return days.compactMap { day in
            guard let change = changes[day.number] else { return sitting(of: day) }
            return change.moved.map { sitting(of: day, at: $0) }
        }.sorted { $0.start < $1.start }
    }

    /// One date of it, at its own time or at another.
    func sitting(of date: Day, at moment: Change.Moment? = nil) -> Sitting {
        let start = timeZone.moment(on: moment.map { Day($0.day) } ?? date, minute: moment?.minute ?? minute)
        return Sitting(date: date, start: start, end: start + .minutes(minutes))
    }

    /// Whether it could have been chosen: known lengths and zones, and a first day on which it takes place.
    package var isSound: Bool {
        (0..<Day.minutes).contains(minute) && Self.lengths.contains(minutes) && Self.isZone(zone)
            && (day...day + Self.reach).contains(lastDay)
            && days.first == Day(day) && areSound(changes)
    }

    /// The time that goes on or comes next; nil when all is over.
    package func upcoming(at now: Timestamp) -> Sitting? { sittings.first { now < $0.end } }

    /// When it ends for the last time.
    package var end: Timestamp { sittings.last?.end ?? Day(lastDay).midnight }

    /// Whether it is time, or nearly.
    package func isTime(at now: Timestamp) -> Bool { upcoming(at: now).map { $0.start - Self.early <= now } ?? false }

    /// Whether this is the name of a time zone that this machine knows, as browsers and calendars write it.
    package static func isZone(_ name: String) -> Bool {
        let isWritten =
            name.utf8.count <= 60
            && name.utf8.allSatisfy {
                UInt8(ascii: "+") <= $0 && $0 < 0x7F && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: ":")
            }
        return isWritten && (name == "UTC" || name.contains("/")) && TimeZone(identifier: name) != nil
    }
}

extension MeetingPlan {
    /// Reads also plans that were written down before single dates could be changed.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        day = try values.decode(Int.self, forKey: .day)
        minute = try values.decode(Int.self, forKey: .minute)
        zone = try values.decode(String.self, forKey: .zone)
        minutes = try values.decode(Int.self, forKey: .minutes)
        repetition = try values.decode(Repetition.self, forKey: .repetition)
        lastDay = try values.decode(Int.self, forKey: .lastDay)
        changes = try values.decodeIfPresent([Change].self, forKey: .changes) ?? []
    }
}
