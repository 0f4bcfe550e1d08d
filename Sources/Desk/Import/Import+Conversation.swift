import Conversations
import Foundation
import Storage
import Vocabulary
import Web

extension Import {
    /// Most messages of one conversation: all of them are in memory once.
    private static let mostMessages = 20_000
    /// A clock that is a little wrong is no lie.
    private static let tolerance = Duration.hours(24)
    /// What the team finds those by that went on when they were exported.
    package static let openTag = "imported while open"

    /// Takes a conversation with all of its messages: whole in one transaction, or not at all.
    mutating func takeConversation(_ entry: ExportIndex.Entry) async throws {
        guard case .conversation(let found)? = try read(entry) else { return await skipped(skip(entry, .notJSON)) }
        let record = fingerprint("conversation", found.id)
        guard try await !desk.isImported(record) else { return await skipped(skip(entry, .there)) }
        let now = desk.ground.clock.now
        // Nothing of what is over long enough is read, let alone kept.
        let known = [found.closedAt, found.lastAt].compactMap(\.self).max() ?? found.arrivedAt
        let messages = try await messages(of: found)
        guard messages.count <= Self.mostMessages else { return await skipped(skip(entry, .tooManyMessages)) }
        guard !messages.isEmpty else { return await skipped(skip(entry, .empty)) }
        let times = messages.map(\.message.at)
        let arrivedAt = min(found.arrivedAt, times.min() ?? found.arrivedAt)
        let endedAt = found.closedAt.map { max($0, times.max() ?? $0) } ?? max(known, times.max() ?? known)
        guard endedAt <= now + Self.tolerance else { return await skipped(skip(entry, .future)) }
        guard endedAt > now - .days(max(1, plan.site.settings.keepDays)) else { return await skipped(skip(entry, .old)) }
        let files = await localFiles(of: messages, entry)
        report.conversations += 1
        report.messages += messages.count { !$0.message.isNote }
        report.notes += messages.count { $0.message.isNote }
        guard !plan.isDry else {
            report.files += files.values.reduce(0) { $0 + $1.count }
            return
        }
        try await write(
            Taken(found: found, messages: messages.map(\.message), files: files, arrivedAt: arrivedAt, endedAt: endedAt), entry, record)
    }

    private struct Taken {
        let found: ExportConversation
        let messages: [ExportMessage]
        /// By message: the paths of its files that lie beside the export.
        let files: [String: [String: String]]
        let arrivedAt: Timestamp
        let endedAt: Timestamp
    }

    /// Everything said in it, in the order in which it was said, nothing twice.
    private mutating func messages(of found: ExportConversation) async throws -> [(message: ExportMessage, entry: ExportIndex.Entry?)] {
        var all: [(message: ExportMessage, entry: ExportIndex.Entry?)] = []
        var known: Set<String> = []
        for entry in try await index.messages(of: found.id, limit: Self.mostMessages + 1) {
            guard case .message(let message, _)? = try read(entry), known.insert(message.id).inserted else { continue }
            all.append((message, entry))
        }
        for message in found.messages where known.insert(message.id).inserted { all.append((message, nil)) }
        return all.sorted { left, right in
            // Of the same second, ids that are numbers tell what came first.
            if left.message.at != right.message.at { return left.message.at < right.message.at }
            if let one = Int64(left.message.id), let other = Int64(right.message.id) { return one < other }
            return left.message.id < right.message.id
        }
    }

    private mutating func localFiles(
        of messages: [(message: ExportMessage, entry: ExportIndex.Entry?)], _ entry: ExportIndex.Entry
    ) async -> [String: [String: String]] {
        var found: [String: [String: String]] = [:]
        for (message, own) in messages {
            for file in message.files {
                if let path = folder.path(of: file) {
                    found[message.id, default: [:]][file.id] = path
                } else {
                    await skipped(skip(own ?? entry, .noFile, id: file.id))
                }
            }
        }
        return found
    }

    // MARK: - Writing

