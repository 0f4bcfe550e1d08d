import Foundation
package import Storage
package import Vocabulary
package import Web

extension Problem {
    /// The conversation was closed: nothing more can be said in it.
    package static let conversationClosed = Problem(.conflict, "problem.conversationClosed")
    package static let messageRejected = Problem(
        .unprocessableContent, "problem.messageRejected", values: ["limit": String(Message.longest)])
    /// A file of the message is not there, not whole, or was sent before.
    package static let fileGone = Problem(.conflict, "problem.fileGone")
    /// So much was said that only the team may add to it.
    package static let conversationFull = Problem(.conflict, "problem.conversationFull")
    /// Something in it looks like a card number or the like, and is not taken here (C07).
    package static let messageSensitive = Problem(.unprocessableContent, "problem.messageSensitive")
}

/// What came of a message: where it is in the conversation, and what of it was replaced.
package struct Said: PlainAnswer {
    package let sequence: Int
    package var masked: [String]?
}

extension Conversations {
    /// Says something. **The same id is said once**, whoever asks how often; the answer is given after the commit.
    ///
    /// - Parameter id: the browser's id of the message.
    @discardableResult
    package func say(
        _ text: String, attachments: [ID<Attachment>] = [], id: CommandID, in conversation: ConversationID, by person: PersonID
    ) async throws -> Said {
        guard let tidied = attachments.isEmpty || !text.isEmpty ? Message.tidy(text) : "" else { throw Problem.messageRejected }
        guard attachments.count <= Attachment.mostInMessage else { throw Problem.tooManyFiles }
        let words = Words(text: tidied, attachments: attachments, id: id)
        if let known = places.place(of: person, in: conversation) {
            do {
                return try await say(words, at: known)
            } catch is Problem, is Place.Changed {
                // Refused or out of date by what was remembered: what is so now decides.
                places.forget(person, in: conversation)
            }
        }
        while true {
            let (participant, found) = try await place(of: person, in: conversation)
            do {
                let place = Place(participant: participant, conversation: found)
                let said = try await say(words, at: place)
                places.remember(place)
                return said
            } catch is Place.Changed {}
        }
    }

    /// What somebody wants to say.
    private struct Words: Sendable {
        let text: String
        let attachments: [ID<Attachment>]
        let id: CommandID
    }

    private func say(_ words: Words, at place: Place) async throws -> Said {
        let (person, conversation, attachments) = (place.participant.person, place.conversation.id, words.attachments)
        let now = ground.clock.now
        guard place.participant.part.speaks else { throw Problem.forbidden }
        guard place.conversation.state == .open else { throw Problem.conversationClosed }
        let files = try await summaries(of: attachments, in: place.conversation, by: person)
        let guarded = try SensitiveData.apply(place.conversation.guardPolicy, to: words.text)
        let event = try await prepare(guarded, files, id: words.id, by: place.participant, in: place.conversation)
        let entries = indexed(guarded.text)
        // The conversation's row, which `touch` takes, guards all that is read here.
        let (appended, afterwards) = try await ground.database.write(isolation: .readCommitted) {
            transaction -> (Appended, [AfterCommit]) in
            let touched = try transaction.touch(conversation, at: now)
            let appended = try ground.streams.append(event, in: transaction)
            guard let found = try touched() else { throw Problem.conversationClosed }
            guard appended.isNew else {
                // A message that was sent again is where it was, and nobody hears of it twice.
                guard try transaction.participant(person, in: conversation) != nil else { throw Problem.notFound }
                return (appended, [])
            }
            try Conversation.checkRoom(for: place.participant, at: appended.sequence)
            // Who says something has seen what is before it; who left meanwhile has no receipt that could move.
            let advanced = try transaction.advance(person, in: conversation, delivered: appended.sequence, read: appended.sequence)
            let sent = try attachments.map { try transaction.send($0, in: conversation, by: person) }
            let indexed = try transaction.index(entries, of: appended.sequence, in: conversation, at: now)
            let heard = try listeners.all.map { listener in
                try listener.said(in: found, by: place.participant, sequence: appended.sequence, at: now, in: transaction)
            }
            guard let participant = try advanced() else { throw Problem.notFound }
            guard place.holds(participant, found) else { throw Place.Changed() }
            guard try sent.allSatisfy({ try $0() }) else { throw Problem.fileGone }
            try indexed()
            return (appended, try heard.map { try $0() })
        }
        ground.live.wake(with: appended)
        indexer.said()
        for finish in afterwards { await finish() }
        return Said(sequence: appended.sequence, masked: guarded.masked)
    }

