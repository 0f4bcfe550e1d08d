package import Storage

/// How a stream stands for somebody who has seen it up to some sequence.
package struct StreamStanding: Sendable {
    /// The latest event of the kind that was asked for, if there is one.
    package let latest: StreamEvent?
    /// Events of that kind beyond what was seen, counted up to `StreamStanding.mostCounted`.
    package let unseen: Int

    /// "99+" is all that anybody wants to know.
    package static let mostCounted = 100
}

extension StreamStore {
    package func standing(
        of stream: StreamID, kind: String, after seen: Int, in transaction: Transaction
    ) throws -> StreamStanding {
        let row = try transaction.first(
            """
            SELECT sequence, reader_id, kind, body, at, (
                SELECT COUNT(*) FROM (
                    SELECT 1 FROM stream_event
                    WHERE owner = \(stream.owner) AND name = \(stream.name) AND sequence > \(seen) AND kind = \(kind)
                    LIMIT \(StreamStanding.mostCounted)
                ) AS beyond
            ) AS unseen
            FROM stream_event WHERE owner = \(stream.owner) AND name = \(stream.name) AND kind = \(kind)
            ORDER BY sequence DESC LIMIT 1
            """)
        return StreamStanding(latest: try row.map(StreamEvent.init), unseen: try row?.get("unseen") ?? 0)
    }
}
