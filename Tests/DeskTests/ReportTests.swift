import Conversations
import Foundation
import Server
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Desk

/// What a report says, and what it must not.
@Suite(.timeLimit(.minutes(3))) struct ReportTests {
    private func figures(_ visitors: Int) -> Figures {
        var figures = Figures()
        figures.add(.arrived, bucket: 0, number: visitors, total: 0)
        return figures
    }

    @Test("C33: no figure is about fewer than ten visitors, nor can one be told from the others", arguments: 0..<300)
    func nobodyIsToldApart(seed: Int) {
        var chance = Seeded(UInt64(seed))
        let lines = (0..<Int.random(in: 1...9, using: &chance)).map {
            ReportLine(key: "\($0)", figures: figures(Int.random(in: 0...25, using: &chance)))
        }
        let grouped = ReportLine.grouped(lines)
        #expect(grouped.reduce(0) { $0 + $1.figures.visitors } == lines.reduce(0) { $0 + $1.figures.visitors })
        let isNamedWell = grouped.allSatisfy { $0.key == nil || $0.figures.visitors >= Figures.fewest }
        #expect(isNamedWell, "seed \(seed)")
        // The rest alone is shown as a number only when it is enough; otherwise it is everybody there was.
        if let rest = grouped.first(where: { $0.key == nil }), rest.figures.visitors < Figures.fewest { #expect(grouped.count == 1) }
        let shown = ReportLine.shown(lines)
        let hidden = zip(lines, shown).filter { !$0.1 }.map(\.0.figures.visitors)
        #expect(
            zip(lines, shown).allSatisfy { line, isShown in
                !isShown || line.figures.visitors == 0 || line.figures.visitors >= Figures.fewest
            })
        let isAll = zip(lines, shown).allSatisfy { !$0.1 || $0.0.figures.visitors == 0 }
        #expect(hidden.isEmpty || hidden.reduce(0, +) >= Figures.fewest || isAll, "the hidden one is the difference, seed \(seed)")
    }

    @Test func fewerThanTenSayNothing() {
        var figures = Figures()
        figures.add(.wait, bucket: 2, number: 9, total: 90_000)
        figures.add(.rating, bucket: 5, number: 9, total: 45)
        #expect(figures.number(.wait) == nil)
        #expect(figures.time(.wait) == nil)
        #expect(figures.rating == nil)
        #expect(figures.serviceLevel == nil)
        figures.add(.wait, bucket: 2, number: 1, total: 10_000)
        #expect(figures.number(.wait) == 10)
        #expect(figures.time(.wait) == .seconds(15), "in the middle between 10 and 20 seconds")
    }

    @Test func percentilesComeFromTheHistogram() {
        var figures = Figures()
        for seconds in 1...100 {
            let rollup = Rollup.time(.wait, .seconds(seconds))
            figures.add(.wait, bucket: rollup.bucket, number: 1, total: rollup.value)
        }
        let middle = figures.time(.wait)?.inMilliseconds ?? 0
        let long = figures.time(.wait, part: 0.9)?.inMilliseconds ?? 0
        #expect((45_000...55_000).contains(middle))
        #expect((80_000...110_000).contains(long))
    }

    @Test func aSheetRunsNothing() {
        #expect(ReportSheet.field("=HYPERLINK(\"x\")") == "\"'=HYPERLINK(\"\"x\"\")\"")
        #expect(ReportSheet.field("Orders, returns") == "\"Orders, returns\"")
    }

    @Test("What is counted is counted with the event, and stays when the conversation is forgotten", arguments: Engine.all)
    func countedWithTheEvent(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let desk = shop.house.house.desk
        let dan = shop.agents[0].person
        // He is there: who writes while nobody is leaves a message, which nobody abandons.
        _ = try await shop.house.house.stores.data.write { transaction in
            try transaction.put(Abilities(), of: dan)
            try transaction.run("UPDATE agent_routing SET gone_at = NULL WHERE person_id = \(dan)")
        }
        var ids: [ConversationID] = []
        for _ in 0..<12 { ids.append(try #require(ConversationID(try await shop.visitor().conversation))) }
        let now = SystemClock().now
        for (place, id) in ids.enumerated() {
            if place < 10 {
                _ = try await shop.house.house.stores.data.write { try $0.assign(id, to: dan, at: now + .seconds(15)) }
            }
            _ = try await shop.house.house.stores.data.write { try $0.closeEnquiry(id, at: now + .seconds(100)) }
            _ = try await shop.house.house.stores.data.write { try $0.closeEnquiry(id, at: now + .seconds(200)) }
        }
        _ = try await shop.house.house.stores.data.write { [ids] transaction in
            for id in ids { try transaction.run("DELETE FROM conversation WHERE id = \(id)") }
        }
        _ = try await shop.house.house.stores.data.write { try $0.joinShards(before: Rollup.quarter(of: now) + 2) }
        let today = TimeZone.gmt.wallClock(at: now).day
        let report = try await desk.report(ReportWish(first: today.advanced(by: -1), last: today.advanced(by: 1), division: .agent))
        #expect(report.whole.number(.arrived) == 12)
        #expect(report.whole.number(.resolution) == 10, "closing twice counts once")
        #expect(report.whole.abandonment == 2.0 / 12)
        #expect(report.whole.serviceLevel == 10.0 / 12)
        #expect(report.lines.map(\.key) == [dan.description])
        let wait = try #require(report.whole.time(.wait))
        #expect((10_000...30_000).contains(wait.inMilliseconds))
        try await shop.house.stop()
    }

    @Test func daysAreThoseOfTheTimeZone() throws {
        func zone(_ name: String) throws -> TimeZone { try #require(TimeZone(identifier: name)) }
        let day = try #require(Day("2026-11-21"))
        let wish = ReportWish(first: day, last: day, zone: try zone("Asia/Tokyo"))
        #expect(wish.quarters.lowerBound == Rollup.quarter(of: day.midnight) - 9 * 4)
        #expect(wish.quarters.count == 96)
        let nepal = ReportWish(first: day, last: day, zone: try zone("Asia/Kathmandu"))
        #expect(nepal.quarters.lowerBound == Rollup.quarter(of: day.midnight) - (5 * 4 + 3), "5:45 before UTC")
        let change = try #require(Day("2026-04-05"))
        let island = ReportWish(first: change, last: change, zone: try zone("Australia/Lord_Howe"))
        #expect(island.quarters.count == 98, "where clocks go back by half an hour")
        #expect(island.parts.map(\.offset) == [44, 42])
        let paris = try zone("Europe/Paris")
        let long = try #require(Day("2026-10-25"))
        #expect(ReportWish(first: long, last: long, zone: paris).quarters.count == 100, "the day on which clocks go back")
        #expect(wish.previous.last == day.advanced(by: -1))
        let parts = ReportWish(first: long.advanced(by: -1), last: long.advanced(by: 1), zone: paris).parts
        #expect(parts.map(\.offset) == [8, 4])
        #expect(parts.map(\.quarters.count) == [27 * 4, 46 * 4], "the clocks go back at 1:00 UTC")
    }

    /// A quarter of a busy desk. However many conversations and messages there were, they leave these rows and no more.
    @Test("Complaint 5: a report takes the same time however many messages there are", arguments: Engine.all)
    func aYearOfABusyDesk(on engine: Engine) async throws {
        let database = try await engine.temporary()
        try await database.migrate(Migrations.all)
        let first = try #require(Day("2025-11-21"))
        let start = Rollup.quarter(of: first.midnight)
        let queues = (0..<3).map { ID<Queue>(high: 1, low: $0) }
        // 3 queues, 24 hours, a quarter of a year: 6,500 hours of rows, each measure in four parts.
        let days = 91
        for day in 0..<days {
            try await database.write { transaction in
                for queue in queues {
                    for measure in Rollup.Measure.allCases {
                        for place in 0..<12 {
                            try transaction.run(
                                """
                                INSERT INTO report_figures (quarter, queue_id, tag, measure, shard, number, total, \(name: Histogram.columns))
                                VALUES (\(start + Int64(day * 96 + place * 8)), \(queue), '', \(measure), 0, 100, 4000,
                                    25, 25, 25, 25, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                                """)
                        }
                    }
                }
            }
        }
        var times: [Duration] = []
        for _ in 0..<20 {
            let wish = ReportWish(first: first, last: first.advanced(by: days - 1))
            times.append(
                try await ContinuousClock().measure {
                    _ = try await database.read { transaction in
                        _ = try transaction.dayFigures(in: wish.quarters, of: nil, shift: 0)
                        _ = try transaction.figures(in: wish.previous.quarters, of: nil, by: .whole, tag: false)
                    }
                })
        }
        times.sort()
        print("reports on \(engine): \(days) days by the hour, p95 \(times[18]), \(days * 3 * 7 * 12) rows")
        #expect(times[18] < .seconds(3), "generous: a debug build among other tests")
        await database.close()
    }
}
