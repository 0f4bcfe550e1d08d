import Foundation
package import Storage
package import Vocabulary

/// Keeps durable streams in the database.
///
/// **The sequence of a stream has no holes and an event keeps its place for ever**: the number is taken by the same
/// transaction that adds the event, so a transaction that fails takes none.
package struct StreamStore: Streams {
    static let body = SealedColumn("stream_event", "body")

    let database: Database
    let keys: KeyRing
    let clock: any WallClock

    package init(database: Database, keys: KeyRing, clock: any WallClock) {
        self.database = database
        self.keys = keys
        self.clock = clock
    }

    package func prepare(
        _ kind: String, _ body: some Encodable & Sendable, id: [UInt8]?, in stream: StreamID, for reader: PersonID
    ) async throws -> PreparedEvent {
        let now = clock.now
        let plain = try LiveJSON.encode(body)
        let sealed = try await keys.seal(plain, for: reader, as: Self.body)
        return PreparedEvent(
            id: id ?? ID<PreparedEvent>(at: now).bytes, stream: stream, reader: reader, kind: kind, plain: plain, body: sealed, at: now)
    }

    @discardableResult
    package func append(_ event: PreparedEvent, in transaction: Transaction) throws -> Appended {
        let stream = event.stream
        // Taking the number first makes concurrent writers of one stream wait for each other.
        let taken = try transaction.ask(
            """
            INSERT INTO stream (owner, name, last) VALUES (\(stream.owner), \(stream.name), 1)
            ON CONFLICT (owner, name) DO UPDATE SET last = stream.last + 1 RETURNING last
            """)
        let added = try transaction.ask(
            """
            INSERT INTO stream_event (owner, name, sequence, event_id, reader_id, kind, body, at, repeats)
            SELECT owner, name, last, \(event.id), \(event.reader), \(event.kind), \(event.body), \(event.at), \(event.repeats) FROM stream
            WHERE owner = \(stream.owner) AND name = \(stream.name)
            ON CONFLICT (owner, name, event_id) DO NOTHING RETURNING sequence
            """)
        guard let sequence = try taken.first()?.get("last", as: Int.self) else { throw StorageError.unexpectedValue(column: "last") }
        let isNew = try added.exists()
        if isNew { return Appended(event: event, sequence: sequence, isNew: true) }
        try transaction.run("UPDATE stream SET last = last - 1 WHERE owner = \(stream.owner) AND name = \(stream.name)")
        let known = try transaction.first(
            """
            SELECT sequence FROM stream_event
            WHERE owner = \(stream.owner) AND name = \(stream.name) AND event_id = \(event.id)
            """)
        guard let known else { throw StorageError.unexpectedValue(column: "event_id") }
        return Appended(event: event, sequence: try known["sequence"], isNew: false)
    }

    package static let migrations = [
        Migration(
            "live", 1,
            [
                """
                CREATE TABLE stream (
                    owner BLOB NOT NULL,
                    name TEXT NOT NULL,
                    last INTEGER NOT NULL CHECK (last >= 0),
                    PRIMARY KEY (owner, name)
                ) STRICT
                """,
                """
                CREATE TABLE stream_event (
                    owner BLOB NOT NULL,
                    name TEXT NOT NULL,
                    sequence INTEGER NOT NULL CHECK (sequence > 0),
                    event_id BLOB NOT NULL,
                    reader_id BLOB NOT NULL,
                    kind TEXT NOT NULL,
                    body BLOB NOT NULL,
                    at INTEGER NOT NULL,
                    PRIMARY KEY (owner, name, sequence),
                    UNIQUE (owner, name, event_id)
                ) STRICT
                """,
                "CREATE INDEX stream_event_age ON stream_event (name, at)",
                """
                CREATE TABLE live_command (
                    person_id BLOB NOT NULL,
                    command_id BLOB NOT NULL,
                    answer TEXT NOT NULL,
                    at INTEGER NOT NULL,
                    PRIMARY KEY (person_id, command_id)
                ) STRICT
                """,
                "CREATE INDEX live_command_age ON live_command (at)",
                """
                CREATE TABLE presence_choice (
                    person_id BLOB PRIMARY KEY NOT NULL,
                    choice TEXT NOT NULL CHECK (choice IN ('busy', 'away', 'invisible'))
                ) STRICT
                """,
            ]),
        // Which event's words an event says again, 0 for none. Nothing for those from before: only whoever opens them knows.
        Migration(
            "live", 2,
            [
                "ALTER TABLE stream_event ADD COLUMN repeats INTEGER",
                "CREATE INDEX stream_event_repeats ON stream_event (owner, name, repeats) WHERE repeats > 0",
                "CREATE INDEX stream_event_unsaid ON stream_event (owner, name) WHERE repeats IS NULL",
            ]),
    ]
}
