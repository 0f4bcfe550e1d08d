import Synchronization
import Vocabulary

/// Remembers what came of each person's latest commands, so that a browser that asks again after a lost connection gets the same answer.
///
/// A command that is still under way is waited for, not carried out twice. **This memory lasts as long as the process**:
/// a change that must not happen twice whatever happens uses `Transaction.once`.
final class AnswerMemory: Sendable {
    /// When there are more, the older half is forgotten: no fewer than the 256 a browser keeps for sending again.
    static let answersPerPerson = 512

    fileprivate typealias Waiter = CheckedContinuation<LiveAnswer?, Never>

    fileprivate enum Entry {
        case underWay([Waiter])
        case given(LiveAnswer)
    }

    fileprivate struct Window {
        var entries: [CommandID: Entry] = [:]
        /// Ids of given answers, oldest first.
        var order: [CommandID] = []
        var usedAt: ContinuousClock.Instant
    }

    private let windows = Mutex<[PersonID: Window]>([:])

    /// Carries `body` out, unless this person's command of this id already was or is just being.
    func once(_ person: PersonID, _ id: CommandID, _ body: () async -> LiveAnswer) async -> LiveAnswer {
        if let known = await claim(person, id) { return known }
        let answer = await body()
        for waiter in settle(person, id, answer) { waiter.resume(returning: answer) }
        return answer
    }

    /// Forgets people who have asked nothing since `instant`.
    func forget(before instant: ContinuousClock.Instant) {
        windows.withLock { windows in
            windows = windows.filter { $0.value.usedAt >= instant || $0.value.entries.count > $0.value.order.count }
        }
    }

    /// The answer, once there is one; nil when it is the caller's to carry out.
    private func claim(_ person: PersonID, _ id: CommandID) async -> LiveAnswer? {
        await withCheckedContinuation { waiter in
            let immediate = windows.withLock { windows -> LiveAnswer?? in
                let now = ContinuousClock.now
                windows[person, default: Window(usedAt: now)].usedAt = now
                switch windows[person]?.entries[id] {
                case .given(let answer): return .some(answer)
                case .underWay(let waiters):
                    windows[person]?.entries[id] = .underWay(waiters + [waiter])
                    return nil
                case nil:
                    windows[person]?.entries[id] = .underWay([])
                    return .some(nil)
                }
            }
            if let immediate { waiter.resume(returning: immediate) }
        }
    }

    private func settle(_ person: PersonID, _ id: CommandID, _ answer: LiveAnswer) -> [Waiter] {
        windows.withLock { windows in
            guard case .underWay(let waiters) = windows[person]?.entries[id] else { return [] }
            if answer.isTemporary {
                windows[person]?.entries[id] = nil
            } else {
                windows[person]?.remember(id, answer)
            }
            return waiters
        }
    }
}

extension AnswerMemory.Window {
    fileprivate mutating func remember(_ id: CommandID, _ answer: LiveAnswer) {
        entries[id] = .given(answer)
        order.append(id)
        guard order.count > AnswerMemory.answersPerPerson else { return }
        // Half at a time, so that moving the rest up is rare.
        let dropped = order.prefix(AnswerMemory.answersPerPerson / 2)
        for id in dropped { entries[id] = nil }
        order.removeFirst(dropped.count)
    }
}
