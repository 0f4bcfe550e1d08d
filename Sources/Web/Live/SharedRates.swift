import NIOCore
import Synchronization
import Vocabulary

/// How many commands all connections of one person, and all from one household, may send together on this node.
///
/// What was used is remembered when the connections end: **who closes and opens them again gets nothing more**. In bounded memory; a
/// household is kept as a number made with this process's own random seed.
final class SharedRates: Sendable {
    /// Buckets kept in each of two generations.
    static let generation = 50_000

    private enum Subject: Hashable {
        case person(PersonID)
        case household(Int)
    }

    private struct Buckets {
        var recent: [Subject: TokenBucket] = [:]
        var older: [Subject: TokenBucket] = [:]
    }

    private let limits: LiveLimits
    private let buckets = Mutex(Buckets())

    init(_ limits: LiveLimits) {
        self.limits = limits
    }

    /// Counts one command. False when the person or the household has none left.
    func take(_ person: PersonID, _ household: String, at now: NIODeadline) -> Bool {
        buckets.withLock { buckets in
            let isPersons = take(.person(person), worth: limits.perPerson, at: now, &buckets)
            let isHouseholds = take(.household(household.hashValue), worth: limits.perHousehold, at: now, &buckets)
            return isPersons && isHouseholds
        }
    }

    private func take(_ subject: Subject, worth connections: Int, at now: NIODeadline, _ buckets: inout Buckets) -> Bool {
        if buckets.recent[subject] == nil {
            // Whoever fills the memory only pushes out those not seen for a whole generation.
            if buckets.recent.count >= Self.generation {
                buckets.older = buckets.recent
                buckets.recent.removeAll(keepingCapacity: true)
            }
            let share = max(1, connections / LiveLimits.activeShare)
            buckets.recent[subject] =
                buckets.older[subject]
                ?? TokenBucket(capacity: share * limits.commandBurst, perSecond: share * limits.commandsPerSecond, at: now)
        }
        return buckets.recent[subject]?.take(at: now) ?? false
    }
}
