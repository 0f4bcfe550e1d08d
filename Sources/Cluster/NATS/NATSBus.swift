import Synchronization

/// The bus of several nodes, by a NATS server.
///
/// Within this node events go straight from publisher to subscribers, NATS or not. To the other nodes they go while NATS is
/// reachable: a short outage is bridged by a buffer, a longer one loses events, which `state` shows and `gaps` tells afterwards.
package final class NATSBus: Bus {
    /// Bytes to other nodes that may wait for NATS, here and in the library's own buffer each.
    static let bufferLimit = 8 * 1024 * 1024

    private let local = LocalBus()
    private let link: NATSLink
    private let subscribed = Mutex<Set<Topic>>([])

    /// Joins the nodes at this NATS server (`nats://…`, `tls://…`). When it cannot be reached now, joins as soon as it can.
    /// Throws `NATSProblem` when the address makes no sense.
    package init(_ url: String) throws {
        link = try NATSLink(url, receiving: local)
    }

    deinit { link.abandon() }

    @discardableResult
    package func publish(_ payload: [UInt8], to topic: Topic) -> Bool {
        local.publish(payload, to: topic)
        return link.publish(payload, to: topic)
    }

    package func subscribe(to topic: Topic, limit: Int) async throws -> AsyncStream<[UInt8]> {
        let stream = try await local.subscribe(to: topic, limit: limit)
        // The library gives each subscription a thread: one a topic, kept until the end.
        if subscribed.withLock({ $0.insert(topic).inserted }) { try await link.subscribe(to: topic) }
        return stream
    }

    package func gaps() -> AsyncStream<Void> { link.gaps() }

    package var state: BusState {
        BusState(isConnected: link.isConnected, dropped: local.state.dropped + link.refused)
    }

    package func close() async {
        await link.close()
        await local.close()
    }
}

/// Why there is no NATS. The text is the library's, without the address: it may hold a password.
package struct NATSProblem: Error, Equatable, CustomStringConvertible {
    package let description: String
}
