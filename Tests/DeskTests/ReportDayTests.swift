import Foundation
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Desk

/// Days that are over, in a row each.
@Suite(.timeLimit(.minutes(3))) struct ReportDayTests {
    @Test(arguments: UInt64(0)..<20) func aPackedDayHoldsWhatWasPutIn(seed: UInt64) {
        var chance = Seeded(seed)
        var sums = ReportSums(24)
        var (day, expected) = (ReportDay(), ReportSums(24))
        for _ in 0..<200 {
            let (hour, measure) = (Int.random(in: 0..<24, using: &chance), Rollup.Measure.coded.randomElement(using: &chance) ?? .wait)
            let values = (0..<ReportDay.width).map { _ in
                Bool.random(using: &chance) ? 0 : Int64.random(in: 0...(1 << Int64.random(in: 0...40, using: &chance)), using: &chance)
            }
            day.add(measure, hour: hour, values)
            values.withUnsafeBufferPointer { expected.add($0, of: measure.code, to: hour) }
        }
        var again = ReportDay()
        again.add(day.bytes)
        #expect(again.bytes == day.bytes)
        ReportDay.read(day.bytes) { hour, measure, values in sums.add(values, of: measure, to: hour) }
        for hour in 0..<24 { #expect(sums[hour] == expected[hour], "seed \(seed)") }
        // What is cut off on the way is no crash.
        for end in 0..<min(200, day.bytes.count) { ReportDay.read(Array(day.bytes.prefix(end))) { _, _, _ in } }
    }

    @Test func everyMeasureHasItsNumber() {
        #expect(Set(Rollup.Measure.allCases.map(\.code)) == Set(Rollup.Measure.coded.indices))
        for (number, measure) in Rollup.Measure.coded.enumerated() { #expect(measure.code == number) }
    }

    private struct Told: Equatable {
        let whole: Figures
        let before: Figures
        let days: [ReportLine]
        let lines: [ReportLine]
    }

    @Test("A report says the same before and after its days are packed, in every time zone", arguments: Engine.all)
    func packingChangesNothing(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let (desk, database, dan) = (shop.house.house.desk, shop.house.house.stores.data, shop.agents[0].person)
        let now = Rollup.hour(of: SystemClock().now)
        let queues = [shop.queue.id, ID<Queue>(high: 1, low: 2)]
        try await fill(database, queues, dan, until: now)
        let last = TimeZone.gmt.wallClock(at: SystemClock().now).day
        let wishes = try ["UTC", "Europe/Paris", "Asia/Tokyo", "America/Los_Angeles"].flatMap { name -> [ReportWish] in
            let zone = try #require(TimeZone(identifier: name))
            return ReportWish.Division.allCases.flatMap { division in
                [29, 3, 0].map { ReportWish(first: last.advanced(by: -$0), last: last, zone: zone, division: division) }
            } + [ReportWish(first: last.advanced(by: -29), last: last.advanced(by: -5), zone: zone, queue: queues[1])]
        }
        func tell() async throws -> [Told] {
            var told: [Told] = []
            for wish in wishes {
                let report = try await desk.report(wish)
                told.append(Told(whole: report.whole, before: report.before, days: report.days, lines: report.lines))
            }
            return told
        }
        let before = try await tell()
        #expect(before[0].whole.visitors > 100 && before[0].before.visitors > 100)
        try await desk.packReports()
        let rest = try await database.read { transaction in
            try ["report_figures", "report_agent_figures"].map { table in
                try transaction.first(SQL(stringLiteral: "SELECT MIN(hour) AS n FROM \(table)"))?.get("n", as: Int64.self) ?? 0
            }
        }
        #expect(rest.allSatisfy { $0 / 24 >= now / 24 - Desk.daysByTheHour }, "only the last days are by the hour")
        let after = try await tell()
        for (number, wish) in wishes.enumerated() { #expect(before[number] == after[number], "\(wish)") }
        // What comes later joins the day it belongs to; and of two nodes one packs it.
        try await fill(database, queues, dan, until: now)
        async let one: Void = desk.packReports()
        async let other: Void = desk.packReports()
        _ = try await (one, other)
        let doubled = try await tell()
        for (number, wish) in wishes.enumerated() {
            #expect(doubled[number].whole.visitors == 2 * before[number].whole.visitors, "\(wish)")
            #expect(doubled[number].before.counts[.wait]?.total == before[number].before.counts[.wait].map { 2 * $0.total }, "\(wish)")
        }
        try await shop.house.stop()
    }

    @Test("What an agent did goes with their account", arguments: Engine.all) func packedFiguresGoWithTheAccount(on engine: Engine)
        async throws
    {
        let shop = try await Shop.open(on: engine)
        let (database, dan) = (shop.house.house.stores.data, shop.agents[0].person)
        try await fill(database, [shop.queue.id], dan, until: Rollup.hour(of: SystemClock().now))
        try await shop.house.house.desk.packReports()
        func count() async throws -> Int {
            try await database.read { try $0.first("SELECT COUNT(*) AS n FROM report_agent_day WHERE person_id = \(dan)")?.get("n") ?? 0 }
        }
        #expect(try await count() > 0)
        try await database.write { try $0.run("DELETE FROM profile WHERE person_id = \(dan)") }
        #expect(try await count() == 0)
        try await shop.house.stop()
    }

    /// Sixty days, every third hour, with a tag now and then.
    private func fill(_ database: Database, _ queues: [ID<Queue>], _ agent: PersonID, until hour: Int64) async throws {
        try await database.write { transaction in
            for past in stride(from: Int64(0), to: 60 * 24, by: 3) {
                for (place, queue) in queues.enumerated() {
                    let number = Int(past % 7) + 11 + place
                    try transaction.add(.arrived, bucket: 0, number: number, total: 0, hour: hour - past, in: queue)
                    try transaction.add(
                        .wait, bucket: Int(past % 17), number: number, total: past * 100, hour: hour - past, in: queue, of: agent)
                    guard past % 2 == 0 else { continue }
                    try transaction.run(
                        """
                        INSERT INTO report_figures (hour, queue_id, tag, measure, shard, number, total, \(name: Histogram.columns))
                        VALUES (\(hour - past), \(queue), \(past % 4 == 0 ? "delivery" : "gift"), 'resolution', \(past % 3), 12, 400,
                            12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                        ON CONFLICT (hour, queue_id, tag, measure, shard) DO UPDATE SET number = report_figures.number + 12,
                            total = report_figures.total + 400, b0 = report_figures.b0 + 12
                        """)
                }
            }
        }
    }
}
