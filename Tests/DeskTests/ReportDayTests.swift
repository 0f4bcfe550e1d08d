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
        var sums = ReportSums(96)
        var (day, expected) = (ReportDay(), ReportSums(96))
        for _ in 0..<400 {
            let (quarter, measure) = (Int.random(in: 0..<96, using: &chance), Rollup.Measure.coded.randomElement(using: &chance) ?? .wait)
            let values = (0..<ReportDay.width).map { _ in
                Bool.random(using: &chance) ? 0 : Int64.random(in: 0...(1 << Int64.random(in: 0...40, using: &chance)), using: &chance)
            }
            day.add(measure, quarter: quarter, values)
            values.withUnsafeBufferPointer { expected.add($0, of: measure.code, to: quarter) }
        }
        var again = ReportDay()
        again.add(day.bytes)
        #expect(again.bytes == day.bytes)
        ReportDay.read(day.bytes) { quarter, measure, values in sums.add(values, of: measure, to: quarter) }
        for quarter in 0..<96 { #expect(sums[quarter] == expected[quarter], "seed \(seed)") }
        // What is cut off on the way is no crash.
        for end in 0..<min(200, day.bytes.count) { ReportDay.read(Array(day.bytes.prefix(end))) { _, _, _ in } }
    }

    @Test func aDayThatWasPackedByTheHourCountsToTheFirstQuarterOfEach() {
        var read: [[Int64]] = []
        // The second measure in the fifth hour: three, their sum 7, all in the first part.
        ReportDay.read([24 + 5, 3, 7, 1, 3]) { quarter, measure, values in
            read.append([Int64(quarter), Int64(measure)] + values.prefix(3))
        }
        #expect(read == [[20, 1, 3, 7, 3]])
    }

    @Test("What happens in one hour of UTC counts to two days where midnight is within it", arguments: Engine.all)
    func midnightIsWithinAnHour(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let database = shop.house.house.stores.data
        let day = TimeZone.gmt.wallClock(at: SystemClock().now).day.advanced(by: -10)
        try await database.write { transaction in
            // 23:35 in India and 23:50 in Nepal; 23:50 and 0:05; 0:10 and 0:25.
            for (minutes, number) in [(5, 11), (20, 100), (40, 1000)] {
                try transaction.add(
                    .arrived, bucket: 0, number: number, total: 0, at: day.midnight + .minutes(18 * 60 + minutes), in: shop.queue.id)
            }
        }
        func told(_ zone: String) async throws -> [Int] {
            let wish = ReportWish(
                first: day, last: day.advanced(by: 1), zone: try #require(TimeZone(identifier: zone)), division: .hour)
            let report = try await shop.house.house.desk.report(wish)
            return report.days.map { $0.figures.number(.arrived) ?? 0 }
                + [report.lines[23], report.lines[0]].map { $0.figures.number(.arrived) ?? 0 }
        }
        for _ in 0..<2 {
            #expect(try await told("UTC") == [1111, 0, 0, 0])
            #expect(try await told("Asia/Kolkata") == [111, 1000, 111, 1000])
            #expect(try await told("Asia/Kathmandu") == [11, 1100, 11, 1100])
            try await shop.house.house.desk.packReports()
        }
        try await shop.house.stop()
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
        let now = Rollup.quarter(of: SystemClock().now)
        let queues = [shop.queue.id, ID<Queue>(high: 1, low: 2)]
        try await fill(database, queues, dan, until: now)
        let last = TimeZone.gmt.wallClock(at: SystemClock().now).day
        let wishes = try ["UTC", "Europe/Paris", "Asia/Kolkata", "Asia/Kathmandu", "America/Los_Angeles"].flatMap { name -> [ReportWish] in
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
                try transaction.first(SQL(stringLiteral: "SELECT MIN(quarter) AS n FROM \(table)"))?.get("n", as: Int64.self) ?? 0
            }
        }
        #expect(rest.allSatisfy { $0 / 96 >= now / 96 - Desk.unpackedDays }, "only the last days have rows of their own")
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
        try await fill(database, [shop.queue.id], dan, until: Rollup.quarter(of: SystemClock().now))
        try await shop.house.house.desk.packReports()
        func count() async throws -> Int {
            try await database.read { try $0.first("SELECT COUNT(*) AS n FROM report_agent_day WHERE person_id = \(dan)")?.get("n") ?? 0 }
        }
        #expect(try await count() > 0)
        try await database.write { try $0.run("DELETE FROM profile WHERE person_id = \(dan)") }
        #expect(try await count() == 0)
        try await shop.house.stop()
    }

    /// Sixty days, every eleventh quarter of an hour, with a tag now and then.
    private func fill(_ database: Database, _ queues: [ID<Queue>], _ agent: PersonID, until quarter: Int64) async throws {
        try await database.write { transaction in
            for past in stride(from: Int64(0), to: 60 * 96, by: 11) {
                for (place, queue) in queues.enumerated() {
                    let number = Int(past % 7) + 11 + place
                    try transaction.add(
                        .arrived, bucket: 0, number: number, total: 0, at: .init(milliseconds: (quarter - past) * 900_000), in: queue)
                    try transaction.add(
                        .wait, bucket: Int(past % 17), number: number, total: past * 100,
                        at: .init(milliseconds: (quarter - past) * 900_000), in: queue, of: agent)
                    guard past % 2 == 0 else { continue }
                    try transaction.run(
                        """
                        INSERT INTO report_figures (quarter, queue_id, tag, measure, shard, number, total, \(name: Histogram.columns))
                        VALUES (\(quarter - past), \(queue), \(past % 4 == 0 ? "delivery" : "gift"), 'resolution', \(past % 3), 12, 400,
                            12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                        ON CONFLICT (quarter, queue_id, tag, measure, shard) DO UPDATE SET number = report_figures.number + 12,
                            total = report_figures.total + 400, b0 = report_figures.b0 + 12
                        """)
                }
            }
        }
    }
}
