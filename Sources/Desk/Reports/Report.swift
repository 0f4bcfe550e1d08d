package import Foundation
package import Storage
package import Vocabulary
package import Web

/// What is asked: some days of a time zone, of one queue or all.
package struct ReportWish: Sendable, Equatable {
    package enum Division: String, Sendable, CaseIterable {
        case queue, agent, hour, tag
    }

    /// Most days of a report.
    package static let longest = 366

    package var first: Day
    package var last: Day
    package var zone: TimeZone
    package var queue: ID<Queue>?
    package var division: Division

    package init(first: Day, last: Day, zone: TimeZone = .gmt, queue: ID<Queue>? = nil, division: Division = .queue) {
        self.first = first
        self.last = last
        self.zone = zone
        self.queue = queue
        self.division = division
    }

    /// The same number of days before.
    package var previous: Self {
        var wish = self
        let days = first.distance(to: last) + 1
        wish.first = first.advanced(by: -days)
        wish.last = last.advanced(by: -days)
        return wish
    }

    /// In quarters of an hour of UTC; the last is not within it.
    var quarters: Range<Int64> {
        let start = Rollup.quarter(of: first.midnight(in: zone))
        return start..<max(start, Rollup.quarter(of: last.advanced(by: 1).midnight(in: zone)))
    }
}

extension ReportWish {
    /// The period in parts, each with one distance between UTC and the clock on the wall, in quarters of an hour.
    var parts: [(quarters: Range<Int64>, offset: Int64)] {
        var parts: [(quarters: Range<Int64>, offset: Int64)] = []
        var start = quarters.lowerBound
        while start < quarters.upperBound {
            let date = Timestamp(milliseconds: start * 900_000).date
            let change = zone.nextDaylightSavingTimeTransition(after: date).map { Rollup.quarter(of: Timestamp($0)) }
            let end = min(max(change ?? quarters.upperBound, start + 1), quarters.upperBound)
            parts.append((start..<end, Int64(zone.secondsFromGMT(for: date)).dividedFloor(by: 900)))
            start = end
        }
        return parts
    }
}

/// A report as it may be shown.
package struct Report: Sendable {
    package let wish: ReportWish
    package let whole: Figures
    package let before: Figures
    /// By day, in order.
    package let days: [ReportLine]
    package let lines: [ReportLine]
}

extension Day {
    /// When it begins on the wall of this zone.
    package func midnight(in zone: TimeZone) -> Timestamp {
        let first = midnight - .seconds(zone.secondsFromGMT(for: midnight.date))
        return midnight - .seconds(zone.secondsFromGMT(for: first.date))
    }
}

extension Desk {
    /// Reads a report. It looks at the days of the period and at nothing else, however many messages there are: days that are over are a
    /// row each, the last ones a row a quarter of an hour and measure.
    package func report(_ wish: ReportWish) async throws -> Report {
        try await ground.database.read { transaction in
            var days: [Int64: Figures] = [:]
            var queues: [String: Figures] = [:]
            var clock: [Int64: Figures] = [:]
            let (first, count) = (Int64(wish.first.number), wish.first.distance(to: wish.last) + 1)
            var (packedDays, packedClock, packedQueues) = (ReportSums(count), ReportSums(24), [String: ReportSums]())
            // The clocks may change within the period: each part of it has one distance from UTC.
            for part in wish.parts {
                try transaction.addPackedDays(
                    in: part.quarters, of: wish.queue, shift: part.offset, from: first, to: &packedDays, clock: &packedClock,
                    queues: &packedQueues)
                for cell in try transaction.dayFigures(in: part.quarters, of: wish.queue, shift: part.offset) {
                    days[cell.day, default: Figures()].add(cell.measure, cell.count)
                    queues[cell.queue, default: Figures()].add(cell.measure, cell.count)
                }
                guard wish.division == .hour else { continue }
                for (key, figures) in try transaction.figures(in: part.quarters, of: wish.queue, by: .hour(part.offset), tag: false) {
                    clock[Int64(key) ?? 0, default: Figures()] = clock[Int64(key) ?? 0, default: Figures()] + figures
                }
            }
            for day in 0..<count {
                days[first + Int64(day), default: Figures()] = days[first + Int64(day), default: Figures()] + packedDays[day]
            }
            for hour in 0..<24 { clock[Int64(hour), default: Figures()] = clock[Int64(hour), default: Figures()] + packedClock[hour] }
            queues.merge(packedQueues.counted, uniquingKeysWith: +)
            let whole = queues.values.reduce(Figures(), +)
            let before =
                try transaction.figures(in: wish.previous.quarters, of: wish.queue, by: .whole, tag: false)["", default: Figures()]
                + transaction.packedWhole(in: wish.previous.quarters, of: wish.queue)
            let lines: [ReportLine]
            switch wish.division {
            case .hour: lines = (0..<24).map { ReportLine(key: String($0), figures: clock[$0] ?? Figures()) }
            case .queue:
                lines = ReportLine.grouped(queues.map { ReportLine(key: $0.key, figures: $0.value) })
            case .agent:
                let agents = try transaction.agentFigures(in: wish.quarters, of: wish.queue)
                    .merging(transaction.packedAgents(in: wish.quarters, of: wish.queue), uniquingKeysWith: +)
                lines = ReportLine.grouped(agents.map { ReportLine(key: $0.key, figures: $0.value) })
            case .tag:
                let tags = try transaction.figures(in: wish.quarters, of: wish.queue, by: .tag, tag: true)
                    .merging(transaction.packedTags(in: wish.quarters, of: wish.queue), uniquingKeysWith: +)
                lines = ReportLine.grouped(tags.map { ReportLine(key: $0.key, figures: $0.value) })
            }
            return Report(
                wish: wish, whole: whole, before: before,
                days: Self.spans(wish.first...wish.last, of: days), lines: lines)
        }
    }
}