    private mutating func write(_ taken: Taken, _ entry: ExportIndex.Entry, _ record: [UInt8]) async throws {
        let (found, desk, ground) = (taken.found, self.desk, self.desk.ground)
        let visitor: PersonID = madeID("visitor", found.id, at: taken.arrivedAt)
        let policy = plan.queue.guardPolicy == .off ? Conversation.Guard.off : .mask
        let conversation = Conversation(
            id: madeID("id", found.id, at: taken.arrivedAt), kind: .support, keeper: visitor, guardPolicy: policy,
            createdAt: taken.arrivedAt)
        try await desk.clearHalfImported(record)
        try await ground.keys.makeKey(for: visitor)
        let card = try await card(of: found).guarded(policy)
        var people = [PastPerson(person: visitor, part: .visitor, name: card.name ?? "")]
        var authors: [String: PersonID] = [:]
        for message in taken.messages {
            let past: PastPerson
            switch message.author {
            case .visitor: past = people[0]
            case .agent(let id, let name):
                let agent = try await agent(id, named: name)
                past = PastPerson(person: agent.person, part: .agent, name: agent.name)
            case .program(let name):
                past = PastPerson(
                    person: madeID("program", name, at: Timestamp(milliseconds: 0)), part: .bot, name: name.isEmpty ? "Bot" : name)
            }
            authors[message.id] = past.person
            if !people.contains(where: { $0.person == past.person }) { people.append(past) }
        }
        let sealed = try await desk.conversations.preparePeople(people, of: conversation)
        let isStaged = !taken.files.isEmpty
        if isStaged {
            try await ground.database.write { transaction in
                try transaction.beginImport(record, of: conversation.id, at: ground.clock.now)
                try desk.conversations.beginPast(conversation, with: sealed, in: transaction)
            }
        }
        var messages: [PastMessage] = []
        for message in taken.messages {
            guard let author = authors[message.id] else { continue }
            let (ids, missing) = try await hand(over: message, taken.files[message.id] ?? [:], in: conversation.id, by: author, entry)
            messages += past(message, ids, missing, by: author, in: found.id)
        }
        let past = try await desk.conversations.preparePast(messages, between: sealed, in: conversation, endedAt: taken.endedAt)
        report.masked += past.masked
        let enquiry = try await enquiry(taken, conversation.id, visitor)
        let sealedCard = try await ground.keys.seal(Array(try JSONEncoder().encode(card)), for: visitor, as: Visitor.cardColumn)
        let row = Visitor(
            person: visitor, site: plan.site.id, conversation: conversation.id, card: sealedCard, language: enquiry.language, notice: 0,
            beganAt: taken.arrivedAt)
        let tags = tags(of: found)
        try await ground.database.write { transaction in
            // Of two who bring in the same at once, one does.
            guard try transaction.finishImport(record, at: ground.clock.now, isBegun: isStaged) else {
                throw StorageError.unexpectedValue(column: "fingerprint")
            }
            if !isStaged { try desk.conversations.beginPast(conversation, with: sealed, in: transaction) }
            // Nobody has this token: who wrote elsewhere does not come back by this way.
            try transaction.add(row, fingerprint: Visitor.fingerprint(of: Visitor.newToken()))
            try desk.conversations.finish(past, in: transaction)
            try transaction.keep(enquiry)
            for tag in tags { try transaction.tag(conversation.id, tag, isOn: true) }
            try transaction.countPast(enquiry, tags: tags)
        }
        desk.conversations.indexer.said(messages.count)
    }

    /// The words as messages here: longer ones in parts, files that are not taken by their names.
    private func past(
        _ message: ExportMessage, _ files: [ID<Attachment>], _ missing: [String], by author: PersonID, in conversation: String
    ) -> [PastMessage] {
        let visible = message.text.replacing("\r\n", with: "\n").unicodeScalars.filter { scalar in
            scalar == "\n" || scalar == "\t" || scalar.value >= 0x20 && scalar.value != 0x7F
        }
        var text = String(String.UnicodeScalarView(visible)).trimmingCharacters(in: .whitespacesAndNewlines)
        for name in missing { text += (text.isEmpty ? "" : "\n") + "[\(name)]" }
        var parts: [String] = []
        var rest = text.unicodeScalars[...]
        repeat {
            parts.append(String(String.UnicodeScalarView(rest.prefix(Message.longest))))
            rest = rest.dropFirst(Message.longest)
        } while !rest.isEmpty
        return parts.enumerated().compactMap { number, part in
            guard let id = commandID(number == 0 ? message.id : "\(message.id)/\(number)", in: conversation) else { return nil }
            return PastMessage(
                id: id, at: message.at, from: author, text: part, isNote: message.isNote, files: number == 0 ? files : [])
        }
    }

    private mutating func card(of found: ExportConversation) async throws -> Visitor.Card {
        var person = found.visitor
        if person.email == nil || person.name.isEmpty, !person.id.isEmpty, let entry = try await index.entry(.contact, person.id),
            case .contact(let contact)? = try read(entry)
        {
            person = ExportPerson(
                id: person.id, name: person.name.isEmpty ? contact.name : person.name, email: person.email ?? contact.email)
        }
        return Visitor.Card(
            name: person.name.isEmpty ? nil : String(person.name.prefix(120)), email: person.email.flatMap(EmailAddress.init)?.text)
    }

    private func tags(of found: ExportConversation) -> [String] {
        var tags = Set(
            found.tags.map { $0.trimmingCharacters(in: .whitespacesAndNewlines).lowercased() }.filter { tag in
                !tag.isEmpty && tag.count <= Desk.longestWord && !tag.contains(where: \.isNewline)
            })
        if found.closedAt == nil { tags.insert(Self.openTag) }
        return tags.sorted()
    }

    private mutating func enquiry(_ taken: Taken, _ id: ConversationID, _ visitor: PersonID) async throws -> Enquiry {
        let found = taken.found
        let answers = taken.messages.filter { message in
            if case .agent = message.author { return !message.isNote }
            return false
        }
        var agent: PersonID?
        if let name = found.agent {
            _ = try await self.agent(name, named: "")
            agent = agents[name]?.person
        }
        let language = found.language.flatMap { Language(rawValue: String($0.prefix(2).lowercased())) } ?? .english
        return Enquiry(
            conversation: id, site: plan.site.id, visitor: visitor, queue: plan.queue.id, channel: .chat, state: .closed, agent: agent,
            priority: 0, language: language.rawValue, arrivedAt: taken.arrivedAt, waitingSince: taken.arrivedAt,
            assignedAt: answers.first?.at, answeredAt: answers.first?.at, closedAt: taken.endedAt, lastAt: taken.endedAt, awaitsTeam: false)
    }
}
