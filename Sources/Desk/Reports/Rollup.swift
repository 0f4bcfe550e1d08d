package import Conversations
package import Storage
package import Vocabulary
import Web

/// What is counted of a desk, by the quarter of an hour: the clocks of all time zones are whole numbers of them away from UTC. **Written in
/// the transaction of what is counted**, so that a report never looks at conversations, and says the same after they are forgotten.
package struct Rollup: Sendable {
    package enum Measure: String, Sendable, CaseIterable, SQLConvertible {
        case arrived
        /// From asking to being taken.
        case wait
        /// Taken within the time that the queue aims at.
        case inTime
        /// They went before anybody took them.
        case abandoned
        case firstResponse
        case resolution
        /// 1 to 5.
        case rating
    }

    /// Upper ends, in seconds, of the parts into which times are sorted. Percentiles are read from them.
    package static let ends = [5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800, 86_400, 259_200]

    let measure: Measure
    let bucket: Int
    let value: Int64

    /// Something that is only counted.
    static func one(_ measure: Measure) -> Self { .init(measure: measure, bucket: 0, value: 0) }

    /// A time that something took.
    static func time(_ measure: Measure, _ time: Duration) -> Self {
        let milliseconds = max(0, time.inMilliseconds)
        let bucket = ends.firstIndex { milliseconds < Int64($0) * 1000 } ?? ends.count
        return .init(measure: measure, bucket: bucket, value: milliseconds)
    }

    static func stars(_ stars: Int) -> Self { .init(measure: .rating, bucket: stars, value: Int64(stars)) }

    /// Quarters of an hour since 1970, in UTC.
    package static func quarter(of time: Timestamp) -> Int64 { time.milliseconds.dividedFloor(by: 900_000) }

    package static let quartersInDay: Int64 = 96

    /// Rows into which one figure is divided, so that conversations that end at the same time do not wait for each other.
    static let shards: UInt64 = 8

    package static let migrations = [
        Migration(
            "desk-reports", 1,
            [
                """
                CREATE TABLE report_hour (
                    hour INTEGER NOT NULL,
                    queue_id BLOB NOT NULL,
                    tag TEXT NOT NULL,
                    measure TEXT NOT NULL,
                    bucket INTEGER NOT NULL,
                    shard INTEGER NOT NULL,
                    number INTEGER NOT NULL,
                    total INTEGER NOT NULL,
                    PRIMARY KEY (hour, queue_id, tag, measure, bucket, shard)
                ) STRICT
                """,
                """
                CREATE TABLE report_agent_hour (
                    hour INTEGER NOT NULL,
                    queue_id BLOB NOT NULL,
                    person_id BLOB NOT NULL REFERENCES profile (person_id) ON DELETE CASCADE,
                    measure TEXT NOT NULL,
                    bucket INTEGER NOT NULL,
                    shard INTEGER NOT NULL,
                    number INTEGER NOT NULL,
                    total INTEGER NOT NULL,
                    PRIMARY KEY (hour, queue_id, person_id, measure, bucket, shard)
                ) STRICT
                """,
                "CREATE INDEX report_agent_hour_person ON report_agent_hour (person_id)",
            ]),
        // All parts of a histogram in one row.
        Migration(
            "desk-reports", 2,
            [
                """
                CREATE TABLE report_figures (
                    hour INTEGER NOT NULL,
                    queue_id BLOB NOT NULL,
                    tag TEXT NOT NULL,
                    measure TEXT NOT NULL,
                    shard INTEGER NOT NULL,
                    number INTEGER NOT NULL,
                    total INTEGER NOT NULL,
                    \(parts { "b\($0) INTEGER NOT NULL" }),
                    PRIMARY KEY (hour, queue_id, tag, measure, shard)
                ) STRICT
                """,
                """
                INSERT INTO report_figures
                SELECT hour, queue_id, tag, measure, shard, SUM(number), SUM(total),
                    \(parts { "SUM(CASE bucket WHEN \($0) THEN number ELSE 0 END)" })
                FROM report_hour GROUP BY hour, queue_id, tag, measure, shard
                """,
                "DROP TABLE report_hour",
                """
                CREATE TABLE report_agent_figures (
                    hour INTEGER NOT NULL,
                    queue_id BLOB NOT NULL,
                    person_id BLOB NOT NULL REFERENCES profile (person_id) ON DELETE CASCADE,
                    measure TEXT NOT NULL,
                    shard INTEGER NOT NULL,
                    number INTEGER NOT NULL,
                    total INTEGER NOT NULL,
                    \(parts { "b\($0) INTEGER NOT NULL" }),
                    PRIMARY KEY (hour, queue_id, person_id, measure, shard)
                ) STRICT
                """,
                """
                INSERT INTO report_agent_figures
                SELECT hour, queue_id, person_id, measure, shard, SUM(number), SUM(total),
                    \(parts { "SUM(CASE bucket WHEN \($0) THEN number ELSE 0 END)" })
                FROM report_agent_hour GROUP BY hour, queue_id, person_id, measure, shard
                """,
                "DROP TABLE report_agent_hour",
                "CREATE INDEX report_agent_figures_person ON report_agent_figures (person_id)",
            ]),
        // Quarters of an hour in place of hours; what was counted by the hour counts to the first quarter of it. Below 0 in between, as
        // a row may not stand where another one still is.
        Migration(
            "desk-reports", 3,
            ["report_figures", "report_agent_figures"].flatMap { table in
                [
                    "ALTER TABLE \(table) RENAME COLUMN hour TO quarter",
                    "UPDATE \(table) SET quarter = -4 * quarter - 1",
                    "UPDATE \(table) SET quarter = -quarter - 1",
                ]
            }),
    ]

    private static func parts(_ column: (Int) -> String) -> String { (0..<17).map(column).joined(separator: ", ") }
}

