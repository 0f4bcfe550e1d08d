import Storage
import Vocabulary

/// What one connection needs to be up to date in one stream.
struct CatchUp: Sendable {
    let stream: StreamID
    /// The last sequence when it was read.
    let last: Int
    /// A snapshot if one was needed, then the events after it, up to `last`.
    let frames: [LiveFrame]
}

extension StreamStore {
    /// What the browser misses that has everything up to these positions; nil stands for "from now on".
    func catchUp(_ positions: [(stream: StreamID, position: Int?)], for reader: PersonID, kinds: [String: StreamKind]) async throws
        -> [CatchUp]
    {
        let missed = try await database.read { transaction in
            try positions.map { try Missed($0.stream, after: $0.position, window: kinds[$0.stream.name]?.window ?? 0, in: transaction) }
        }
        var results: [CatchUp] = []
        for missed in missed {
            results.append(try await catchUp(missed, for: reader, snapshots: kinds[missed.stream.name]?.snapshots))
        }
        return results
    }

    private func catchUp(_ missed: Missed, for reader: PersonID, snapshots: StreamKind.Snapshots?) async throws -> CatchUp {
        var missed = missed
        var frames: [LiveFrame] = []
        if missed.needsSnapshot {
            let snapshot = try await snapshots?(missed.stream, reader)
            if let snapshot { missed = try await read(missed.stream, after: snapshot.sequence) }
            let body = try snapshot.map { String(decoding: try LiveJSON.encode($0.body), as: UTF8.self) }
            frames.append(LiveJSON.snapshot(of: missed.stream, at: snapshot?.sequence ?? missed.start, body: body))
        }
        let bodies = try await open(missed.events)
        frames += zip(missed.events, bodies).map { LiveJSON.event($0, of: missed.stream, body: $1) }
        return CatchUp(stream: missed.stream, last: missed.last, frames: frames)
    }

    private func read(_ stream: StreamID, after sequence: Int) async throws -> Missed {
        try await database.read { try Missed(stream, after: sequence, window: .max, in: $0) }
    }
}

/// What follows a position in a stream, as one transaction sees it.
private struct Missed: Sendable {
    let stream: StreamID
    let last: Int
    /// `events` begin right after this.
    let start: Int
    let events: [StreamEvent]
    let needsSnapshot: Bool

    init(_ stream: StreamID, after position: Int?, window: Int, in transaction: Transaction) throws {
        self.stream = stream
        last = try transaction.last(of: stream)
        // A browser that is ahead has seen a database which was put back from a backup: it follows back.
        let asked = min(position ?? last, last)
        guard asked < last else {
            (start, events, needsSnapshot) = (last, [], false)
            return
        }
        let from = last - asked > window ? last - window : asked
        let events = try transaction.events(of: stream, after: from, limit: last - from)
        let whole = Self.unbroken(events, upTo: last)
        self.events = whole
        start = last - whole.count
        needsSnapshot = start > asked
    }

    /// The longest run of events without a hole that ends at `last`: what was trimmed lies before it.
    private static func unbroken(_ events: [StreamEvent], upTo last: Int) -> [StreamEvent] {
        var expected = last
        for (index, event) in events.enumerated().reversed() {
            guard event.sequence == expected else { return Array(events[(index + 1)...]) }
            expected -= 1
        }
        return events
    }
}
