import Cluster
import Synchronization
import Vocabulary
import Web

/// Whose page hears whose signals, remembered for a moment: candidates come in bursts, and a burst is one look into the database.
///
/// **Whatever this node changes about a call, it forgets the call's routes, after the commit and before anybody is told.**
/// On several nodes nothing is remembered: another one may have moved a page, and a signal to the page before it would be lost.
final class SignalRoutes: Sendable {
    /// How long a route counts that nothing made us forget. The database is right, and this keeps us close to it whatever happens.
    static let lifetime = Duration.seconds(2)
    /// Calls remembered at once.
    static let most = 10_000

    private struct Routes {
        var peers: [ID<LiveSender>: ID<LiveSender>]
        let until: ContinuousClock.Instant
    }

    private struct State {
        var calls: [ID<Call>: Routes] = [:]
        /// Counts what made us forget, so that what was read before is not remembered after.
        var changes = 0
    }

    private let remembers: Bool
    private let state = Mutex(State())

    init(on bus: any Bus) {
        remembers = bus is LocalBus
    }

    /// The connection that hears what `sender` signals in `call`, or what `lookUp` finds. A peer that is away is not remembered.
    func peer(
        of sender: ID<LiveSender>, in call: ID<Call>, lookUp: () async throws -> ID<LiveSender>?
    ) async throws -> ID<LiveSender>? {
        let now = ContinuousClock.now
        let (known, changes) = state.withLock { state in
            (state.calls[call].flatMap { $0.until > now ? $0.peers[sender] : nil }, state.changes)
        }
        if let known { return known }
        let found = try await lookUp()
        if remembers, let found { remember(found, of: sender, in: call, at: now, changes) }
        return found
    }

    func forget(_ call: ID<Call>) {
        state.withLock { state in
            state.changes += 1
            state.calls[call] = nil
        }
    }

    private func remember(
        _ peer: ID<LiveSender>, of sender: ID<LiveSender>, in call: ID<Call>, at now: ContinuousClock.Instant, _ changes: Int
    ) {
        state.withLock { state in
            guard state.changes == changes else { return }
            if state.calls.count >= Self.most { state.calls = state.calls.filter { $0.value.until > now } }
            guard state.calls.count < Self.most else { return }
            if let routes = state.calls[call], routes.until > now {
                state.calls[call]?.peers[sender] = peer
            } else {
                state.calls[call] = Routes(peers: [sender: peer], until: now + Self.lifetime)
            }
        }
    }
}
