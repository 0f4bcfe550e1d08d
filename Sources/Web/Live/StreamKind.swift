package import Vocabulary

/// A kind of durable stream that every member has one of, such as `notices`.
package struct StreamKind: Sendable {
    package typealias Snapshots = @Sendable (StreamID, PersonID) async throws -> StreamSnapshot

    package let name: String
    /// How long an event is kept. After it the event is deleted, and who was away longer gets a snapshot.
    package let retention: Duration
    /// Most events that are sent to catch up. Who missed more gets a snapshot and what came after it.
    package let window: Int
    /// Makes the snapshot. Without one the browser is told with an empty body that something is missing, and gets the last `window` events.
    package let snapshots: Snapshots?

    package init(_ name: String, retention: Duration, window: Int = 500, snapshots: Snapshots? = nil) {
        self.name = name
        self.retention = retention
        self.window = window
        self.snapshots = snapshots
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