extension Desk {
    /// Most days that are shown one by one; beyond, they are put together by sevens.
    private static let mostDays = 62

    private static func spans(_ period: ClosedRange<Day>, of days: [Int64: Figures]) -> [ReportLine] {
        let width = period.lowerBound.distance(to: period.upperBound) < mostDays ? 1 : 7
        return stride(from: period.lowerBound, through: period.upperBound, by: width).map { first in
            let figures = (0..<width).map { first.advanced(by: $0) }.filter { $0 <= period.upperBound }
            return ReportLine(key: first.text, figures: figures.reduce(Figures()) { $0 + (days[Int64($1.number)] ?? Figures()) })
        }
    }
}

/// What was counted of one queue on one day.
struct ReportCell {
    let day: Int64
    let queue: String
    let measure: Rollup.Measure
    let count: Figures.Count
}

/// By what rows are put together.
enum ReportKey {
    case whole, queue, tag
    /// Hours on the wall, so many quarters from UTC.
    case hour(Int64)
}

extension Transaction {
    func figures(in quarters: Range<Int64>, of queue: ID<Queue>?, by key: ReportKey, tag: Bool) throws -> [String: Figures] {
        let (column, offset): (StaticString, Int64) =
            switch key {
            case .whole: ("''", 0)
            case .queue: ("queue_id", 0)
            case .tag: ("tag", 0)
            case .hour(let offset): ("(quarter + shift) / 4 % 24", offset)
            }
        let rows = try rows(
            """
            SELECT \(name: column) AS line, measure, SUM(number) AS number, SUM(total) AS total, \(name: Histogram.text) AS histogram
            FROM report_figures, (SELECT \(offset) AS shift) AS wall
            WHERE quarter >= \(quarters.lowerBound) AND quarter < \(quarters.upperBound) AND (\(queue == nil) = 1 OR queue_id = \(queue))
                AND CASE tag WHEN '' THEN 0 ELSE 1 END = \(tag)
            GROUP BY 1, measure
            """)
        return try gathered(rows) { row in
            switch key {
            case .whole: ""
            case .hour: String(try row.get("line", as: Int64.self))
            case .queue: try row.get("line", as: ID<Queue>.self).description
            case .tag: try row["line"]
            }
        }
    }

    /// By day and queue, in one look at the rows.
    func dayFigures(in quarters: Range<Int64>, of queue: ID<Queue>?, shift: Int64) throws -> [ReportCell] {
        try rows(
            """
            SELECT (quarter + shift) / 96 AS day, queue_id, measure, SUM(number) AS number, SUM(total) AS total,
                \(name: Histogram.text) AS histogram
            FROM report_figures, (SELECT \(shift) AS shift) AS wall
            WHERE quarter >= \(quarters.lowerBound) AND quarter < \(quarters.upperBound) AND (\(queue == nil) = 1 OR queue_id = \(queue)) AND tag = ''
            GROUP BY 1, queue_id, measure
            """
        ).compactMap { row in
            // A measure that an older version counted is not shown.
            guard let measure = Rollup.Measure(rawValue: try row["measure"]) else { return nil }
            return ReportCell(
                day: try row["day"], queue: try row.get("queue_id", as: ID<Queue>.self).description, measure: measure,
                count: try Figures.Count(row))
        }
    }

    func agentFigures(in quarters: Range<Int64>, of queue: ID<Queue>?) throws -> [String: Figures] {
        let rows = try rows(
            """
            SELECT person_id, measure, SUM(number) AS number, SUM(total) AS total, \(name: Histogram.text) AS histogram
            FROM report_agent_figures
            WHERE quarter >= \(quarters.lowerBound) AND quarter < \(quarters.upperBound) AND (\(queue == nil) = 1 OR queue_id = \(queue))
            GROUP BY person_id, measure
            """)
        return try gathered(rows) { try $0.get("person_id", as: PersonID.self).description }
    }

    private func gathered(_ rows: [Row], by key: (Row) throws -> String) throws -> [String: Figures] {
        var all: [String: Figures] = [:]
        for row in rows {
            // A measure that an older version counted is not shown.
            guard let measure = Rollup.Measure(rawValue: try row["measure"]) else { continue }
            all[try key(row), default: Figures()].add(measure, try Figures.Count(row))
        }
        return all
    }
}

extension Figures.Count {
    fileprivate init(_ row: Row) throws {
        number = try row["number"]
        total = try row["total"]
        histogram = Histogram(try row.get("histogram", as: String.self))
    }
}
