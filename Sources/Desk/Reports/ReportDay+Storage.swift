package import Privacy
package import Storage
import Vocabulary

extension Desk {
    package static let reportDayMigrations = [
        Migration(
            "desk-report-days", 1,
            [
                """
                CREATE TABLE report_day (
                    day INTEGER NOT NULL,
                    queue_id BLOB NOT NULL,
                    figures BLOB NOT NULL,
                    tags BLOB NOT NULL,
                    PRIMARY KEY (day, queue_id)
                ) STRICT
                """,
                """
                CREATE TABLE report_agent_day (
                    day INTEGER NOT NULL,
                    queue_id BLOB NOT NULL,
                    person_id BLOB NOT NULL REFERENCES profile (person_id) ON DELETE CASCADE,
                    figures BLOB NOT NULL,
                    PRIMARY KEY (day, queue_id, person_id)
                ) STRICT
                """,
                "CREATE INDEX report_agent_day_person ON report_agent_day (person_id)",
            ])
    ]

    package static var reportDayDeclarations: Declarations {
        var all = Declarations()
        all.personal = ["day", "queue_id", "person_id", "figures"].map { column in
            PersonalField(
                "report_agent_day", column, key: "agent", .history, for: [.support], basis: .contract, audience: .staff,
                retention: .account,
                sealing: .plain, necessity: "Shows how much a team does, by the quarter of an hour and never by the visitor.")
        }
        all.technical = [
            TechnicalColumn("report_day", "day", reason: "Days since 1970."),
            TechnicalColumn("report_day", "queue_id", reason: "The id of a queue."),
            TechnicalColumn("report_day", "figures", reason: "How many, of everybody together, by the quarter of an hour."),
            TechnicalColumn("report_day", "tags", reason: "The same by the team's words for kinds of enquiries."),
        ]
        return all
    }

    /// Days of which each quarter of an hour has rows of its own: things are still counted in them.
    static let unpackedDays: Int64 = 3

    /// Puts all days that are over into one row each. What is counted later of such a day, as by an import, joins it the next time.
    package func packReports() async throws {
        let end = Rollup.quarter(of: ground.clock.now) / Rollup.quartersInDay - Self.unpackedDays
        while try await ground.database.write({ try $0.packReportDay(before: end) }) {}
    }
}

extension Transaction {
    /// Packs the earliest day that is not packed yet. False when there is none before `end`.
    func packReportDay(before end: Int64) throws -> Bool {
        let earliest = try first(
            """
            SELECT MIN(quarter) AS quarter FROM (
                SELECT MIN(quarter) AS quarter FROM report_figures UNION ALL SELECT MIN(quarter) AS quarter FROM report_agent_figures
            ) AS both_tables
            """)
        guard let quarter: Int64 = try earliest?.get("quarter", as: Int64?.self), quarter / Rollup.quartersInDay < end else { return false }
        let day = quarter / Rollup.quartersInDay
        try packDesk(day)
        try packAgents(day)
        return true
    }

    private func packDesk(_ day: Int64) throws {
        let start = day * Rollup.quartersInDay
        var days: [ID<Queue>: (figures: ReportDay, tags: NamedReportDays)] = [:]
        for row in try rows(
            "DELETE FROM report_figures WHERE quarter >= \(start) AND quarter < \(start + Rollup.quartersInDay) RETURNING *")
        {
            guard let measure = Rollup.Measure(rawValue: try row["measure"]) else { continue }
            let (queue, tag): (ID<Queue>, String) = (try row["queue_id"], try row["tag"])
            let quarter = Int(try row.get("quarter", as: Int64.self) - start)
            let values = try row.counted()
            if tag.isEmpty {
                days[queue, default: (.init(), .init())].figures.add(measure, quarter: quarter, values)
            } else {
                days[queue, default: (.init(), .init())].tags.add(measure, quarter: quarter, values, of: tag)
            }
        }
        for (queue, news) in days {
            var (figures, tags) = news
            if let row = try first("SELECT figures, tags FROM report_day WHERE day = \(day) AND queue_id = \(queue)") {
                figures.add(try row.get("figures"))
                tags.add(try row.get("tags"))
            }
            try run(
                """
                INSERT INTO report_day (day, queue_id, figures, tags) VALUES (\(day), \(queue), \(figures.bytes), \(tags.bytes))
                ON CONFLICT (day, queue_id) DO UPDATE SET figures = excluded.figures, tags = excluded.tags
                """)
        }
    }

    private struct Place: Hashable {
        let queue: ID<Queue>
        let person: PersonID
    }

