import Dispatch
import Synchronization
import Vocabulary

/// A bounded number of connections, lent to one transaction each.
///
/// libpq blocks the thread that calls it, so each connection has a queue of its own and Swift's threads never wait.
final class PostgresPool: Sendable {
    /// Most transactions that may wait for a connection: beyond that the answer is `.busy` at once.
    static let mostWaiting = 10_000

    private struct State {
        var idle: [PostgresSlot]
        /// In order of arrival.
        var waiting: [Waiter] = []
        var next = 0
        var lent = 0
        var isClosed = false
        var closing: [CheckedContinuation<Void, Never>] = []
    }

    private struct Waiter {
        let number: Int
        let continuation: CheckedContinuation<PostgresSlot, any Error>
    }

    private let state: Mutex<State>
    /// Longest wait for a connection.
    private let patience: Duration

    init(url: String, connections: Int, patience: Duration) {
        state = Mutex(State(idle: (0..<connections).map { PostgresSlot(url: url, number: $0) }))
        self.patience = patience
    }

    /// Lends a connection to `body`; a new one when `fresh`.
    func run<Value: Sendable>(
        fresh: Bool = false, _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        let slot = try await borrow()
        defer { giveBack(slot) }
        return try await slot.run(fresh: fresh, body)
    }

    /// Waits for every transaction under way, then ends the connections.
    func close() async {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.continuation.resume(throwing: StorageError.unavailable("the database was closed")) }
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.lent > 0 { state.closing.append(continuation) }
                return state.lent == 0
            }
            if isIdle { continuation.resume() }
        }
        for slot in state.withLock({ $0.idle }) { await slot.disconnect() }
    }

    private func borrow() async throws -> PostgresSlot {
        try await withCheckedThrowingContinuation { continuation in
            let answer: Result<PostgresSlot, StorageError>? = state.withLock { state in
                guard !state.isClosed else { return .failure(.unavailable("the database was closed")) }
                // The connection used last is the likeliest to be open.
                if let slot = state.idle.popLast() {
                    state.lent += 1
                    return .success(slot)
                }
                guard state.waiting.count < Self.mostWaiting else { return .failure(.busy) }
                state.next += 1
                state.waiting.append(Waiter(number: state.next, continuation: continuation))
                giveUpLater(state.next)
                return nil
            }
            if let answer { continuation.resume(with: answer) }
        }
    }

    private func giveBack(_ slot: PostgresSlot) {
        let (next, closing) = state.withLock { state -> (Waiter?, [CheckedContinuation<Void, Never>]) in
            if !state.waiting.isEmpty { return (state.waiting.removeFirst(), []) }
            state.idle.append(slot)
            state.lent -= 1
            guard state.lent == 0 else { return (nil, []) }
            defer { state.closing = [] }
            return (nil, state.closing)
        }
        next?.continuation.resume(returning: slot)
        for continuation in closing { continuation.resume() }
    }

    private func giveUpLater(_ number: Int) {
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(patience.inMilliseconds))) { [weak self] in
            let waiter = self?.state.withLock { state in
                state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
            }
            waiter?.continuation.resume(throwing: StorageError.busy)
        }
    }
}

/// One place in the pool: a connection, opened when first needed and again after it broke, and the queue on which it is used.
///
/// `@unchecked Sendable`: `connection` is touched on `queue` only.
final class PostgresSlot: @unchecked Sendable {
    private let url: String
    private let queue: DispatchQueue
    private var connection: PostgresConnection?

    init(url: String, number: Int) {
        self.url = url
        queue = DispatchQueue(label: "sotto.postgres.\(number)")
    }

    func run<Value: Sendable>(
        fresh: Bool, _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(
                    with: Result {
                        if fresh { self.connection = nil }
                        return try body(try self.connected())
                    })
            }
        }
    }

    func disconnect() async {
        await withCheckedContinuation { continuation in
            queue.async {
                self.connection = nil
                continuation.resume()
            }
        }
    }

    private func connected() throws -> PostgresConnection {
        if let connection, !connection.isBroken { return connection }
        connection = nil
        let fresh = try PostgresConnection(url)
        connection = fresh
        return fresh
    }
}
