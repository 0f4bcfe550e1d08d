import Foundation
package import Storage
package import Vocabulary
package import Web

/// Something that was said elsewhere before, and is brought in with its own time.
package struct PastMessage: Sendable {
    package let id: CommandID
    package let at: Timestamp
    package let from: PersonID
    package let text: String
    package let isNote: Bool
    /// Files of this conversation that wait to be said.
    package let files: [ID<Attachment>]

    package init(id: CommandID, at: Timestamp, from: PersonID, text: String, isNote: Bool, files: [ID<Attachment>]) {
        (self.id, self.at, self.from, self.text, self.isNote, self.files) = (id, at, from, text, isNote, files)
    }
}

/// Somebody who was in such a conversation.
package struct PastPerson: Sendable {
    package let person: PersonID
    package let part: Participant.Part
    package let name: String

    package init(person: PersonID, part: Participant.Part, name: String) {
        (self.person, self.part, self.name) = (person, part, name)
    }
}

extension Conversations {
    /// A conversation that ended before it came here, sealed and ready to be written in the caller's own transaction.
    package struct Past: Sendable {
        package let conversation: Conversation
        let people: [(person: PastPerson, name: Sealed)]
        let events: [(event: PreparedEvent, from: PersonID?, words: [Int64], files: [ID<Attachment>])]
        let endedAt: Timestamp
        /// How many messages something was replaced in (C07).
        package let masked: Int
    }

    /// Enters a conversation as open, with its people, so that files can be handed over in it before anything is said.
    package func preparePeople(_ people: [PastPerson], of conversation: Conversation) async throws -> [(PastPerson, Sealed)] {
        var sealed: [(PastPerson, Sealed)] = []
        for person in people {
            sealed.append((person, try await ground.keys.seal(person.name, for: conversation.keeper, as: Participant.nameColumn)))
        }
        return sealed
    }

    package func beginPast(_ conversation: Conversation, with people: [(PastPerson, Sealed)], in transaction: Transaction) throws {
        try transaction.add(conversation)
        for (person, name) in people {
            try transaction.join(conversation.id, person.person, as: person.part, name: name, at: conversation.createdAt)
        }
    }

    /// Seals what was said, in the order given, as it would have been sealed then. What the guard finds is replaced: **nothing that is
    /// refused in a queue comes into it by another way** (C07).
    package func preparePast(
        _ messages: [PastMessage], between people: [(PastPerson, Sealed)], in conversation: Conversation, endedAt: Timestamp
    ) async throws -> Past {
        let stream = StreamID(Self.stream, about: conversation.id)
        let team = StreamID(Self.teamStream, about: conversation.id)
        let places = Dictionary(people.map { ($0.0.person, $0.0) }) { first, _ in first }
        var events: [(PreparedEvent, PersonID?, [Int64], [ID<Attachment>])] = []
        if let first = people.first?.0 {
            let coming = Coming(person: first.person, part: first.part, name: first.name)
            let event = try await ground.streams.prepare(ConversationEvent.joined, coming, in: stream, for: conversation.keeper)
            events.append((event.moved(to: conversation.createdAt), nil, [], []))
        }
        var masked = 0
        for message in messages {
            guard let place = places[message.from] else { continue }
            let guarded =
                conversation.guardPolicy == .off ? SensitiveData.Guarded(text: message.text, kinds: []) : SensitiveData.mask(message.text)
            if !guarded.kinds.isEmpty { masked += 1 }
            var files: [AttachmentSummary] = []
            for id in message.files {
                guard let file = try await ground.database.read({ try $0.attachment(id) }), file.state == .ready else { continue }
                files.append(try await summary(of: file, keeper: conversation.keeper))
            }
            let body = Message(
                id: message.id, from: place.person, part: place.part, name: place.name, text: guarded.text,
                attachments: files.isEmpty ? nil : files, masked: guarded.masked)
            let event = try await ground.streams.prepare(
                message.isNote ? ConversationEvent.noteAdded : ConversationEvent.messageSent, body, id: message.id.bytes,
                in: message.isNote ? team : stream, for: conversation.keeper)
            events.append((event.moved(to: message.at), place.person, message.isNote ? [] : indexed(guarded.text), message.files))
        }
        let ending = try await prepareEvent(ConversationEvent.closed, Ending(by: nil, part: nil), in: conversation)
        events.append((ending.moved(to: endedAt), nil, [], []))
        return Past(conversation: conversation, people: people, events: events, endedAt: endedAt, masked: masked)
    }

    /// Says everything and closes. Everybody has read it and has left: whoever of the team opens it now is written down (C54).
    package func finish(_ past: Past, in transaction: Transaction) throws {
        let id = past.conversation.id
        for (event, from, words, files) in past.events {
            let sequence = try ground.streams.append(event, in: transaction).sequence
            for file in files {
                guard let from, try transaction.send(file, in: id, by: from)() else { throw Problem.fileGone }
            }
            if !words.isEmpty { try transaction.index(words, of: sequence, in: id, at: event.at)() }
        }
        let last = try ground.streams.last(StreamID(Self.stream, about: id), in: transaction)
        for (person, _) in past.people {
            _ = try transaction.advance(person.person, in: id, delivered: last, read: last)
            _ = try transaction.leave(id, person.person, at: past.endedAt)
        }
        _ = try transaction.setState(of: id, to: .closed, at: past.endedAt)
    }
}

extension PreparedEvent {
    fileprivate func moved(to time: Timestamp) -> Self {
        var moved = self
        moved.at = time
        return moved
    }
}
