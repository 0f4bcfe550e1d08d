/// Carries events between the nodes of one Sotto, and within one node.
///
/// **At most once, in no promised order**: the bus only wakes. Whatever must not be lost is in the database first,
/// and a receiver that missed an event finds it there.
package protocol Bus: Sendable {
    /// Hands the event to every subscriber of the topic on every node, this one included. Never waits; false when it could not be sent.
    @discardableResult
    func publish(_ payload: [UInt8], to topic: Topic) -> Bool

    /// Everything published to the topic from now on. The subscription ends when the sequence is no longer iterated.
    /// A subscriber that falls more than `limit` events behind loses the newest ones, which `state` counts.
    func subscribe(to topic: Topic, limit: Int) async throws -> AsyncStream<[UInt8]>

    /// Something each time other nodes can be reached again: what they published meanwhile was missed, and is to be looked up.
    func gaps() -> AsyncStream<Void>

    /// What an operator sees of it.
    var state: BusState { get }

    /// Ends every subscription.
    func close() async
}

extension Bus {
    /// None, ever: there are no other nodes to be cut off from.
    package func gaps() -> AsyncStream<Void> { AsyncStream { $0.finish() } }
}

/// A name under which events are published: lower-case words joined by dots (`live.person`). The set is small and fixed.
package struct Topic: Hashable, Sendable {
    package let name: String

    package init(_ name: StaticString) {
        self.name = name.description
    }
}

/// How the bus is doing.
package struct BusState: Equatable, Sendable {
    /// False while other nodes cannot be reached. This node goes on by itself.
    package var isConnected: Bool
    /// Events that a subscriber was too slow for, or that could not go out to other nodes, since the start.
    package var dropped: Int

    package init(isConnected: Bool, dropped: Int) {
        self.isConnected = isConnected
        self.dropped = dropped
    }
}
