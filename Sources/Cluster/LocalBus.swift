import Synchronization

/// The bus of a single node: events stay in the process.
package final class LocalBus: Bus {
    private struct State {
        var subscribers: [Topic: [Int: AsyncStream<[UInt8]>.Continuation]] = [:]
        var next = 0
        var dropped = 0
    }

    private let shared = Mutex(State())

    package init() {}

    @discardableResult
    package func publish(_ payload: [UInt8], to topic: Topic) -> Bool {
        let continuations = shared.withLock { $0.subscribers[topic].map { Array($0.values) } ?? [] }
        var dropped = 0
        for continuation in continuations {
            if case .dropped = continuation.yield(payload) { dropped += 1 }
        }
        if dropped > 0 { shared.withLock { $0.dropped += dropped } }
        return true
    }

    package func subscribe(to topic: Topic, limit: Int) async throws -> AsyncStream<[UInt8]> {
        let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self, bufferingPolicy: .bufferingOldest(limit))
        let number = shared.withLock { state in
            state.next += 1
            state.subscribers[topic, default: [:]][state.next] = continuation
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.shared.withLock { _ = $0.subscribers[topic]?.removeValue(forKey: number) }
        }
        return stream
    }

    package var state: BusState {
        shared.withLock { BusState(isConnected: true, dropped: $0.dropped) }
    }

    package func close() async {
        let all = shared.withLock { state in
            defer { state.subscribers = [:] }
            return state.subscribers.values.flatMap(\.values)
        }
        for continuation in all { continuation.finish() }
    }
}
