package import Conversations
package import Vocabulary

extension Router {
    /// Everything that is to be done now, and done here: the state afterwards is that of the steps carried out.
    package mutating func decide(at now: Timestamp) -> [Step] {
        var steps = endWhatIsOver(at: now)
        steps += overflows(at: now)
        steps += offers(at: now)
        return steps
    }

    /// When something is to be done next though nothing happens; nil: never.
    package func nextDue(after now: Timestamp) -> Timestamp? {
        var next: Timestamp?
        func may(_ time: Timestamp?) {
            if let time, time > now, next.map({ time < $0 }) ?? true { next = time }
        }
        for item in line.values {
            guard let rules = rules[item.queue] else { continue }
            may(item.offer?.until)
            if item.channel != .message, !(item.hasMoved && rules.overflow?.queue != nil) {
                may(rules.overflow.map { item.waitingSince + .seconds($0.after) })
            }
            guard rules.mode == .automatic else { continue }
            may(item.pausedUntil)
            if item.sticky != nil { may(item.waitingSince + .seconds(rules.stickySeconds)) }
            for ring in rules.rings { may(item.waitingSince + .seconds(ring.after)) }
        }
        for conversation in open.values where conversation.awaitsTeam { may(releaseTime(of: conversation)) }
        for agent in agents.values { may(agent.goneAt) }
        return next
    }

    // MARK: - What time ends

    /// Takes back what nobody took in time, and what somebody has who is gone for too long.
    @discardableResult
    mutating func endWhatIsOver(at now: Timestamp) -> [Step] {
        var steps = withdrawals(at: now)
        steps += releases(at: now)
        return steps
    }

    private mutating func withdrawals(at now: Timestamp) -> [Step] {
        var steps: [Step] = []
        for (id, item) in inOrder where item.offer != nil {
            guard let offer = item.offer else { continue }
            let isGone = agents[offer.agent].map { !$0.isThere(at: now) || !$0.queues.contains(item.queue) } ?? true
            guard isGone || offer.until <= now else { continue }
            line[id]?.offer = nil
            line[id]?.tried.insert(offer.agent)
            steps.append(.withdraw(id, from: offer.agent, isGone ? .agentGone : .unanswered))
        }
        return steps
    }

    private mutating func releases(at now: Timestamp) -> [Step] {
        var steps: [Step] = []
        for (id, conversation) in open.sorted(by: { $0.key < $1.key }) where conversation.awaitsTeam {
            guard let time = releaseTime(of: conversation), time <= now else { continue }
            open[id] = nil
            // They waited for an answer already: they come before whoever comes now.
            line[id] = Case(
                id, in: conversation.queue, channel: conversation.channel, priority: Self.released, since: now,
                language: conversation.language, needs: conversation.needs)
            steps.append(.release(id, from: conversation.agent))
        }
        return steps
    }

    /// The priority of what comes back because its agent is gone.
    package static let released = 10

    private func releaseTime(of conversation: Open) -> Timestamp? {
        guard let seconds = rules[conversation.queue]?.reassignSeconds, let agent = agents[conversation.agent], let gone = agent.goneAt
        else { return nil }
        return max(gone, conversation.since) + .seconds(seconds)
    }

    private mutating func overflows(at now: Timestamp) -> [Step] {
        var steps: [Step] = []
        for (id, item) in inOrder where item.offer == nil && item.channel != .message {
            guard let overflow = rules[item.queue]?.overflow, item.waitingSince + .seconds(overflow.after) <= now else { continue }
            if let queue = overflow.queue {
                guard !item.hasMoved, rules[queue] != nil else { continue }
                line[id]?.queue = queue
                line[id]?.hasMoved = true
                line[id]?.tried = []
                line[id]?.pausedUntil = nil
                steps.append(.move(id, to: queue))
            } else {
                line[id]?.channel = .message
                line[id]?.tried = []
                line[id]?.pausedUntil = nil
                steps.append(.leaveMessage(id))
            }
        }
        return steps
    }

    // MARK: - Offers

