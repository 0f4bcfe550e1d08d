package import Vocabulary

/// Who is here, on this node and all others, and what they show of themself.
///
/// Pure: connections, messages and time go in; changes and messages come out. **What is told is the difference to what was
/// told before**, so that somebody who leaves and comes back within the grace causes nothing at all, however often.
package struct Presence: Sendable {
    package typealias Instant = ContinuousClock.Instant
    package typealias Standing = PresenceMessage.Standing

    /// A person who is here or was a moment ago.
    struct Person: Sendable {
        /// Connections on this node.
        var connections = 0
        /// Other nodes with connections.
        var nodes: Set<NodeLife> = []
        var standing: Standing
        /// What watchers were told last.
        var told = Availability.offline

        var isHere: Bool { connections > 0 || !nodes.isEmpty }
    }

    let rules: PresenceRules
    var people: [PersonID: Person] = [:]
    /// People without any connection, and when their grace ends.
    var leaving: [PersonID: Instant] = [:]
    /// People whose watchers may have to be told something.
    var unsettled: Set<PersonID> = []
    var nodes: [NodeLife: PresenceNode] = [:]
    /// Since when other nodes could have been heard; nil while they cannot be.
    var hearsSince: Instant?
    var reports = PresenceReports()

    package init(rules: PresenceRules = .init()) {
        self.rules = rules
    }

    // MARK: - Connections of this node

    /// A connection was opened by somebody who chose this when they were last here.
    package mutating func connected(_ person: PersonID, choice: PresenceChoice, at now: Instant) {
        var entry = people[person] ?? Person(standing: Standing(choice, chosenAt: 0))
        if !isPresent(person) { entry.standing = Standing(choice, chosenAt: 0) }
        entry.connections += 1
        people[person] = entry
        leaving[person] = nil
        unsettled.insert(person)
        if entry.connections == 1 { reports.changed.insert(person) }
    }

    /// A connection was closed. A dead one has been silent for so long that no grace is due.
    package mutating func disconnected(_ person: PersonID, isDead: Bool, at now: Instant) {
        guard let count = people[person]?.connections, count > 0 else { return }
        people[person]?.connections = count - 1
        guard count == 1 else { return }
        reports.changed.insert(person)
        beginLeaving(person, at: isDead ? now : now + rules.grace)
    }

    /// The person chose what to show.
    /// - Parameter chosenAt: milliseconds since 1970.
    package mutating func chose(_ choice: PresenceChoice, _ person: PersonID, chosenAt: Int64) {
        guard people[person] != nil else { return }
        people[person]?.standing = Standing(choice, chosenAt: chosenAt)
        unsettled.insert(person)
        reports.changed.insert(person)
    }

    /// Somebody's last connection is gone.
    mutating func beginLeaving(_ person: PersonID, at end: Instant) {
        guard people[person]?.isHere == false else { return }
        leaving[person] = end
        unsettled.insert(person)
    }

    // MARK: - Asking

    /// Whether the person has a connection, or lost the last one only a moment ago.
    private func isPresent(_ person: PersonID) -> Bool {
        people[person]?.isHere == true || leaving[person] != nil
    }

    /// What others see of the person.
    package func availability(of person: PersonID) -> Availability {
        isPresent(person) ? people[person]?.standing.choice.shown ?? .offline : .offline
    }

    /// What the person chose; nil when they are not here.
    package func choice(of person: PersonID) -> PresenceChoice? {
        people[person]?.standing.choice
    }

    // MARK: - Time

    /// Lets graces end and silent nodes die.
    /// - Parameter hears: whether other nodes can be heard at all.
    /// - Returns: whether a node died.
    @discardableResult
    package mutating func tick(at now: Instant, hears: Bool = true) -> Bool {
        hearsSince = hears ? hearsSince ?? now : nil
        let silent = nodes.filter { now - $0.value.heardAt >= rules.nodePatience }.keys
        for life in silent { drop(life, at: now) }
        for (person, end) in leaving where now >= end {
            leaving[person] = nil
            unsettled.insert(person)
        }
        return !silent.isEmpty
    }

    /// Whether this other node may be alive: it was heard lately, or could not have been.
    package func mayLive(_ life: NodeLife, at now: Instant) -> Bool {
        guard let hearsSince, now - hearsSince >= rules.nodePatience else { return true }
        return nodes[life] != nil
    }

    /// Up to `limit` people of whom watchers see something else than they were told last.
    package mutating func takeChanges(limit: Int) -> [(person: PersonID, availability: Availability)] {
        var changes: [(person: PersonID, availability: Availability)] = []
        while changes.count < limit, let person = unsettled.popFirst() {
            guard let told = people[person]?.told else { continue }
            let availability = availability(of: person)
            people[person]?.told = availability
            if !isPresent(person) { people[person] = nil }
            if availability != told { changes.append((person, availability)) }
        }
        return changes
    }
}
