import Desk
import Foundation
import TestKit
import Testing
import Vocabulary
import Web

/// When a queue is open, by the clock on the wall.
@Suite struct BusinessHoursTests {
    private func time(_ text: String) -> Timestamp {
        let formatter = ISO8601DateFormatter()
        return Timestamp(formatter.date(from: text) ?? .distantPast)
    }

    private var office: BusinessHours {
        let day = [BusinessHours.Span(9 * 60, 12 * 60), .init(13 * 60, 18 * 60)]
        return BusinessHours(
            timeZone: "Europe/Paris", week: [day, day, day, day, day, [], []], holidays: ["12-25", "2026-05-01"],
            exceptions: ["2026-12-24": [.init(9 * 60, 12 * 60)]])
    }

    @Test func theClockOnTheWallDecides() {
        // Wednesday 18 November 2026, winter: one hour ahead of UTC.
        #expect(!office.isOpen(at: time("2026-11-18T07:59:59Z")))
        #expect(office.isOpen(at: time("2026-11-18T08:00:00Z")))
        #expect(!office.isOpen(at: time("2026-11-18T11:00:00Z")), "lunch")
        #expect(!office.isOpen(at: time("2026-11-21T10:00:00Z")), "Saturday")
        // Summer: two hours ahead.
        #expect(office.isOpen(at: time("2026-07-15T07:00:00Z")))
        #expect(BusinessHours.always.isOpen(at: time("2026-11-21T03:00:00Z")))
    }

    @Test func holidaysAndDaysOfTheirOwn() {
        #expect(!office.isOpen(at: time("2026-05-01T09:00:00Z")))
        #expect(!office.isOpen(at: time("2028-12-25T09:00:00Z")), "every year")
        #expect(office.isOpen(at: time("2026-12-24T10:00:00Z")))
        #expect(!office.isOpen(at: time("2026-12-24T14:00:00Z")))
        #expect(office.nextOpening(from: time("2026-12-24T12:00:00Z")) == time("2026-12-28T08:00:00Z"), "over Christmas and a weekend")
        let never = BusinessHours(timeZone: "UTC", week: [[], [], [], [], [], [], []])
        #expect(never.nextOpening(from: time("2026-12-24T12:00:00Z")) == nil)
    }

    @Test func anOpeningThatTheClocksLeapOver() {
        // In Paris the clocks leap from 2:00 to 3:00 on 29 March 2026, which is 1:00 UTC.
        let night = [BusinessHours.Span(150, 300)]
        let hours = BusinessHours(timeZone: "Europe/Paris", week: Array(repeating: night, count: 7))
        #expect(hours.nextOpening(from: time("2026-03-29T00:00:00Z")) == time("2026-03-29T01:00:00Z"))
        // And from 3:00 back to 2:00 on 25 October: 2:15 comes twice.
        let quarter = BusinessHours(timeZone: "Europe/Paris", week: Array(repeating: [.init(135, 165)], count: 7))
        #expect(quarter.nextOpening(from: time("2026-10-25T00:00:00Z")) == time("2026-10-25T00:15:00Z"))
        #expect(quarter.nextOpening(from: time("2026-10-25T00:50:00Z")) == time("2026-10-25T01:15:00Z"))
    }

    @Test func theCalendarAgreesWithFoundation() {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        for number in stride(from: -40_000, to: 80_000, by: 37) {
            let day = Day(number)
            let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: day.midnight.date)
            #expect(day.text == String(format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0))
            #expect(day.weekday == ((parts.weekday ?? 0) + 5) % 7)
        }
    }

    /// Random weeks in random zones around the days on which clocks change: what is said to be the next opening is open, and no
    /// quarter of an hour before it is.
    @Test(arguments: 0..<60) func nothingOpensBeforeTheNextOpening(seed: Int) {
        var chance = Seeded(UInt64(seed))
        let zone =
            ["Europe/Paris", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "UTC"]
            .randomElement(using: &chance) ?? "UTC"
        let week = (0..<7).map { _ -> [BusinessHours.Span] in
            (0..<Int.random(in: 0...2, using: &chance)).map { _ in
                let from = Int.random(in: 0..<95, using: &chance) * 15
                return .init(from, min(1440, from + 15 * Int.random(in: 1...30, using: &chance)))
            }
        }
        let hours = BusinessHours(timeZone: zone, week: week, holidays: ["03-28"], exceptions: ["2026-03-30": [.init(600, 660)]])
        let changes = [
            "2026-03-08T00:00:00Z", "2026-03-29T00:00:00Z", "2026-10-25T00:00:00Z", "2026-11-01T00:00:00Z", "2026-04-04T12:00:00Z",
        ]
        let start = time(changes.randomElement(using: &chance) ?? "") - .hours(Int.random(in: 0...40, using: &chance))
        guard let opening = hours.nextOpening(from: start) else {
            let isNever = week.allSatisfy(\.isEmpty)
            #expect(isNever)
            return
        }
        #expect(hours.isOpen(at: opening))
        var moment = start
        while moment < opening {
            #expect(!hours.isOpen(at: moment), "open before the next opening, seed \(seed)")
            moment = moment + .minutes(5)
        }
    }
}