    private mutating func offers(at now: Timestamp) -> [Step] {
        var steps: [Step] = []
        var use = loads()
        var members: [ID<Queue>: [Agent]] = [:]
        for agent in agents.values where agent.isThere(at: now) {
            for queue in agent.queues { members[queue, default: []].append(agent) }
        }
        var assigned: [PersonID: Timestamp] = [:]
        // Where nobody has room for anything more, those who were not refused yet need no look at.
        var full: [ID<Queue>: Set<Channel>] = [:]
        for (id, item) in inOrder where item.offer == nil {
            guard let rules = rules[item.queue], rules.mode == .automatic, let all = members[item.queue] else { continue }
            if item.tried.isEmpty, full[item.queue]?.contains(item.channel) == true { continue }
            var item = item
            if let paused = item.pausedUntil, paused <= now {
                item.pausedUntil = nil
                item.tried = []
                steps.append(.beginRound(id))
            }
            let ring = rules.rings.last { item.waitingSince + .seconds($0.after) <= now }
            let able = all.filter { $0.fits(item, rules, ring) }
            let untried = able.filter { !item.tried.contains($0.person) }
            if untried.isEmpty, !able.isEmpty, item.pausedUntil == nil {
                let until = now + .seconds(rules.pauseSeconds)
                item.pausedUntil = until
                steps.append(.pause(id, until: until))
            }
            let free = untried.filter { use[$0.person, default: [:]][item.channel, default: 0] < $0.capacity[item.channel] ?? 0 }
            if free.isEmpty,
                !all.contains(where: { use[$0.person, default: [:]][item.channel, default: 0] < $0.capacity[item.channel] ?? 0 })
            {
                full[item.queue, default: []].insert(item.channel)
            }
            if let best = choose(among: free, for: item, rules, use, assigned, at: now) {
                let offer = Offer(agent: best.person, until: now + .seconds(rules.offerSeconds))
                item.offer = offer
                item.attempts += 1
                use[best.person, default: [:]][item.channel, default: 0] += 1
                assigned[best.person] = now
                steps.append(.offer(id, offer))
            }
            line[id] = item
        }
        for (person, time) in assigned { agents[person]?.assignedAt = time }
        return steps
    }

    private func choose(
        among free: [Agent], for item: Case, _ rules: QueueRules, _ use: [PersonID: [Channel: Int]], _ assigned: [PersonID: Timestamp],
        at now: Timestamp
    ) -> Agent? {
        if let sticky = item.sticky, !item.tried.contains(sticky) {
            if let known = free.first(where: { $0.person == sticky }) { return known }
            // They are there, but have no room: worth a moment's patience.
            let isBusy = agents[sticky].map { $0.isThere(at: now) && $0.queues.contains(item.queue) } ?? false
            if isBusy, now < item.waitingSince + .seconds(rules.stickySeconds) { return nil }
        }
        return free.min { left, right in
            let (mine, theirs) = (
                use[left.person, default: [:]][item.channel, default: 0], use[right.person, default: [:]][item.channel, default: 0]
            )
            // Parts of what each can take, compared without fractions.
            let (one, other) = (mine * (right.capacity[item.channel] ?? 1), theirs * (left.capacity[item.channel] ?? 1))
            if one != other { return one < other }
            let (since, until) = (assigned[left.person] ?? left.assignedAt, assigned[right.person] ?? right.assignedAt)
            return since == until ? left.person < right.person : since < until
        }
    }

    /// Open conversations and offers of each agent, by channel.
    package func loads() -> [PersonID: [Channel: Int]] {
        var loads: [PersonID: [Channel: Int]] = [:]
        for conversation in open.values { loads[conversation.agent, default: [:]][conversation.channel, default: 0] += 1 }
        for item in line.values {
            if let offer = item.offer { loads[offer.agent, default: [:]][item.channel, default: 0] += 1 }
        }
        return loads
    }

    /// Who waits, first in turn first.
    private var inOrder: [(key: ConversationID, value: Case)] {
        line.sorted { left, right in
            left.value.rank == right.value.rank ? left.key < right.key : left.value.rank < right.value.rank
        }
    }
}

extension Router.Agent {
    /// Whether they have what the enquiry asks for in this ring. Whether they have room is another matter.
    package func fits(_ item: Router.Case, _ rules: QueueRules, _ ring: QueueRules.Ring?) -> Bool {
        let needed = rules.skills.merging(item.needs.skills ?? [:], uniquingKeysWith: max)
        for (skill, level) in needed where (abilities.skills?[skill] ?? 0) < level - (ring?.easing ?? 0) { return false }
        guard ring?.anyLanguage != true, let spoken = abilities.languages else { return true }
        if !rules.languages.isEmpty, Set(spoken).isDisjoint(with: rules.languages) { return false }
        return !rules.matchesLanguage || spoken.contains(item.language)
    }
}
