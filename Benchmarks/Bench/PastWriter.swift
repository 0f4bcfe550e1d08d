import Conversations
import Desk
import Foundation
import Server
import Storage
import Vocabulary
import Web

/// Conversations sealed and ready to be written together: rows by table, in the order of their keys.
struct PastBatch: Sendable {
    var conversations: [[SQLValue]] = []
    var participants: [[SQLValue]] = []
    var streams: [[SQLValue]] = []
    var events: [[SQLValue]] = []
    var visitors: [[SQLValue]] = []
    var subjects: [[SQLValue]] = []
    var enquiries: [[SQLValue]] = []
    var snoozes: [[SQLValue]] = []
    var reads: [[SQLValue]] = []
    var tags: [[SQLValue]] = []
    var wrapUps: [[SQLValue]] = []
    var ratings: [[SQLValue]] = []
    /// What can be searched.
    var indexed: [PastWords.Indexed] = []
    var counted: [PastFigures.One] = []
    var messages = 0

    mutating func add(_ other: Self) {
        conversations += other.conversations
        participants += other.participants
        streams += other.streams
        events += other.events
        visitors += other.visitors
        subjects += other.subjects
        enquiries += other.enquiries
        snoozes += other.snoozes
        reads += other.reads
        tags += other.tags
        wrapUps += other.wrapUps
        ratings += other.ratings
        indexed += other.indexed
        counted += other.counted
        messages += other.messages
    }
}

/// Seals conversations with their visitors' keys and writes them, many at a time.
struct PastWriter: Sendable {
    let house: House
    let place: PastPlace
    /// From this conversation on, what is said can be searched.
    let firstIndexed: Int

    private static let sealedAtOnce = 48

    func prepare(_ talks: [PastTalk]) async throws -> PastBatch {
        try await withThrowingTaskGroup(of: (Int, PastBatch).self) { group in
            var (next, done) = (0, [PastBatch?](repeating: nil, count: talks.count))
            func more() {
                guard next < talks.count else { return }
                group.addTask { [next] in (next, try await seal(talks[next])) }
                next += 1
            }
            for _ in 0..<Self.sealedAtOnce { more() }
            while let (number, one) = try await group.next() {
                done[number] = one
                more()
            }
            return done.reduce(into: PastBatch()) { batch, one in if let one { batch.add(one) } }
        }
    }

    func write(_ batch: PastBatch, _ figures: (desk: [[SQLValue]], agents: [[SQLValue]])) async throws {
        try await house.stores.data.write { transaction in
            try transaction.insert("conversation", batch.conversations)
            try transaction.insert("participant", batch.participants)
            try transaction.insert("stream", batch.streams)
            try transaction.insert("stream_event", batch.events)
            try transaction.insert("visitor", batch.visitors)
            try transaction.insert("visitor_subject", batch.subjects)
            try transaction.insert("enquiry", batch.enquiries)
            try transaction.insert("enquiry_snooze", batch.snoozes)
            try transaction.insert("staff_read", batch.reads)
            try transaction.insert("enquiry_tag", batch.tags)
            try transaction.insert("enquiry_wrap_up", batch.wrapUps)
            try transaction.insert("enquiry_rating", batch.ratings)
            try transaction.insert("message_index", batch.indexed.map(\.row))
            try transaction.insert("report_figures", figures.desk)
            try transaction.insert("report_agent_figures", figures.agents)
        }
    }

