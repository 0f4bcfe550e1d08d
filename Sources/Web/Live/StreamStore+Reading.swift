package import Foundation
package import Storage
package import Vocabulary

extension StreamEvent {
    init(_ row: Row) throws {
        sequence = try row["sequence"]
        reader = try row["reader_id"]
        kind = try row["kind"]
        body = try row["body"]
        at = try row["at"]
    }
}

extension Transaction {
    /// The last sequence of the stream; 0 when it has no event yet.
    package func last(of stream: StreamID) throws -> Int {
        try first("SELECT last FROM stream WHERE owner = \(stream.owner) AND name = \(stream.name)")?.get("last") ?? 0
    }

    /// Up to `limit` events with a sequence above `position`, in order.
    func events(of stream: StreamID, after position: Int, limit: Int) throws -> [StreamEvent] {
        try rows(
            """
            SELECT sequence, reader_id, kind, body, at FROM stream_event
            WHERE owner = \(stream.owner) AND name = \(stream.name) AND sequence > \(position)
            ORDER BY sequence LIMIT \(limit)
            """
        ).map(StreamEvent.init)
    }
}

extension StreamStore {
    /// What follows `position` in each of these streams, at most `limit` events each. In the order of `positions`.
    func batches(after positions: [(stream: StreamID, position: Int)], limit: Int) async throws -> [StreamBatch] {
        let stored = try await database.read { transaction in
            try positions.map { try transaction.events(of: $0.stream, after: $0.position, limit: limit) }
        }
        var bodies = try await open(stored.flatMap(\.self))[...]
        return zip(positions, stored).map { asked, events in
            let frames = zip(events, bodies.prefix(events.count)).map { LiveJSON.event($0, of: asked.stream, body: $1) }
            bodies = bodies.dropFirst(events.count)
            guard let first = events.first, let last = events.last else { return .nothing(asked.stream, after: asked.position) }
            // A hole can only be where events were trimmed.
            let isWhole = first.sequence == asked.position + 1 && last.sequence - asked.position == events.count
            return StreamBatch(stream: asked.stream, last: last.sequence, frames: isWhole ? frames : nil)
        }
    }

    /// The JSON of each body; nil where the reader's key was destroyed, for then nobody can read it any more.
    func open(_ events: [StreamEvent]) async throws -> [String?] {
        guard !events.isEmpty else { return [] }
        do {
            return try await keys.openTexts(events.map { ($0.reader, $0.body) }, as: Self.body)
        } catch is SealError {
            // One damaged body must not hold up the others.
            var bodies: [String?] = []
            for event in events { bodies.append(try? await keys.openText(event.body, of: event.reader, as: Self.body)) }
            return bodies
        }
    }
}

extension StreamStore {
    package func latest(_ stream: StreamID, before sequence: Int?, limit: Int) async throws -> [StreamEvent] {
        try await database.read { transaction in
            try transaction.rows(
                """
                SELECT sequence, reader_id, kind, body, at FROM stream_event
                WHERE owner = \(stream.owner) AND name = \(stream.name) AND sequence < \(sequence ?? .max)
                ORDER BY sequence DESC LIMIT \(limit)
                """
            ).map(StreamEvent.init)
        }
    }

    package func events(repeating sequence: Int, kind: String, in stream: StreamID) async throws -> [StreamEvent] {
        try await database.read { transaction in
            let known = try transaction.rows(
                """
                SELECT sequence, reader_id, kind, body, at FROM stream_event
                WHERE owner = \(stream.owner) AND name = \(stream.name) AND repeats > 0 AND repeats = \(sequence) AND kind = \(kind)
                """)
            let unknown = try transaction.rows(
                """
                SELECT sequence, reader_id, kind, body, at FROM stream_event
                WHERE owner = \(stream.owner) AND name = \(stream.name) AND repeats IS NULL AND kind = \(kind)
                """)
            return try (unknown + known).map(StreamEvent.init).sorted { $0.sequence < $1.sequence }
        }
    }

    package func bodies(of events: [StreamEvent]) async throws -> [String?] { try await open(events) }

    package func replace(_ sequence: Int, in stream: StreamID, with event: PreparedEvent, in transaction: Transaction) throws {
        try transaction.run(
            """
            UPDATE stream_event SET body = \(event.body), reader_id = \(event.reader), kind = \(event.kind), repeats = \(event.repeats)
            WHERE owner = \(stream.owner) AND name = \(stream.name) AND sequence = \(sequence)
            """)
    }

    package func last(_ stream: StreamID, in transaction: Transaction) throws -> Int {
        try transaction.last(of: stream)
    }

    package func open(_ event: StreamEvent, in stream: StreamID, for reader: PersonID) async throws -> Data {
        Data(try await keys.open(event.body, of: reader, as: Self.body))
    }
}

extension StreamStore {
    /// The last sequence of each of these streams.
    func lasts(of streams: [StreamID]) async throws -> [(StreamID, Int)] {
        try await database.read { transaction in try streams.map { ($0, try transaction.last(of: $0)) } }
    }
}
