import Synchronization

/// Lets a few tasks pass at a time, in order of arrival.
///
/// Ten thousand browsers that come back at once each want the database several times. They wait here, where waiting costs nothing and
/// has no deadline, and what others want of the database meanwhile does not wait behind them.
final class Turnstile: Sendable {
    private struct State {
        var free: Int
        /// In order of arrival, from `next` on: taking the first of many must not move the others.
        var waiting: [CheckedContinuation<Void, Never>?] = []
        var next = 0
    }

    private let state: Mutex<State>

    /// - Parameter width: how many may be inside.
    init(width: Int) {
        state = Mutex(State(free: width))
    }

    func pass<Value: Sendable, Failure: Error>(_ body: () async throws(Failure) -> Value) async throws(Failure) -> Value {
        await enter()
        defer { leave() }
        return try await body()
    }

    private func enter() async {
        await withCheckedContinuation { continuation in
            let mayPass = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if mayPass { continuation.resume() }
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.next < state.waiting.count else {
                state.waiting = []
                state.next = 0
                state.free += 1
                return nil
            }
            defer { state.next += 1 }
            return state.waiting[state.next].take()
        }
        next?.resume()
    }
}
