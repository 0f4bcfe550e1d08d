package import Foundation
package import Storage
package import Vocabulary

/// Appends to streams, inside the transaction of the change that the event tells about.
package protocol Streams: Sendable {
    /// Seals `body` for `reader`, who owns the stream's key.
    ///
    /// `id` names the event: 16 bytes, made afresh unless the event must not be told twice, such as one that a retried command makes.
    /// `kind` is a word from the source code (`call.missed`) and stays readable.
    func prepare(
        _ kind: String, _ body: some Encodable & Sendable, id: [UInt8]?, in stream: StreamID, for reader: PersonID
    ) async throws -> PreparedEvent

    /// Appends with the next sequence. An event whose `id` is already in the stream is not appended again.
    /// Call `Live.wake` with the stream after the commit.
    @discardableResult
    func append(_ event: PreparedEvent, in transaction: Transaction) throws -> Appended

    /// Puts the body of `event` in the place of an earlier one, whose old body is gone. Nobody is told: append an event that tells.
    func replace(_ sequence: Int, in stream: StreamID, with event: PreparedEvent, in transaction: Transaction) throws

    /// Events of a kind that say the words of the event `sequence` again, of this stream or of one beside it, in order. Those that were
    /// stored before that was written down are among them **whatever they say again**: look into each.
    func events(repeating sequence: Int, kind: String, in stream: StreamID) async throws -> [StreamEvent]

    /// The latest events of a stream before `sequence` (nil: from the end), latest first, at most `limit`.
    func latest(_ stream: StreamID, before sequence: Int?, limit: Int) async throws -> [StreamEvent]

    /// The last sequence of a stream, 0 when nothing was ever appended.
    func last(_ stream: StreamID, in transaction: Transaction) throws -> Int

    /// The latest event of one kind, and how many of that kind follow a sequence: what a list shows of a stream.
    func standing(of stream: StreamID, kind: String, after seen: Int, in transaction: Transaction) throws -> StreamStanding

    /// The JSON of the bodies of many events; nil where the reader's key was destroyed.
    func bodies(of events: [StreamEvent]) async throws -> [String?]

    /// The JSON of an event's body, opened with its reader's key.
    func open(_ event: StreamEvent, in stream: StreamID, for reader: PersonID) async throws -> Data
}

/// An event of a stream as it was stored: sealed for its reader.
package struct StreamEvent: Sendable {
    package let sequence: Int
    /// Whose key opens the body.
    package let reader: PersonID
    package let kind: String
    package let body: Sealed
    package let at: Timestamp
}

extension Streams {
    /// Seals an event with an id made afresh.
    package func prepare(
        _ kind: String, _ body: some Encodable & Sendable, in stream: StreamID, for reader: PersonID
    ) async throws -> PreparedEvent {
        try await prepare(kind, body, id: nil, in: stream, for: reader)
    }
}

/// Where an event is in its stream.
package struct Appended: Sendable {
    package let event: PreparedEvent
    package let sequence: Int
    /// False when an event with this id was there already.
    package let isNew: Bool
}

/// An event ready to be appended.
package struct PreparedEvent: Sendable {
    /// 16 bytes.
    package let id: [UInt8]
    package let stream: StreamID
    package let reader: PersonID
    package let kind: String
    /// What browsers get, as JSON.
    let plain: [UInt8]
    package let body: Sealed
    package var at: Timestamp
    /// The sequence of the event whose words this one says again, which must go when those do; 0 for none.
    package var repeats = 0
}