    private func packAgents(_ day: Int64) throws {
        let start = day * Rollup.quartersInDay
        var days: [Place: ReportDay] = [:]
        for row in try rows(
            "DELETE FROM report_agent_figures WHERE quarter >= \(start) AND quarter < \(start + Rollup.quartersInDay) RETURNING *")
        {
            guard let measure = Rollup.Measure(rawValue: try row["measure"]) else { continue }
            let quarter = Int(try row.get("quarter", as: Int64.self) - start)
            let place = Place(queue: try row["queue_id"], person: try row["person_id"])
            days[place, default: ReportDay()].add(measure, quarter: quarter, try row.counted())
        }
        for (place, news) in days {
            var figures = news
            let known = try first(
                """
                SELECT figures FROM report_agent_day WHERE day = \(day) AND queue_id = \(place.queue) AND person_id = \(place.person)
                """)
            if let known { figures.add(try known.get("figures")) }
            try run(
                """
                INSERT INTO report_agent_day (day, queue_id, person_id, figures)
                VALUES (\(day), \(place.queue), \(place.person), \(figures.bytes))
                ON CONFLICT (day, queue_id, person_id) DO UPDATE SET figures = excluded.figures
                """)
        }
    }
}

extension Row {
    /// A row of figures as `ReportDay` keeps it.
    fileprivate func counted() throws -> [Int64] {
        try ["number", "total"].map { try get($0) } + (0..<Histogram.size).map { try get("b\($0)") }
    }
}

// MARK: - Reading

extension Range<Int64> {
    /// The days in which these quarters of an hour lie.
    fileprivate var days: Self { lowerBound / Rollup.quartersInDay..<(upperBound - 1) / Rollup.quartersInDay + 1 }
}

extension Transaction {
    /// Adds up the packed days of a period.
    ///
    /// - Parameters:
    ///   - days: takes the sums of each day on the wall, counted from `first`.
    ///   - clock: takes those of each hour on the wall.
    func addPackedDays(
        in quarters: Range<Int64>, of queue: ID<Queue>?, shift: Int64, from first: Int64, to days: inout ReportSums,
        clock: inout ReportSums, queues: inout [String: ReportSums]
    ) throws {
        for row in try rows(
            """
            SELECT day, queue_id, figures FROM report_day WHERE day >= \(quarters.days.lowerBound) AND day < \(quarters.days.upperBound)
                AND (\(queue == nil) = 1 OR queue_id = \(queue))
            """)
        {
            let start: Int64 = try row.get("day", as: Int64.self) * Rollup.quartersInDay
            let queue = try row.get("queue_id", as: ID<Queue>.self).description
            var sums = queues.removeValue(forKey: queue) ?? ReportSums(1)
            ReportDay.read(try row.get("figures")) { quarter, measure, values in
                guard quarters.contains(start + Int64(quarter)) else { return }
                let wall = start + Int64(quarter) + shift
                days.add(values, of: measure, to: Int(wall / Rollup.quartersInDay - first))
                clock.add(values, of: measure, to: Int(wall / 4 % 24))
                sums.add(values, of: measure, to: 0)
            }
            queues[queue] = sums
        }
    }

    /// All packed days of a period as one.
    func packedWhole(in quarters: Range<Int64>, of queue: ID<Queue>?) throws -> Figures {
        var (sums, clock, queues) = (ReportSums(0), ReportSums(0), [String: ReportSums]())
        try addPackedDays(in: quarters, of: queue, shift: 0, from: 0, to: &sums, clock: &clock, queues: &queues)
        return queues.values.reduce(Figures()) { $0 + $1[0] }
    }

    func packedTags(in quarters: Range<Int64>, of queue: ID<Queue>?) throws -> [String: Figures] {
        var tags: [String: ReportSums] = [:]
        for row in try rows(
            """
            SELECT day, tags FROM report_day WHERE day >= \(quarters.days.lowerBound) AND day < \(quarters.days.upperBound)
                AND (\(queue == nil) = 1 OR queue_id = \(queue))
            """)
        {
            let start: Int64 = try row.get("day", as: Int64.self) * Rollup.quartersInDay
            NamedReportDays.read(try row.get("tags")) { tag, day in
                var sums = tags.removeValue(forKey: tag) ?? ReportSums(1)
                sums.add(day, from: start, in: quarters)
                tags[tag] = sums
            }
        }
        return tags.counted
    }

    func packedAgents(in quarters: Range<Int64>, of queue: ID<Queue>?) throws -> [String: Figures] {
        var agents: [PersonID: ReportSums] = [:]
        for row in try rows(
            """
            SELECT day, person_id, figures FROM report_agent_day
            WHERE day >= \(quarters.days.lowerBound) AND day < \(quarters.days.upperBound) AND (\(queue == nil) = 1 OR queue_id = \(queue))
            """)
        {
            let (start, person): (Int64, PersonID) = (try row.get("day", as: Int64.self) * Rollup.quartersInDay, try row["person_id"])
            var sums = agents.removeValue(forKey: person) ?? ReportSums(1)
            sums.add(try row.get("figures"), from: start, in: quarters)
            agents[person] = sums
        }
        return Dictionary(uniqueKeysWithValues: agents.counted.map { ($0.key.description, $0.value) })
    }
}

extension ReportSums {
    /// Adds those quarters of a packed day that are in the period.
    fileprivate mutating func add(_ day: [UInt8], from start: Int64, in quarters: Range<Int64>) {
        ReportDay.read(day) { quarter, measure, values in
            if quarters.contains(start + Int64(quarter)) { add(values, of: measure, to: 0) }
        }
    }
}
