import Foundation
import Vocabulary
import Web

/// What a calendar must know of a time zone to find every date of an event: each change of the clocks from the one before the first date on
/// (RFC 5545 §3.6.5). They are written out one by one and not as rules, which would say more than is known.
struct CalendarZone {
    /// One change of the clocks, or what held before any.
    private struct Change {
        let at: Timestamp
        let from: Int
        let to: Int
        let isDaylight: Bool
    }

    let lines: [String]

    init(_ zone: TimeZone, named name: String, from first: Timestamp, to last: Timestamp) {
        let changes = Self.changes(in: zone, from: first - .days(Self.reach), to: last)
        let known = changes.last { $0.at <= first } ?? Self.standing(in: zone, at: first)
        let all = [known] + changes.filter { $0.at > first }
        lines = ["BEGIN:VTIMEZONE", "TZID:\(name)"] + all.flatMap(Self.lines) + ["END:VTIMEZONE"]
    }

    /// How far back the change before the first date may be, in days. Where it is older, what holds since is written down as if for ever.
    private static let reach = 366

    private static func lines(of change: Change) -> [String] {
        let part = change.isDaylight ? "DAYLIGHT" : "STANDARD"
        // The moment of the change as the clocks showed it before.
        let onset = CalendarFile.local(change.at + .seconds(change.from), in: .gmt)
        return [
            "BEGIN:\(part)", "DTSTART:\(onset)", "TZOFFSETFROM:\(offset(change.from))", "TZOFFSETTO:\(offset(change.to))", "END:\(part)",
        ]
    }

    private static func standing(in zone: TimeZone, at time: Timestamp) -> Change {
        let offset = zone.secondsFromGMT(for: time.date)
        // At midnight of the first day there is, by the local clock.
        return Change(at: Day(0).midnight - .seconds(offset), from: offset, to: offset, isDaylight: false)
    }

    /// Looked for by the offset alone, so that a change of the zone itself is found as well as one between summer and winter.
    private static func changes(in zone: TimeZone, from start: Timestamp, to end: Timestamp) -> [Change] {
        func offset(_ time: Timestamp) -> Int { zone.secondsFromGMT(for: time.date) }
        var changes: [Change] = []
        var time = start
        while time < end {
            let next = time + .days(1)
            if offset(time) != offset(next) {
                var (before, after) = (time.milliseconds / 1000, next.milliseconds / 1000)
                while before + 1 < after {
                    let middle = (before + after) / 2
                    if offset(.init(milliseconds: middle * 1000)) == offset(time) { before = middle } else { after = middle }
                }
                let at = Timestamp(milliseconds: after * 1000)
                changes.append(Change(at: at, from: offset(time), to: offset(at), isDaylight: zone.isDaylightSavingTime(for: at.date)))
            }
            time = next
        }
        return changes
    }

    /// `+0130`
    private static func offset(_ seconds: Int) -> String {
        let size = abs(seconds)
        let rest = size % 60 == 0 ? "" : CalendarFile.two(size % 60)
        return (seconds < 0 ? "-" : "+") + CalendarFile.two(size / 3600) + CalendarFile.two(size / 60 % 60) + rest
    }
}