    /// Seals the message for its conversation.
    private func prepare(
        _ guarded: SensitiveData.Guarded, _ files: [AttachmentSummary], id: CommandID, by place: Participant, in conversation: Conversation
    ) async throws -> PreparedEvent {
        do {
            let name = try await ground.keys.openText(place.name, of: conversation.keeper, as: Participant.nameColumn)
            let message = Message(
                id: id, from: place.person, part: place.part, name: name, text: guarded.text, attachments: files.isEmpty ? nil : files,
                masked: guarded.masked)
            return try await ground.streams.prepare(
                ConversationEvent.messageSent, message, id: id.bytes, in: StreamID(Self.stream, about: conversation.id),
                for: conversation.keeper)
        } catch SealError.keyDestroyed {
            // What keeps no transcript has ended meanwhile, or its visitor was forgotten.
            throw Problem.conversationClosed
        }
    }

    /// A message as it stands now, without asking who wants it: for whoever knows that the reader is in the conversation.
    package func message(_ sequence: Int, in conversation: ConversationID) async throws -> Message? {
        let stream = StreamID(Self.stream, about: conversation)
        let events = try await ground.streams.latest(stream, before: sequence + 1, limit: 1)
        guard let event = events.first, event.sequence == sequence, event.kind == ConversationEvent.messageSent,
            let body = try await ground.streams.bodies(of: events).first ?? nil
        else { return nil }
        return try JSONDecoder().decode(Message.self, from: Data(body.utf8))
    }

    /// What is shown of the speaker's own files.
    private func summaries(of files: [ID<Attachment>], in conversation: Conversation, by person: PersonID) async throws
        -> [AttachmentSummary]
    {
        var summaries: [AttachmentSummary] = []
        for id in files {
            let file = try await ground.database.read { try $0.attachment(id) }
            // One that is sent already belongs to the same message sent again, or is refused by the transaction.
            guard let file, file.owner == person, file.conversation == conversation.id, file.state != .receiving else {
                throw Problem.fileGone
            }
            summaries.append(try await summary(of: file, keeper: conversation.keeper))
        }
        return summaries
    }

    /// The person's place and the conversation. Throws `notFound` for everybody who has none: that it exists is not told.
    package func place(of person: PersonID, in id: ConversationID) async throws -> (Participant, Conversation) {
        let found = try await ground.database.read { transaction in
            (try transaction.participant(person, in: id), try transaction.conversation(id))
        }
        guard let place = found.0, let conversation = found.1 else { throw Problem.notFound }
        return (place, conversation)
    }

    /// Moves the person's receipts forward and tells the others.
    package func seen(_ conversation: ConversationID, by person: PersonID, delivered: Int, read: Int) async throws {
        guard delivered >= 0, read >= 0 else { throw Problem.malformed }
        let stream = StreamID(Self.stream, about: conversation)
        // What is read only grows, and the row only moves forward.
        let moved = try await ground.database.write(isolation: .readCommitted) { transaction -> (Int, Int)? in
            let last = try ground.streams.last(stream, in: transaction)
            return try transaction.advance(
                person, in: conversation, delivered: min(max(delivered, read), last), read: min(read, last))()
                .map { ($0.delivered, $0.read) }
        }
        guard let moved else { return }
        let others = try await present(in: conversation).filter { $0 != person }
        ground.live.send(
            Receipt(conversation: conversation, person: person, delivered: moved.0, read: moved.1), to: others + [person])
    }

    /// Tells the others that somebody is typing, or ceased to. Nothing is kept.
    ///
    /// Staff who write a note are seen by staff alone, and so is an agent when another writes.
    package func typing(_ conversation: ConversationID, by person: PersonID, isTyping: Bool) async throws {
        let all = try await ground.database.read { try $0.participants(of: conversation) }.filter { $0.leftAt == nil }
        guard let me = all.first(where: { $0.person == person }) else { throw Problem.notFound }
        let others = all.filter { $0.person != person && (me.part.speaks || $0.part.isStaff) }.map(\.person)
        ground.live.send(Typing(conversation: conversation, person: person, part: me.part, isTyping: isTyping), to: others)
    }

    /// The people in the conversation now.
    package func present(in conversation: ConversationID) async throws -> [PersonID] {
        try await ground.database.read { try $0.participants(of: conversation) }.filter { $0.leftAt == nil }.map(\.person)
    }
}

/// Tells how far somebody has read. Only ever moves forward.
struct Receipt: Encodable, Sendable {
    let type = "conversation.seen"
    let conversation: ConversationID
    let person: PersonID
    let delivered: Int
    let read: Int
}

struct Typing: Encodable, Sendable {
    let type = "conversation.typing"
    let conversation: ConversationID
    let person: PersonID
    let part: Participant.Part
    let isTyping: Bool
}
