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
        package let start: Timestamp
        package let end: Timestamp
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

    /// When it takes place, in its order. Never empty where `isSound`.
    package var sittings: [Sitting] {
        let zone = timeZone
        return days.map { day in
            let start = zone.moment(on: day, minute: minute)
            return Sitting(start: start, end: start + .minutes(minutes))
        }
    }

    /// Whether it could have been chosen: known lengths and zones, and a first day on which it takes place.
    package var isSound: Bool {
        (0..<Day.minutes).contains(minute) && Self.lengths.contains(minutes) && Self.isZone(zone)
            && (day...day + Self.reach).contains(lastDay)
            && days.first == Day(day)
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
