package import Vocabulary

/// A kind of durable stream.
package struct StreamKind: Sendable {
    package typealias Snapshots = @Sendable (StreamID, PersonID) async throws -> StreamSnapshot
    package typealias Gate = @Sendable (LiveSender, StreamID) async throws -> Bool

    package let name: String
    /// How long an event is kept. After it the event is deleted, and who was away longer gets a snapshot.
    /// Nil when the stream's domain deletes it as a whole.
    package let retention: Duration?
    /// Most events that are sent to catch up. Who missed more gets a snapshot and what came after it.
    package let window: Int
    /// Makes the snapshot. Without one the browser is told with an empty body that something is missing, and gets the last `window` events.
    package let snapshots: Snapshots?
    /// Who may hear a stream of this kind; nil for streams that every member has one of.
    let mayHear: Gate?

    /// A stream that every member has one of, such as `notices`.
    package init(_ name: String, retention: Duration, window: Int = 500, snapshots: Snapshots? = nil) {
        self.name = name
        self.retention = retention
        self.window = window
        self.snapshots = snapshots
        mayHear = nil
    }

    /// A stream that browsers ask to hear, one by one. Each is asked about when it is, and when the browser comes back.
    package init(shared name: String, window: Int, snapshots: Snapshots?, mayHear: @escaping Gate) {
        self.name = name
        retention = nil
        self.window = window
        self.snapshots = snapshots
        self.mayHear = mayHear
    }
}

/// What stands for everything in a stream up to `sequence`.
///
/// **Read both in one transaction** (`Transaction.last(of:)`), or an event may be in neither or both.
package struct StreamSnapshot: Sendable {
    package let sequence: Int
    package let body: any Encodable & Sendable

    package init(sequence: Int, body: any Encodable & Sendable) {
        self.sequence = sequence
        self.body = body
    }
}
