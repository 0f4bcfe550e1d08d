import Foundation
import TestKit
import Testing
import Vocabulary
import Web

@testable import Calls

/// When meetings take place, and what calendars read of it.
@Suite struct MeetingPlanTests {
    private func day(_ text: String) throws -> Day { try #require(Day(text)) }

    private func plan(
        _ day: String, _ minute: Int = 10 * 60, in zone: String, _ repetition: MeetingPlan.Repetition = .never, until last: String? = nil
    ) throws -> MeetingPlan {
        MeetingPlan(
            day: try self.day(day), minute: minute, zone: zone, minutes: 60, repetition: repetition, lastDay: try last.map(self.day))
    }

    private func file(_ plan: MeetingPlan, name: String = "Rehearsal", isCancelled: Bool = false) -> CalendarFile {
        CalendarFile(
            uid: "0191e1a0-0000-7000-8000-000000000001@sotto.example.org", name: name, link: "https://sotto.example.org/join/ABC",
            plan: plan,
            sequence: 2, changedAt: .init(milliseconds: 1_795_000_000_000), isCancelled: isCancelled)
    }

    @Test("Ten o'clock stays ten o'clock when the clocks are changed, and a meeting takes as long as it takes")
    func clockChanges() throws {
        // Summer time ends in Paris on 25 October 2026.
        let plan = try plan("2026-10-19", in: "Europe/Paris", .weekly, until: "2026-11-02")
        #expect(plan.isSound)
        #expect(plan.sittings.map(\.start.machineText) == ["2026-10-19T08:00:00Z", "2026-10-26T09:00:00Z", "2026-11-02T09:00:00Z"])
        #expect(plan.end.machineText == "2026-11-02T10:00:00Z")
        // 02:30 is leapt over on 29 March 2026, and shown twice on 25 October (RFC 5545 §3.3.5).
        #expect(try self.plan("2026-03-29", 150, in: "Europe/Paris").sittings[0].start.machineText == "2026-03-29T01:30:00Z")
        #expect(try self.plan("2026-10-25", 150, in: "Europe/Paris").sittings[0].start.machineText == "2026-10-25T00:30:00Z")
        // Half an hour, on an island.
        #expect(try self.plan("2026-10-04", 135, in: "Australia/Lord_Howe").sittings[0].start.machineText == "2026-10-03T15:45:00Z")
    }

    @Test("A meeting from Monday to Friday has free weekends; one of two weeks every second week")
    func repetitions() throws {
        let workdays = try plan("2026-11-26", in: "UTC", .workdays, until: "2026-12-01")
        #expect(workdays.days.map(\.text) == ["2026-11-26", "2026-11-27", "2026-11-30", "2026-12-01"])
        #expect(try plan("2026-11-26", in: "UTC", .fortnightly, until: "2026-12-24").days.map(\.text).last == "2026-12-24")
        #expect(try plan("2026-11-26", in: "UTC", .fortnightly, until: "2026-12-23").days.count == 2)
        #expect(try !plan("2026-11-28", in: "UTC", .workdays, until: "2026-12-01").isSound, "begins on a Saturday")
        #expect(try plan("2026-11-26", in: "UTC", .weekly, until: "2027-11-27").isSound)
        #expect(try !plan("2026-11-26", in: "UTC", .weekly, until: "2027-11-28").isSound, "more than 366 days")
        #expect(try !plan("2026-11-26", in: "UTC", .weekly, until: "2026-11-25").isSound)
        for zone in ["Europe/Paris", "Asia/Calcutta", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "UTC"] {
            #expect(MeetingPlan.isZone(zone), "\(zone)")
        }
        for zone in ["", "Paris", "Mars/Olympus", "GMT+3", "Europe/Paris:X", "Europe/Paris\r\nX", String(repeating: "a/", count: 31)] {
            #expect(!MeetingPlan.isZone(zone), "\(zone)")
        }
    }

    @Test("It is time from ten minutes before until the end, at each of its times and at no other")
    func time() throws {
        let plan = try plan("2026-11-26", in: "UTC", .weekly, until: "2026-12-03")
        let first = plan.sittings[0]
        #expect(!plan.isTime(at: first.start - .minutes(10) - .milliseconds(1)))
        #expect(plan.isTime(at: first.start - .minutes(10)) && plan.isTime(at: first.end - .milliseconds(1)))
        #expect(!plan.isTime(at: first.end) && plan.upcoming(at: first.end) == plan.sittings[1])
        #expect(plan.upcoming(at: plan.end) == nil && !plan.isTime(at: plan.end))
    }

    @Test("One date is moved, left out or put back; the others stay, and what is left out is never all")
    func oneDate() throws {
        let plan = try plan("2026-11-26", in: "UTC", .weekly, until: "2026-12-10")
        let (first, second, third) = (plan.days[0], plan.days[1], plan.days[2])
        let moved = plan.moving(second, to: .init(day: third.number + 1, minute: 9 * 60))
        #expect(moved.sittings.map(\.date) == [first, third, second], "in the order of their times")
        #expect(moved.end.machineText == "2026-12-11T10:00:00Z" && moved.upcoming(at: plan.sittings[1].start)?.date == third)
        #expect(!moved.isTime(at: plan.sittings[1].start) && moved.isTime(at: moved.sittings[2].start))
        #expect(moved.restoring(second) == plan && plan.moving(second, to: .init(day: second.number, minute: 600)) == plan)
        let one = try #require(moved.cancelling(first)?.cancelling(third))
        #expect(one.sittings.map(\.date) == [second] && one.cancelling(second) == nil)
        // What another plan has no date for is forgotten.
        #expect(
            try self.plan("2026-12-03", in: "UTC", .weekly, until: "2026-12-10").keeping(one.changes).changes.map(\.date) == [
                second.number, third.number,
            ])
        #expect(try self.plan("2026-11-26", in: "UTC").keeping(one.changes).changes == [])
        var broken = moved
        for changes in [[.init(date: first.number + 1)], moved.changes + moved.changes, plan.days.map { .init(date: $0.number) }] {
            broken.changes = changes
            #expect(!broken.isSound)
        }
        // As plans were written down before there were such dates.
        let old = #"{"day":20783,"minute":600,"zone":"UTC","minutes":60,"repetition":"weekly","lastDay":20797}"#
        #expect(try JSONDecoder().decode(MeetingPlan.self, from: Data(old.utf8)) == plan)
        #expect(try JSONDecoder().decode(MeetingPlan.self, from: JSONEncoder().encode(one)) == one)
    }

