import Vocabulary

/// What is known of another node.
struct PresenceNode: Sendable {
    /// The last change heard, in step with the node's own count; nil until it has said everything once.
    var number: Int?
    var people: Set<PersonID> = []
    var heardAt: Presence.Instant
    var askedAt: Presence.Instant?
    /// Parts of "everybody" that have come, of the change they belong to.
    var parts: (number: Int, entries: [Int: [PresenceMessage.Entry]])?
}

/// What this node has yet to tell the others.
struct PresenceReports: Sendable {
    var changed: Set<PersonID> = []
    /// Counts the changes told.
    var number = 0
    var beatAt: Presence.Instant?
    var isAsked = false
    var questions: [NodeLife] = []
}

// MARK: - Hearing

extension Presence {
    /// Takes a message of another node.
    package mutating func heard(_ message: PresenceMessage, from life: NodeLife, at now: Instant) {
        var node = nodes[life] ?? PresenceNode(heardAt: now)
        node.heardAt = now
        nodes[life] = node
        switch message {
        case .change(let number, let entries):
            guard let known = node.number, number <= known + 1 else { return ask(life, at: now) }
            guard number == known + 1 else { return }
            nodes[life]?.number = number
            for entry in entries { apply(entry, of: life, at: now) }
        case .beat(let number):
            if node.number != number { ask(life, at: now) }
        case .ask: reports.isAsked = true
        case .everybody(let number, let part, let count, let entries):
            collect(entries, part: part, of: count, asOf: number, from: life, at: now)
        case .bye: drop(life, at: now)
        }
    }

    private mutating func ask(_ life: NodeLife, at now: Instant) {
        if let askedAt = nodes[life]?.askedAt, now - askedAt < rules.askEvery { return }
        nodes[life]?.askedAt = now
        reports.questions.append(life)
    }

    private mutating func apply(_ entry: PresenceMessage.Entry, of life: NodeLife, at now: Instant) {
        guard let standing = entry.standing else { return leave(entry.person, life, at: now) }
        nodes[life]?.people.insert(entry.person)
        var person = people[entry.person] ?? Person(standing: standing)
        person.nodes.insert(life)
        if standing.chosenAt >= person.standing.chosenAt { person.standing = standing }
        people[entry.person] = person
        leaving[entry.person] = nil
        unsettled.insert(entry.person)
    }

    private mutating func leave(_ person: PersonID, _ life: NodeLife, at now: Instant) {
        nodes[life]?.people.remove(person)
        guard people[person]?.nodes.remove(life) != nil else { return }
        beginLeaving(person, at: now + rules.grace)
    }

    private mutating func collect(
        _ entries: [PresenceMessage.Entry], part: Int, of count: Int, asOf number: Int, from life: NodeLife, at now: Instant
    ) {
        var parts = nodes[life]?.parts ?? (number, [:])
        if parts.number != number { parts = (number, [:]) }
        parts.entries[part] = entries
        nodes[life]?.parts = parts
        guard parts.entries.count == count else { return }
        let all = parts.entries.values.joined()
        let gone = (nodes[life]?.people ?? []).subtracting(all.map(\.person))
        nodes[life]?.parts = nil
        nodes[life]?.number = number
        for person in gone { leave(person, life, at: now) }
        for entry in all { apply(entry, of: life, at: now) }
    }

    /// The node is gone, and with it the connections it had.
    mutating func drop(_ life: NodeLife, at now: Instant) {
        guard let node = nodes.removeValue(forKey: life) else { return }
        for person in node.people {
            people[person]?.nodes.remove(life)
            beginLeaving(person, at: now + rules.grace)
        }
    }
}

// MARK: - Telling

extension Presence {
    /// What to tell the other nodes now.
    package mutating func takeMessages(at now: Instant) -> [PresenceMessage] {
        var messages: [PresenceMessage] = reports.questions.map { .ask($0) }
        reports.questions = []
        while !reports.changed.isEmpty {
            let part = Array(reports.changed.prefix(PresenceMessage.mostEntries))
            reports.changed.subtract(part)
            reports.number += 1
            messages.append(.change(number: reports.number, part.map(entry)))
        }
        if reports.isAsked {
            reports.isAsked = false
            messages += everybody
        }
        if reports.beatAt.map({ now - $0 >= rules.beatEvery }) ?? true {
            reports.beatAt = now
            messages.append(.beat(number: reports.number))
        }
        return messages
    }

    private var everybody: [PresenceMessage] {
        let here = people.filter { $0.value.connections > 0 }.keys.map(entry)
        let count = max(1, (here.count + PresenceMessage.mostEntries - 1) / PresenceMessage.mostEntries)
        return (0..<count).map { part in
            let entries = here.dropFirst(part * PresenceMessage.mostEntries).prefix(PresenceMessage.mostEntries)
            return .everybody(number: reports.number, part: part, of: count, Array(entries))
        }
    }

    private func entry(_ person: PersonID) -> PresenceMessage.Entry {
        let entry = people[person].flatMap { $0.connections > 0 ? $0.standing : nil }
        return PresenceMessage.Entry(person: person, standing: entry)
    }
}
