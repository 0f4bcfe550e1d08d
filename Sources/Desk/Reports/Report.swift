package import Foundation
package import Storage
package import Vocabulary

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

    /// In hours of UTC; the last is not within it.
    var hours: Range<Int64> {
        let start = Rollup.hour(of: first.midnight(in: zone))
        return start..<max(start, Rollup.hour(of: last.advanced(by: 1).midnight(in: zone)))
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
    /// Reads a report. It looks at the hours of the period and at nothing else, however many messages there are.
    package func report(_ wish: ReportWish) async throws -> Report {
        try await ground.database.read { transaction in
            let days = try transaction.figures(in: wish.hours, of: wish.queue, by: .hour, tag: false)
            let whole = days.values.reduce(Figures(), +)
            let before = try transaction.figures(in: wish.previous.hours, of: wish.queue, by: .whole, tag: false)
            let lines: [ReportLine]
            switch wish.division {
            case .hour:
                let hours = Self.gathered(days) { wish.zone.wallClock(at: Timestamp(milliseconds: $0 * 3_600_000)).minute / 60 }
                lines = (0..<24).map { ReportLine(key: String($0), figures: hours[$0] ?? Figures()) }
            case .queue:
                let queues = try transaction.figures(in: wish.hours, of: wish.queue, by: .queue, tag: false)
                lines = ReportLine.grouped(queues.map { ReportLine(key: $0.key, figures: $0.value) })
            case .agent:
                lines = ReportLine.grouped(
                    try transaction.agentFigures(in: wish.hours, of: wish.queue).map { ReportLine(key: $0.key, figures: $0.value) })
            case .tag:
                let tags = try transaction.figures(in: wish.hours, of: wish.queue, by: .tag, tag: true)
                lines = ReportLine.grouped(tags.map { ReportLine(key: $0.key, figures: $0.value) })
            }
            let byDay = Self.gathered(days) { wish.zone.wallClock(at: Timestamp(milliseconds: $0 * 3_600_000)).day }
            return Report(
                wish: wish, whole: whole, before: before[""] ?? Figures(),
                days: (wish.first...wish.last).map { ReportLine(key: $0.text, figures: byDay[$0] ?? Figures()) }, lines: lines)
        }
    }

    /// Hours put together, by the key that each has in its time zone.
    private static func gathered<Key: Hashable>(_ hours: [String: Figures], by key: (Int64) -> Key) -> [Key: Figures] {
        var gathered: [Key: Figures] = [:]
        for (hour, figures) in hours {
            gathered[key(Int64(hour) ?? 0), default: Figures()] = gathered[key(Int64(hour) ?? 0), default: Figures()] + figures
        }
        return gathered
    }
}

/// By what rows are put together.
enum ReportKey {
    case whole, hour, queue, tag
}

extension Transaction {
    func figures(in hours: Range<Int64>, of queue: ID<Queue>?, by key: ReportKey, tag: Bool) throws -> [String: Figures] {
        let column: StaticString =
            switch key {
            case .whole: "measure"
            case .hour: "hour"
            case .queue: "queue_id"
            case .tag: "tag"
            }
        let rows = try run(
            """
            SELECT \(name: column) AS line, measure, bucket, SUM(number) AS number, SUM(total) AS total FROM report_hour
            WHERE hour >= \(hours.lowerBound) AND hour < \(hours.upperBound) AND (\(queue == nil) = 1 OR queue_id = \(queue))
                AND CASE tag WHEN '' THEN 0 ELSE 1 END = \(tag)
            GROUP BY \(name: column), measure, bucket
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

    func agentFigures(in hours: Range<Int64>, of queue: ID<Queue>?) throws -> [String: Figures] {
        let rows = try run(
            """
            SELECT person_id, measure, bucket, SUM(number) AS number, SUM(total) AS total FROM report_agent_hour
            WHERE hour >= \(hours.lowerBound) AND hour < \(hours.upperBound) AND (\(queue == nil) = 1 OR queue_id = \(queue))
            GROUP BY person_id, measure, bucket
            """)
        return try gathered(rows) { try $0.get("person_id", as: PersonID.self).description }
    }

    private func gathered(_ rows: [Row], by key: (Row) throws -> String) throws -> [String: Figures] {
        var all: [String: Figures] = [:]
        for row in rows {
            // A measure that an older version counted is not shown.
            guard let measure = Rollup.Measure(rawValue: try row["measure"]) else { continue }
            all[try key(row), default: Figures()].add(
                measure, bucket: try row["bucket"], number: try row["number"], total: try row["total"])
        }
        return all
    }
}
