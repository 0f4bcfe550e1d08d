import Cluster
import NIOCore
import Synchronization
import Vocabulary

/// Every connection of this node.
///
/// **Sharded by event loop**: a shard is touched only on its loop, so a broadcast is one hop a loop and no lock a socket.
/// What is shared is where to look: which shards have connections of a person, or listeners of a stream.
final class Hub: Sendable {
    /// Shards by number: shard n is bit n % 64.
    typealias Shards = UInt64

    private struct Person {
        var shards: Shards = 0
        var count = 0
    }

    private struct State {
        var shards: [NIOLoopBound<HubShard>] = []
        var byLoop: [ObjectIdentifier: Int] = [:]
        var people: [PersonID: Person] = [:]
        var households: [String: Int] = [:]
        var listeners: [StreamID: Shards] = [:]
        var count = 0
    }

    let node: NodeLife
    private let state = Mutex(State())

    init(node: NodeLife) {
        self.node = node
    }

    /// The shard of the loop this is called on.
    func shard(on loop: any EventLoop) -> HubShard {
        loop.preconditionInEventLoop()
        return state.withLock { state in
            if let index = state.byLoop[ObjectIdentifier(loop)] { return state.shards[index] }
            let shard = NIOLoopBound(HubShard(index: state.shards.count, loop: loop, hub: self), eventLoop: loop)
            state.byLoop[ObjectIdentifier(loop)] = state.shards.count
            state.shards.append(shard)
            return shard
        }.value
    }

    // MARK: - Counting

    /// Connections on this node.
    var count: Int { state.withLock { $0.count } }

    func count(of household: String) -> Int { state.withLock { $0.households[household] ?? 0 } }

    /// How many connections the person and the household have with this one.
    func enter(_ person: PersonID, _ household: String, shard: Int) -> (person: Int, household: Int) {
        state.withLock { state in
            state.count += 1
            state.households[household, default: 0] += 1
            state.people[person, default: Person()].count += 1
            state.people[person, default: Person()].shards |= 1 << UInt64(shard % 64)
            return (state.people[person]?.count ?? 0, state.households[household] ?? 0)
        }
    }

    /// - Parameter isLast: whether the shard has no other connection of the person.
    /// - Returns: how many connections the person has left.
    @discardableResult
    func exit(_ person: PersonID, _ household: String, shard: Int, isLast: Bool) -> Int {
        state.withLock { state in
            state.count -= 1
            state.households.decrement(household)
            guard var entry = state.people[person] else { return 0 }
            entry.count -= 1
            if isLast { entry.shards &= ~(1 << UInt64(shard % 64)) }
            state.people[person] = entry.count > 0 ? entry : nil
            return entry.count
        }
    }

    // MARK: - Streams

    func listen(to stream: StreamID, from shard: Int) {
        state.withLock { $0.listeners[stream, default: 0] |= 1 << UInt64(shard % 64) }
    }

    func unlisten(to stream: StreamID, from shard: Int) {
        state.withLock { state in
            guard let left = state.listeners[stream].map({ $0 & ~(1 << UInt64(shard % 64)) }) else { return }
            state.listeners[stream] = left == 0 ? nil : left
        }
    }

    func hasListeners(_ stream: StreamID) -> Bool { state.withLock { $0.listeners[stream] != nil } }

    /// The streams somebody here listens to.
    var heardStreams: [StreamID] { state.withLock { Array($0.listeners.keys) } }

    func deliver(_ batch: StreamBatch) {
        for shard in shards(state.withLock { $0.listeners[batch.stream] ?? 0 }) { shard.run { $0.deliver(batch) } }
    }

    // MARK: - Sending

    func send(_ frame: LiveFrame, to people: some Collection<PersonID>) {
        let places = state.withLock { state in
            people.compactMap { person in state.people[person].map { (person, $0.shards) } }
        }
        guard !places.isEmpty else { return }
        for (index, shard) in shardsByIndex(places.reduce(0) { $0 | $1.1 }) {
            let bit: Shards = 1 << UInt64(index % 64)
            let here = places.filter { $0.1 & bit != 0 }.map(\.0)
            shard.run { shard in
                for person in here { shard.send(frame, to: person) }
            }
        }
    }

    func send(_ frame: LiveFrame, to connection: ConnectionID) {
        run(at: connection) { $0.send(frame) }
    }

    func disconnect(_ person: PersonID, session: String?, because goodbye: LiveGoodbye) {
        for shard in shards(state.withLock { $0.people[person]?.shards ?? 0 }) {
            shard.run { $0.disconnect(person, session: session, because: goodbye) }
        }
    }

    func unlisten(_ person: PersonID, to stream: StreamID) {
        for shard in shards(state.withLock { $0.people[person]?.shards ?? 0 }) { shard.run { $0.unlisten(person, to: stream) } }
    }

    // MARK: - Reaching

    /// Runs `body` on the connection's loop, if the connection is here and still there.
    func run(at connection: ConnectionID, _ body: @escaping @Sendable (LiveConnection) -> Void) {
        shard(of: connection)?.run { shard in
            if let connection = shard.connection(connection.number) { body(connection) }
        }
    }

    /// Runs `body` on the connection's loop and waits for what it gives; nil when the connection is gone.
    func ask<Answer: Sendable>(_ connection: ConnectionID, _ body: @escaping @Sendable (LiveConnection) -> Answer?) async -> Answer? {
        guard let shard = shard(of: connection) else { return nil }
        return await withCheckedContinuation { continuation in
            shard.run { shard in continuation.resume(returning: shard.connection(connection.number).flatMap(body)) }
        }
    }

    private func shard(of connection: ConnectionID) -> ShardReference? {
        guard connection.node == node else { return nil }
        return state.withLock { state in
            state.shards.indices.contains(connection.shard) ? ShardReference(bound: state.shards[connection.shard]) : nil
        }
    }

    private func shards(_ mask: Shards) -> [ShardReference] { shardsByIndex(mask).map(\.1) }

    private func shardsByIndex(_ mask: Shards) -> [(Int, ShardReference)] {
        guard mask != 0 else { return [] }
        return state.withLock { state in
            state.shards.enumerated().filter { mask & (1 << UInt64($0.offset % 64)) != 0 }.map {
                ($0.offset, ShardReference(bound: $0.element))
            }
        }
    }
}

/// Lets any thread ask a shard's loop to do something with it.
private struct ShardReference: Sendable {
    let bound: NIOLoopBound<HubShard>

    func run(_ body: @escaping @Sendable (HubShard) -> Void) {
        let loop = bound.eventLoop
        if loop.inEventLoop {
            body(bound.value)
        } else {
            loop.execute { body(bound.value) }
        }
    }
}

extension [String: Int] {
    fileprivate mutating func decrement(_ key: String) {
        guard let count = self[key] else { return }
        self[key] = count > 1 ? count - 1 : nil
    }
}
