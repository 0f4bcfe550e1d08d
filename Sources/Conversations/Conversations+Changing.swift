import Foundation
import Storage
package import Vocabulary
package import Web

extension Conversations {
    /// Changes what a person said, or takes it back when `text` is nil. The old words are gone from the server at once,
    /// also those of earlier changes.
    @discardableResult
    package func change(
        _ sequence: Int, to text: String?, id: CommandID, in conversation: ConversationID, by person: PersonID
    ) async throws -> Said {
        let now = ground.clock.now
        let (place, found) = try await place(of: person, in: conversation)
        guard found.state == .open else { throw Problem.conversationClosed }
        let stream = StreamID(Self.stream, about: conversation)
        guard let event = try await ground.streams.latest(stream, before: sequence + 1, limit: 1).first, event.sequence == sequence,
            event.kind == ConversationEvent.messageSent
        else { throw Problem.notFound }
        var message = try JSONDecoder().decode(Message.self, from: try await ground.streams.open(event, in: stream, for: found.keeper))
        guard message.from == place.person, message.isWithdrawn != true else { throw Problem.forbidden }
        let kind: String
        var files: [ID<Attachment>] = []
        if let text {
            guard let tidied = Message.tidy(text) else { throw Problem.messageRejected }
            let guarded = try SensitiveData.apply(found.guardPolicy, to: tidied)
            (message.text, message.editedAt, kind) = (guarded.text, now, ConversationEvent.messageEdited)
            message.masked = guarded.masked
        } else {
            (message.text, message.isWithdrawn, message.masked, kind) = ("", true, nil, ConversationEvent.messageWithdrawn)
            files = (message.attachments ?? []).compactMap { ID<Attachment>($0.id) }
            message.attachments = nil
        }
        let changed = try await ground.streams.prepare(event.kind, message, in: stream, for: found.keeper)
        var told = try await ground.streams.prepare(
            kind, MessageChange(message: sequence, text: text == nil ? nil : message.text, masked: message.masked, at: now), id: id.bytes,
            in: stream, for: found.keeper)
        if text != nil { told.repeats = sequence }
        let words = indexed(message.text)
        let team = StreamID(Self.teamStream, about: conversation)
        let said = try await undisturbed(by: [stream, team]) {
            (edits: try await emptied(editsOf: sequence, in: found), translations: try await emptied(translationsOf: sequence, in: found))
        } write: { [masked = message.masked, files, told] old, transaction in
            guard try transaction.touch(conversation, at: now)() != nil else { throw Problem.conversationClosed }
            let appended = try ground.streams.append(told, in: transaction)
            // The same change sent again is where it was, and takes nothing of what came after it.
            guard appended.isNew else { return Said(sequence: appended.sequence, masked: masked) }
            // What was said may be taken back at any time.
            if text != nil { try Conversation.checkRoom(for: place, at: appended.sequence) }
            for (edit, emptied) in old.edits { try ground.streams.replace(edit, in: stream, with: emptied, in: transaction) }
            for (note, emptied) in old.translations { try ground.streams.replace(note, in: team, with: emptied, in: transaction) }
            try transaction.eraseIndex(of: conversation, sequence: sequence)
            try transaction.index(words, of: sequence, in: conversation, at: event.at)()
            if !files.isEmpty { try transaction.erase(files, in: conversation) }
            try ground.streams.replace(sequence, in: stream, with: changed, in: transaction)
            return Said(sequence: appended.sequence, masked: masked)
        }
        ground.live.wake(stream)
        indexer.said()
        return said
    }

    /// The earlier changes of a message without their words: the latest alone says how it stands.
    private func emptied(editsOf message: Int, in conversation: Conversation) async throws -> [(sequence: Int, event: PreparedEvent)] {
        let stream = StreamID(Self.stream, about: conversation.id)
        let edits = try await ground.streams.events(repeating: message, kind: ConversationEvent.messageEdited, in: stream)
        var emptied: [(sequence: Int, event: PreparedEvent)] = []
        for (event, body) in zip(edits, try await ground.streams.bodies(of: edits)) {
            guard let body, let edit = try? JSONDecoder().decode(MessageChange.self, from: Data(body.utf8)), edit.message == message,
                edit.text != nil
            else { continue }
            let change = MessageChange(message: message, text: nil, masked: nil, at: edit.at)
            emptied.append((event.sequence, try await ground.streams.prepare(event.kind, change, in: stream, for: conversation.keeper)))
        }
        return emptied
    }
}
