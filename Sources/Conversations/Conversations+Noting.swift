import Foundation
import Storage
package import Vocabulary
package import Web

extension Conversations {
    /// Adds to what only the staff sees. Observers may.
    ///
    /// - Parameter mark: what the note is to one message. That a translation is wanted may be said without a word.
    @discardableResult
    package func note(
        _ text: String, mark: NoteMark? = nil, id: CommandID, in conversation: ConversationID, by person: PersonID
    ) async throws -> Said {
        let isWordless = mark?.kind == .translationWanted && text.isEmpty
        guard let tidied = isWordless ? "" : Message.tidy(text) else { throw Problem.messageRejected }
        let (place, found) = try await place(of: person, in: conversation)
        guard place.part.isStaff else { throw Problem.notFound }
        let guarded = try SensitiveData.apply(found.guardPolicy, to: tidied)
        let name = try await ground.keys.openText(place.name, of: found.keeper, as: Participant.nameColumn)
        var note = Message(id: id, from: person, part: place.part, name: name, text: guarded.text)
        note.mark = mark
        let stream = StreamID(Self.teamStream, about: conversation)
        var event = try await ground.streams.prepare(ConversationEvent.noteAdded, note, id: id.bytes, in: stream, for: found.keeper)
        if let mark { event.repeats = mark.about }
        let add: @Sendable (Transaction) throws -> Said = { [event] transaction in
            guard try transaction.participant(person, in: conversation)?.part.isStaff == true else { throw Problem.notFound }
            return Said(sequence: try ground.streams.append(event, in: transaction).sequence)
        }
        let said: Said
        if let mark {
            said = try await undisturbed(by: [StreamID(Self.stream, about: conversation)]) {
                try await check(mark, in: conversation)
            } write: { _, transaction in
                try add(transaction)
            }
        } else {
            said = try await ground.database.write(add)
        }
        ground.live.wake(stream)
        return said
    }

    private struct Overtaken: Error {}

    /// Looks something up, then writes; again, as long as something was added to one of the streams in between. So a message, its
    /// earlier changes and its translations change together, whoever is faster.
    func undisturbed<Found: Sendable, Value: Sendable>(
        by streams: [StreamID], look: () async throws -> Found, write: @escaping @Sendable (Found, Transaction) throws -> Value
    ) async throws -> Value {
        while true {
            let before = try await ground.database.read { transaction in try streams.map { try ground.streams.last($0, in: transaction) } }
            let found = try await look()
            do {
                return try await ground.database.write { transaction in
                    guard try streams.map({ try ground.streams.last($0, in: transaction) }) == before else { throw Overtaken() }
                    return try write(found, transaction)
                }
            } catch is Overtaken {}
        }
    }

    /// A mark is about something that was said here and stands.
    private func check(_ mark: NoteMark, in conversation: ConversationID) async throws {
        guard mark.about > 0, let message = try await message(mark.about, in: conversation), message.isWithdrawn != true else {
            throw Problem.notFound
        }
    }

    /// The translations of a message without their words: when its own are changed or taken back, **what is gone there must not stay
    /// here**. They are put in place in the transaction of the change.
    func emptied(translationsOf message: Int, in conversation: Conversation) async throws -> [(sequence: Int, event: PreparedEvent)] {
        let stream = StreamID(Self.teamStream, about: conversation.id)
        let events = try await ground.streams.events(repeating: message, kind: ConversationEvent.noteAdded, in: stream)
        var emptied: [(sequence: Int, event: PreparedEvent)] = []
        for (event, body) in zip(events, try await ground.streams.bodies(of: events)) {
            guard let body, var note = try? JSONDecoder().decode(Message.self, from: Data(body.utf8)), note.mark?.about == message,
                note.isWithdrawn != true
            else { continue }
            (note.text, note.isWithdrawn) = ("", true)
            emptied.append((event.sequence, try await ground.streams.prepare(event.kind, note, in: stream, for: conversation.keeper)))
        }
        return emptied
    }
}
