package import Storage
package import Vocabulary
package import Web

/// A domain for tests: people leave each other notes, which arrive as durable events.
package enum Notes {
    package struct Note: Codable, Sendable, Equatable {
        package let from: String
        package let text: String

        package init(from: String, text: String) {
            self.from = from
            self.text = text
        }
    }

    private struct Wish: Decodable {
        let to: [String]
        let text: String
    }

    /// `note {to: [names], text}`: one event in each stream, all or none, once whatever happens. Answers with the sequences.
    package static func handlers(_ link: LiveLink, _ database: Database, _ keys: KeyRing) -> [LiveHandler] {
        [
            LiveHandler("note", .members) { command in
                let wish: Wish = try command.decode()
                guard case .member(let sender) = command.sender.principal else { throw Problem.forbidden }
                let note = Note(from: sender.session, text: wish.text)
                var events: [PreparedEvent] = []
                for name in wish.to.sorted() {
                    events.append(try await prepare(note, for: PersonID(named: name), link, keys))
                }
                let prepared = events
                let sequences = try await database.write { transaction in
                    try transaction.once(command, at: prepared.first?.at ?? Timestamp(milliseconds: 0)) {
                        Sequences(all: try prepared.map { try link.store.append($0, in: transaction).sequence })
                    }
                }
                for event in prepared { link.wake(event.stream) }
                return sequences
            }
        ]
    }

    private struct Sequences: PlainAnswer {
        let all: [Int]
    }

    private static func prepare(_ note: Note, for reader: PersonID, _ link: LiveLink, _ keys: KeyRing) async throws -> PreparedEvent {
        try await keys.makeKey(for: reader)
        return try await link.store.prepare("note", note, in: StreamID("notices", of: reader), for: reader)
    }

    /// Leaves one note for one person, as a domain's own code would.
    @discardableResult
    package static func leave(_ text: String, for name: String, _ node: LiveNode, _ plan: LiveNode.Plan) async throws -> Int {
        let event = try await prepare(Note(from: "server", text: text), for: PersonID(named: name), node.link, plan.keys)
        let sequence = try await plan.database.write { try node.link.store.append(event, in: $0).sequence }
        node.link.wake(event.stream)
        return sequence
    }
}