    /// Puts words into the search index, in its order.
    func index(_ words: [PastWords.Indexed]) async throws {
        guard !words.isEmpty else { return }
        let tokens = words.flatMap { word in word.tokens.map { MessageToken(token: $0, message: word.number) } }.sorted()
        var rest = tokens[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(100_000))
            try await house.stores.data.write { try $0.add(part) }
            rest = rest.dropFirst(part.count)
        }
    }

    // MARK: - One conversation

    private func seal(_ talk: PastTalk) async throws -> PastBatch {
        let (ring, desk) = (house.stores.ring, place.desks[talk.desk])
        try await ring.makeKey(for: talk.visitor)
        var batch = PastBatch()
        batch.messages = talk.lines.count
        batch.counted = talk.counted
        try await events(of: talk, into: &batch)
        let last = batch.events.count
        batch.streams = [[talk.id.sqlValue, Conversations.stream.sqlValue, last.sqlValue]]
        batch.conversations = [
            [
                talk.id.sqlValue, Conversation.Kind.support.sqlValue, talk.visitor.sqlValue,
                (talk.state == .closed ? Conversation.State.closed : .open).sqlValue, Conversation.Guard.mask.sqlValue, true.sqlValue,
                talk.began.sqlValue, (talk.ended ?? talk.last).sqlValue, talk.ended.sqlValue,
            ]
        ]
        func participant(_ person: PersonID, _ part: Participant.Part, _ name: String, from: Timestamp, to: Timestamp?) async throws {
            let sealed = try await ring.seal(name, for: talk.visitor, as: Participant.nameColumn)
            batch.participants.append([
                talk.id.sqlValue, person.sqlValue, part.sqlValue, sealed.sqlValue, from.sqlValue, to.sqlValue, last.sqlValue, last.sqlValue,
            ])
        }
        try await participant(talk.visitor, .visitor, talk.name, from: talk.began, to: nil)
        if let agent = talk.agent, let taken = talk.taken {
            try await participant(agent, .agent, "Dan", from: taken, to: talk.ended.map { $0 + .minutes(10) })
            batch.reads = [
                [
                    ID<StaffRead>(at: taken).sqlValue, talk.visitor.sqlValue, talk.id.sqlValue, agent.sqlValue,
                    Participant.Part.agent.sqlValue,
                    taken.sqlValue,
                ]
            ]
        }
        let card = Visitor.Card(name: talk.name, email: "visitor\(talk.number)@example.org", page: "/books", subject: talk.subject)
        let sealed = try await ring.seal(Array(try JSONEncoder().encode(card)), for: talk.visitor, as: SealedColumn("visitor", "card"))
        // Nobody has the token.
        let fingerprint = ring.blindIndex("\(talk.number)", as: SealedColumn("visitor", "fingerprint"))
        batch.visitors = [
            [
                talk.visitor.sqlValue, desk.site.id.sqlValue, talk.id.sqlValue, fingerprint.sqlValue, sealed.sqlValue, "en".sqlValue,
                1.sqlValue,
                talk.began.sqlValue,
            ]
        ]
        if let subject = talk.subject {
            let known = ring.blindIndex("\(desk.site.id)/\(subject)", as: SealedColumn("visitor_subject", "fingerprint"))
            batch.subjects = [[talk.visitor.sqlValue, known.sqlValue]]
        }
        batch.enquiries = [
            [
                talk.id.sqlValue, desk.site.id.sqlValue, talk.visitor.sqlValue, desk.queue.id.sqlValue, Enquiry.Channel.chat.sqlValue,
                talk.state.sqlValue, talk.agent.sqlValue, 0.sqlValue, "en".sqlValue, talk.began.sqlValue, talk.began.sqlValue,
                talk.taken.sqlValue, talk.answered.sqlValue, talk.ended.sqlValue, (talk.ended ?? talk.last).sqlValue,
                (talk.state != .closed && talk.lines.last?.isVisitors == true).sqlValue,
                // No answer is awaited to be read.
                .null, .null,
            ]
        ]
        if talk.state == .snoozed { batch.snoozes = [[talk.id.sqlValue, (SystemClock().now + .days(1)).sqlValue]] }
        if let tag = talk.tag { batch.tags = [[talk.id.sqlValue, tag.sqlValue]] }
        if let wrapUp = talk.wrapUp { batch.wrapUps = [[talk.id.sqlValue, wrapUp.sqlValue]] }
        if let stars = talk.stars {
            batch.ratings = [[talk.id.sqlValue, talk.visitor.sqlValue, stars.sqlValue, .null, (talk.ended ?? talk.last).sqlValue]]
        }
        return batch
    }

    /// Both come, everything is said, and it ends.
    private func events(of talk: PastTalk, into batch: inout PastBatch) async throws {
        let (stream, conversations) = (StreamID(Conversations.stream, about: talk.id), house.conversations)
        func append(_ kind: String, _ body: some Encodable & Sendable, id: [UInt8]? = nil, at time: Timestamp) async throws -> Int {
            let event = try await house.link.store.prepare(kind, body, id: id, in: stream, for: talk.visitor)
            let sequence = batch.events.count + 1
            batch.events.append([
                stream.owner.sqlValue, stream.name.sqlValue, sequence.sqlValue, event.id.sqlValue, talk.visitor.sqlValue, kind.sqlValue,
                event.body.sqlValue, time.sqlValue, event.repeats.sqlValue,
            ])
            return sequence
        }
        let coming = Coming(person: talk.visitor, part: .visitor, name: talk.name)
        _ = try await append(ConversationEvent.joined, coming, at: talk.began)
        for (number, line) in talk.lines.enumerated() {
            if number == 1, let agent = talk.agent {
                _ = try await append(ConversationEvent.joined, Coming(person: agent, part: .agent, name: "Dan"), at: talk.taken ?? line.at)
            }
            guard let id = CommandID(bytes: ID<Message>(at: line.at).bytes) else { preconditionFailure("an id has 16 bytes") }
            let message = Message(
                id: id, from: line.isVisitors ? talk.visitor : talk.agent ?? talk.visitor, part: line.isVisitors ? .visitor : .agent,
                name: line.isVisitors ? talk.name : "Dan", text: line.text)
            let sequence = try await append(ConversationEvent.messageSent, message, id: id.bytes, at: line.at)
            if talk.number >= firstIndexed {
                let place = talk.number * 64 + number
                batch.indexed.append(
                    .init(
                        number: line.at.milliseconds << 20 | Int64(place & 0xFFFFF), conversation: talk.id, sequence: sequence, at: line.at,
                        tokens: conversations.indexed(line.text)))
            }
        }
        if let ended = talk.ended {
            _ = try await append(ConversationEvent.closed, Ending(by: talk.visitor, part: .visitor), at: ended)
        }
    }
}

extension Transaction {
    /// Adds rows with a value for every column, some hundreds with one statement. Few sizes, and rows that lack the same together, so that
    /// few statements are remembered.
    func insert(_ table: StaticString, _ rows: [[SQLValue]]) throws {
        for alike in Dictionary(grouping: rows, by: { $0.map { $0 == .null } }).values {
            var rest = alike[...]
            for size in [400, 40, 4, 1] {
                while rest.count >= size {
                    try run("INSERT INTO \(name: table) VALUES \(rows: Array(rest.prefix(size)))")
                    rest = rest.dropFirst(size)
                }
            }
        }
    }
}
