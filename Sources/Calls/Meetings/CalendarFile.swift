package import Foundation
package import Vocabulary
package import Web

/// A planned meeting as calendars read it: one event of an iCalendar file (RFC 5545), with one more for each date that was moved by itself,
/// which a later file with the same `UID` and a higher `SEQUENCE` takes the place of.
package struct CalendarFile: Sendable {
    /// Names the event in every calendar, for good.
    package var uid: String
    package var name: String
    /// The address by which people come.
    package var link: String
    package var plan: MeetingPlan
    /// How often it was changed.
    package var sequence: Int
    package var changedAt: Timestamp
    package var isCancelled: Bool

    package init(
        uid: String, name: String, link: String, plan: MeetingPlan, sequence: Int = 0, changedAt: Timestamp, isCancelled: Bool = false
    ) {
        (self.uid, self.name, self.link, self.plan) = (uid, name, link, plan)
        (self.sequence, self.changedAt, self.isCancelled) = (sequence, changedAt, isCancelled)
    }

    /// The file: lines of at most 75 bytes, ended by CR LF.
    package var text: String {
        lines.map { Self.fold($0) + "\r\n" }.joined()
    }

    /// What takes place once needs no wall clock. Neither does what comes back where no clock is ever changed.
    private var isLocal: Bool {
        plan.repetition != .never && plan.timeZone.identifier != TimeZone.gmt.identifier && plan.zone != "UTC"
    }

    private var lines: [String] {
        let (series, sittings) = (plan.series, plan.sittings)
        let (first, last) = (series.first?.start ?? changedAt, series.last?.start ?? changedAt)
        var lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Sotto//Meetings//EN", "CALSCALE:GREGORIAN"]
        if isLocal {
            // A date may have been moved to before the first, or to after the last.
            let all = [first, last] + sittings.map(\.start)
            lines += CalendarZone(plan.timeZone, named: plan.zone, from: all.min() ?? first, to: all.max() ?? last).lines
        }
        var head = [time("DTSTART", first)]
        if let rule = rule(until: last) { head.append("RRULE:\(rule)") }
        let held = Set(sittings.map(\.date))
        head += series.filter { !held.contains($0.date) }.map { time("EXDATE", $0.start) }
        lines += event(head)
        // RFC 5545 §3.8.4.4: an event of its own takes the place of one date, which is named by when it would have been.
        for sitting in sittings where plan.change(of: sitting.date) != nil {
            lines += event([time("RECURRENCE-ID", plan.sitting(of: sitting.date).start), time("DTSTART", sitting.start)])
        }
        return lines + ["END:VCALENDAR"]
    }

    private func event(_ times: [String]) -> [String] {
        ["BEGIN:VEVENT", "UID:\(Self.escape(uid))", "DTSTAMP:\(Self.utc(changedAt))", "SEQUENCE:\(sequence)"] + times + [
            "DURATION:PT\(plan.minutes)M", "SUMMARY:\(Self.escape(name))", "LOCATION:\(Self.escape(link))", "URL:\(link)",
            "STATUS:\(isCancelled ? "CANCELLED" : "CONFIRMED")", "END:VEVENT",
        ]
    }

    /// A property that is a time, on the wall clock of the plan or in UTC.
    private func time(_ property: String, _ time: Timestamp) -> String {
        isLocal ? "\(property);TZID=\(plan.zone):\(Self.local(time, in: plan.timeZone))" : "\(property):\(Self.utc(time))"
    }

    /// RFC 5545 §3.3.10. The last of all is named in UTC, as it must be where the first is local or in UTC.
    private func rule(until last: Timestamp) -> String? {
        let until = "UNTIL=\(Self.utc(last))"
        return switch plan.repetition {
        case .never: nil
        case .workdays: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;\(until)"
        case .weekly: "FREQ=WEEKLY;\(until)"
        case .fortnightly: "FREQ=WEEKLY;INTERVAL=2;\(until)"
        }
    }

    // MARK: - Writing

    /// Longest line without its end, in bytes (RFC 5545 §3.1).
    private static let longestLine = 75

    /// Cuts a long line; what goes on begins with a space. **A character is never cut**, although the RFC would allow it.
    static func fold(_ line: String) -> String {
        var folded = ""
        var length = 0
        for scalar in line.unicodeScalars {
            let width = UTF8.width(scalar)
            if length + width > longestLine {
                folded += "\r\n "
                length = 1
            }
            folded.unicodeScalars.append(scalar)
            length += width
        }
        return folded
    }

    /// RFC 5545 §3.3.11.
    static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", ";", ",": escaped += "\\" + String(scalar)
            case "\n": escaped += "\\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: continue
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// `20261130T090000Z`
    static func utc(_ time: Timestamp) -> String { local(time, in: .gmt) + "Z" }

    /// `20261130T100000`: what the clock on the wall shows.
    static func local(_ time: Timestamp, in zone: TimeZone) -> String {
        let wall = zone.wallClock(at: time)
        let second =
            Int((time.milliseconds + Int64(zone.secondsFromGMT(for: time.date)) * 1000).dividedFloor(by: 1000))
            - (wall.day.number * Day.minutes + wall.minute) * 60
        return wall.day.text.replacing("-", with: "") + "T" + two(wall.minute / 60) + two(wall.minute % 60) + two(second)
    }

    static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
