import Server
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Desk

/// Reports of a desk that counted with an older Sotto say the same after the update.
@Suite(.timeLimit(.minutes(2))) struct ReportMigrationTests {
    /// Where a figure stands.
    private struct Place: Hashable {
        let quarter: Int
        let queue: ID<Queue>
        /// A tag, or the agent's number.
        let about: String
        let measure: String
        let shard: Int
    }

    /// How many, their sum, and the parts of the histogram.
    private struct Count: Equatable {
        var number = 0
        var total = 0
        var parts = Array(repeating: 0, count: Histogram.size)

        mutating func add(_ number: Int, _ total: Int, _ part: Int) {
            self.number += number
            self.total += total
            parts[part] += number
        }
    }

    private static let queues = (0..<2).map { ID<Queue>(high: 1, low: $0) }
    private static let agents = (0..<2).map { PersonID(high: 9, low: $0) }

    @Test(
        "what was counted in a row for each part of an hour is carried over into one row, and nothing is lost or counted twice",
        arguments: Engine.all)
    func carriedOver(on engine: Engine) async throws {
        let database = try await engine.temporary()
        try await database.migrate(Migrations.all.filter { $0.domain != "desk-reports" || $0.number == 1 })
        let (wanted, ofAgents) = try await database.write { transaction in
            for agent in Self.agents {
                try transaction.run("INSERT INTO profile (person_id, name) VALUES (\(agent), \([UInt8](repeating: 0, count: 30)))")
            }
            return (try Self.fill(transaction, with: ["", "late"]), try Self.fillAgents(transaction))
        }
        #expect(try await database.migrate(Migrations.all) > 0)
        let found = try await database.read { transaction in
            (
                try Self.read(try transaction.rows("SELECT * FROM report_figures")) { try $0["tag"] },
                try Self.read(try transaction.rows("SELECT * FROM report_agent_figures")) {
                    try $0.get("person_id", as: PersonID.self).description
                }
            )
        }
        #expect(found.0 == wanted && found.1 == ofAgents && wanted.count > 50 && ofAgents.count > 50)
        // And a report says it.
        let figures = try await database.read { try $0.figures(in: 0..<12, of: nil, by: .whole, tag: false) }
        let waits = wanted.filter { $0.key.measure == "wait" && $0.key.about.isEmpty }.values
        let whole = try #require(figures.values.first)
        #expect(whole.number(.wait) == waits.reduce(0) { $0 + $1.number })
        let tables = try await database.schema().columns
        #expect(tables["report_hour"] == nil && tables["report_agent_hour"] == nil)
        await database.close()
    }

    /// Old rows, and what they should become.
    private static func fill(_ transaction: Transaction, with tags: [String]) throws -> [Place: Count] {
        var chance = Seeded(1)
        var wanted: [Place: Count] = [:]
        for (hour, queue, tag, measure) in product(tags) {
            for bucket in 0..<Histogram.size where Bool.random(using: &chance) {
                let (shard, number, total) = (Int.random(in: 0..<8, using: &chance), Int.random(in: 1...50, using: &chance), bucket * 1000)
                try transaction.run(
                    """
                    INSERT INTO report_hour (hour, queue_id, tag, measure, bucket, shard, number, total)
                    VALUES (\(hour), \(queue), \(tag), \(measure), \(bucket), \(shard), \(number), \(total))
                    """)
                wanted[Place(quarter: 4 * hour, queue: queue, about: tag, measure: measure, shard: shard), default: Count()].add(
                    number, total, bucket)
            }
        }
        return wanted
    }

    private static func fillAgents(_ transaction: Transaction) throws -> [Place: Count] {
        var chance = Seeded(2)
        var wanted: [Place: Count] = [:]
        for (hour, queue, _, measure) in product([""]) {
            for agent in agents {
                for bucket in 0..<Histogram.size where Bool.random(using: &chance) {
                    let (shard, number, total) = (
                        Int.random(in: 0..<8, using: &chance), Int.random(in: 1...50, using: &chance), bucket * 1000
                    )
                    try transaction.run(
                        """
                        INSERT INTO report_agent_hour (hour, queue_id, person_id, measure, bucket, shard, number, total)
                        VALUES (\(hour), \(queue), \(agent), \(measure), \(bucket), \(shard), \(number), \(total))
                        """)
                    let place = Place(quarter: 4 * hour, queue: queue, about: agent.description, measure: measure, shard: shard)
                    wanted[place, default: Count()].add(number, total, bucket)
                }
            }
        }
        return wanted
    }

    private static func product(_ tags: [String]) -> [(Int, ID<Queue>, String, String)] {
        (0..<3).flatMap { hour in
            queues.flatMap { queue in
                tags.flatMap { tag in Rollup.Measure.allCases.map { (hour, queue, tag, $0.rawValue) } }
            }
        }
    }

    private static func read(_ rows: [Row], about: (Row) throws -> String) throws -> [Place: Count] {
        var found: [Place: Count] = [:]
        for row in rows {
            let place = Place(
                quarter: try row["quarter"], queue: try row["queue_id"], about: try about(row), measure: try row["measure"],
                shard: try row["shard"])
            let parts = try (0..<Histogram.size).map { try row.get("b\($0)", as: Int.self) }
            found[place] = Count(number: try row["number"], total: try row["total"], parts: parts)
        }
        return found
    }
}
