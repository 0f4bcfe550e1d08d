import NIOCore
import Synchronization

/// Browsers on their way in: from the request for a socket until the decision, and from saying where they were until they know what
/// they missed. In between they wait for the network, and take nobody's place.
///
/// When ten thousand come back at once only so many (`LiveLimits.arriving`) are
/// worked for at a time. The requests of the others wait as they came, in order, and
/// cost nothing. **What is done for those who are here never queues behind those who are coming.**
final class Arrivals: Sendable {
    private typealias Waiting = (loop: any EventLoop, enter: @Sendable () -> Void)

    private struct State {
        var inside = 0
        /// In order of arrival, from `next` on: taking the first of many must not move the others.
        var waiting: [Waiting?] = []
        var next = 0

        /// The first who waits, if there is room.
        mutating func take(most: Int) -> Waiting? {
            guard inside < most, next < waiting.count else { return nil }
            inside += 1
            let first = waiting[next].take()
            next += 1
            if next == waiting.count { (waiting, next) = ([], 0) }
            return first
        }
    }

    private let most: Int
    private let state = Mutex(State())

    init(most: Int) {
        self.most = most
    }

    /// How many are worked for, and how many wait.
    var counts: (inside: Int, waiting: Int) { state.withLock { ($0.inside, $0.waiting.count - $0.next) } }

    /// Calls `enter` on this event loop as soon as there is room: at once,
    /// if there is and the caller is on it. Every one who enters leaves.
    func wait(on loop: any EventLoop, _ enter: @escaping @Sendable () -> Void) {
        let isRoom = state.withLock { state in
            guard state.inside < most else {
                state.waiting.append((loop, enter))
                return false
            }
            state.inside += 1
            return true
        }
        if isRoom { enter() }
    }

    /// Takes a place without waiting: who was let in once is not held up a second time.
    func enter() {
        state.withLock { $0.inside += 1 }
    }

    func leave() {
        let next = state.withLock { state in
            state.inside -= 1
            return state.take(most: most)
        }
        if let next { next.loop.execute(next.enter) }
    }
}
