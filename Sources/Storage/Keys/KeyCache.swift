import Crypto
import Synchronization
import Vocabulary

/// Unwrapped keys in memory, for a while.
package final class KeyCache: Sendable {
    /// Longest time a key is used without looking whether it still exists: so long a key that another node destroyed can live
    /// on here when the news of it was lost.
    package static let lifetime: Duration = .seconds(60)
    /// Keys kept: 100,000 are about 10 MB.
    static let limit = 100_000

    private struct State {
        var keys: [PersonID: (key: SymmetricKey, until: ContinuousClock.Instant)] = [:]
        /// Counts what was forgotten, so that a key read just before its destruction is not remembered just after.
        var generation = 0
    }

    private let state = Mutex(State())
    private let lifetime: Duration

    init(lifetime: Duration) {
        self.lifetime = lifetime
    }

    /// The keys that are here, and what to hand to `remember` with the others.
    func keys(of people: Set<PersonID>) -> (keys: [PersonID: SymmetricKey], generation: Int) {
        let now = ContinuousClock.now
        return state.withLock { state in
            var found: [PersonID: SymmetricKey] = [:]
            for person in people {
                guard let entry = state.keys[person] else { continue }
                if entry.until > now { found[person] = entry.key } else { state.keys[person] = nil }
            }
            return (found, state.generation)
        }
    }

    func remember(_ keys: [PersonID: SymmetricKey], readAt generation: Int) {
        let until = ContinuousClock.now + lifetime
        state.withLock { state in
            guard state.generation == generation else { return }
            if state.keys.count + keys.count > Self.limit { state.keys.removeAll(keepingCapacity: true) }
            for (person, key) in keys { state.keys[person] = (key, until) }
        }
    }

    func forget(_ person: PersonID) {
        state.withLock { state in
            state.keys[person] = nil
            state.generation += 1
        }
    }
}