    // MARK: - Calendar files

    @Test("RFC 5545: lines end in CR LF and have at most 75 bytes, and no character is cut")
    func folding() throws {
        let name = String(repeating: "Репетиция 🎻 ", count: 6)
        let text = file(try plan("2026-11-30", in: "UTC"), name: name).text
        #expect(text.hasSuffix("END:VCALENDAR\r\n"))
        #expect(!text.replacingOccurrences(of: "\r\n", with: "").contains { $0 == "\r" || $0 == "\n" })
        let lines = text.components(separatedBy: "\r\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 75 } && lines.contains { $0.utf8.count > 71 })
        #expect(text.replacingOccurrences(of: "\r\n ", with: "").contains("SUMMARY:\(name)\r\n"))
        #expect(CalendarFile.fold(String(repeating: "a", count: 75)) == String(repeating: "a", count: 75))
        #expect(CalendarFile.fold(String(repeating: "a", count: 76)) == String(repeating: "a", count: 75) + "\r\n a")
    }

    @Test("RFC 5545: what means something in a calendar file is escaped, and nothing typed begins a line")
    func escaping() throws {
        #expect(CalendarFile.escape("a;b,c\\d\ne\r:\"") == #"a\;b\,c\\d\ne:""#)
        let text = file(try plan("2026-11-30", in: "UTC"), name: "x\r\nATTENDEE:mailto:mallory@example.org").text
        #expect(!text.contains("\nATTENDEE"))
    }

    @Test("What takes place once is in UTC; what was changed has a higher number; what was cancelled says so")
    func once() throws {
        let lines = file(try plan("2026-11-30", in: "Europe/Paris")).text.components(separatedBy: "\r\n")
        #expect(lines.contains("DTSTART:20261130T090000Z") && lines.contains("DURATION:PT60M") && lines.contains("SEQUENCE:2"))
        #expect(lines.contains("UID:0191e1a0-0000-7000-8000-000000000001@sotto.example.org") && lines.contains("STATUS:CONFIRMED"))
        #expect(!lines.contains { $0.hasPrefix("RRULE") || $0.contains("VTIMEZONE") })
        #expect(file(try plan("2026-11-30", in: "UTC"), isCancelled: true).text.contains("\r\nSTATUS:CANCELLED\r\n"))
    }

    /// An independent reader of such files: gives each start in UTC, as it understands rule and zone.
    private func starts(in file: CalendarFile) async throws -> [String] {
        let script = Repository.path + "/Tests/EndToEnd/read_calendar.py"
        return try await Shell.run(Python.path, [script, file.text]).split(separator: "\n").map(String.init)
    }

    @Test(
        "Another program finds the same times in the file, across changes of the clocks all over the world",
        arguments: [
            ("Europe/Paris", "2026-10-12"), ("America/New_York", "2026-10-19"), ("Australia/Lord_Howe", "2026-09-21"),
            ("Asia/Kolkata", "2026-10-12"), ("America/Santiago", "2027-03-22"), ("Africa/Casablanca", "2027-01-18"), ("UTC", "2026-10-12"),
        ])
    func anIndependentReader(zone: String, first: String) async throws {
        let last = try day(first).advanced(by: 60).text
        for repetition in MeetingPlan.Repetition.allCases {
            let plan = try plan(first, 9 * 60 + 30, in: zone, repetition, until: last)
            #expect(try await starts(in: file(plan)) == plan.sittings.map(\.start.machineText), "\(zone) \(repetition)")
            guard repetition != .never else { continue }
            // The first is moved to before a change of the clocks or after, the second does not take place, the last is later than all.
            let days = plan.days
            let changed = try #require(
                plan.moving(days[0], to: .init(day: days[0].number + 1, minute: 7 * 60)).cancelling(days[1])
            )
            .moving(try #require(days.last), to: .init(day: try #require(days.last).number + 40, minute: 20 * 60))
            let expected = changed.sittings.map(\.start.machineText)
            #expect(expected.count == days.count - 1 && changed.isSound)
            #expect(try await starts(in: file(changed)) == expected, "\(zone) \(repetition)")
        }
    }
}