extension Transaction {
    /// Counts something about an enquiry, for its queue and, if somebody's, for its agent.
    func count(_ rollup: Rollup, _ id: ConversationID, in queue: ID<Queue>, of agent: PersonID? = nil, tag: String = "", at now: Timestamp)
        throws(StorageError)
    {
        let shard = Int64(id.low % Rollup.shards)
        try add(
            rollup.measure, bucket: rollup.bucket, number: 1, total: rollup.value, at: now, in: queue,
            of: tag.isEmpty ? agent : nil, tag: tag, shard: shard)
    }

    /// Adds what somebody else counted, such as an older program whose conversations are brought in.
    package func add(
        _ measure: Rollup.Measure, bucket: Int, number: Int, total: Int64, at time: Timestamp, in queue: ID<Queue>,
        of agent: PersonID? = nil
    ) throws(StorageError) {
        try add(measure, bucket: bucket, number: number, total: total, at: time, in: queue, of: agent, tag: "", shard: 0)
    }

    private func add(
        _ measure: Rollup.Measure, bucket: Int, number: Int, total: Int64, at time: Timestamp, in queue: ID<Queue>, of agent: PersonID?,
        tag: String, shard: Int64
    ) throws(StorageError) {
        let quarter = Rollup.quarter(of: time)
        try run(
            """
            INSERT INTO report_figures (quarter, queue_id, tag, measure, shard, number, total, \(name: Histogram.columns))
            SELECT \(quarter), \(queue), \(tag), \(measure), \(shard), number, \(total), \(name: Histogram.places)
            FROM (SELECT \(number) AS number, \(bucket) AS place) AS news WHERE true
            ON CONFLICT (quarter, queue_id, tag, measure, shard) DO UPDATE SET number = report_figures.number + excluded.number,
                total = report_figures.total + excluded.total, \(name: Histogram.grown)
            """)
        guard let agent else { return }
        // Nothing is counted of somebody whose account is gone.
        try run(
            """
            INSERT INTO report_agent_figures (quarter, queue_id, person_id, measure, shard, number, total, \(name: Histogram.columns))
            SELECT \(quarter), \(queue), person_id, \(measure), \(shard), number, \(total), \(name: Histogram.places)
            FROM (SELECT \(number) AS number, \(bucket) AS place) AS news, profile WHERE person_id = \(agent)
            ON CONFLICT (quarter, queue_id, person_id, measure, shard) DO UPDATE SET number = report_agent_figures.number + excluded.number,
                total = report_agent_figures.total + excluded.total, \(name: Histogram.grownOfAgent)
            """)
    }

    /// A visitor's rating of a conversation, 1 to 5. Once per conversation.
    package func countRating(_ stars: Int, of enquiry: Enquiry, at now: Timestamp) throws(StorageError) {
        try count(.stars(stars), enquiry.conversation, in: enquiry.queue, of: enquiry.agent, at: now)
    }

    /// What ended has this tag. Once per tag and conversation.
    package func countTag(_ tag: String, of enquiry: Enquiry, at now: Timestamp) throws(StorageError) {
        try count(.time(.resolution, now - enquiry.arrivedAt), enquiry.conversation, in: enquiry.queue, tag: tag, at: now)
    }
}

extension Transaction {
    /// Puts the shards of quarters that are over together: nothing is added to them any more, and reports read fewer rows.
    func joinShards(before quarter: Int64) throws(StorageError) {
        // What an earlier round missed, after a day without this server, stays in shards, which reports add up all the same.
        let first = quarter - 2 * Rollup.quartersInDay
        try run(
            """
            INSERT INTO report_figures (quarter, queue_id, tag, measure, shard, number, total, \(name: Histogram.columns))
            SELECT quarter, queue_id, tag, measure, 0, SUM(number), SUM(total), \(name: Histogram.sums) FROM report_figures
            WHERE quarter >= \(first) AND quarter < \(quarter) AND shard > 0 GROUP BY quarter, queue_id, tag, measure
            ON CONFLICT (quarter, queue_id, tag, measure, shard) DO UPDATE SET number = report_figures.number + excluded.number,
                total = report_figures.total + excluded.total, \(name: Histogram.grown)
            """)
        try run("DELETE FROM report_figures WHERE quarter >= \(first) AND quarter < \(quarter) AND shard > 0")
        try run(
            """
            INSERT INTO report_agent_figures (quarter, queue_id, person_id, measure, shard, number, total, \(name: Histogram.columns))
            SELECT quarter, queue_id, person_id, measure, 0, SUM(number), SUM(total), \(name: Histogram.sums) FROM report_agent_figures
            WHERE quarter >= \(first) AND quarter < \(quarter) AND shard > 0 GROUP BY quarter, queue_id, person_id, measure
            ON CONFLICT (quarter, queue_id, person_id, measure, shard) DO UPDATE SET number = report_agent_figures.number + excluded.number,
                total = report_agent_figures.total + excluded.total, \(name: Histogram.grownOfAgent)
            """)
        try run("DELETE FROM report_agent_figures WHERE quarter >= \(first) AND quarter < \(quarter) AND shard > 0")
    }
}
