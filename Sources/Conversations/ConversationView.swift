import Foundation
import Storage
package import Vocabulary
package import Web

/// A conversation as one of its people sees it: who is in it, how far each has read, and its latest events.
package struct ConversationView: WrittenJSON {
    package struct Person: Encodable, Sendable {
        package let person: PersonID
        package let part: Participant.Part
        package let name: String
        package let isPresent: Bool
        package let delivered: Int
        package let read: Int
    }

    private struct Head: Encodable {
        let id: ConversationID
        let kind: String
        let state: String
        let me: PersonID
        let people: [Person]
        let last: Int
    }

    package let id: ConversationID
    package let kind: Conversation.Kind
    package let state: Conversation.State
    package let me: PersonID
    package let people: [Person]
    package let page: ConversationPage
    /// The sequence of the latest event.
    package let last: Int

    package func encode(to encoder: any Encoder) throws {
        try Head(id: id, kind: kind.rawValue, state: state.rawValue, me: me, people: people, last: last).encode(to: encoder)
    }

    package func json() throws -> [UInt8] {
        let head = try JSONEncoder().encode(self)
        return head.dropLast() + Array(",".utf8) + page.json().dropFirst()
    }
}

/// Some events of a conversation in order, and whether there are older ones.
package struct ConversationPage: WrittenJSON {
    package let events: [StreamEvent]
    /// The JSON of each event's body; nil where it can no longer be read.
    package let bodies: [String?]
    package let hasOlder: Bool

    package func encode(to encoder: any Encoder) throws {
        preconditionFailure("a page of events writes its own JSON")
    }

    package func json() -> [UInt8] {
        var text = #"{"hasOlder":\#(hasOlder),"events":["#
        for (index, (event, body)) in zip(events, bodies).enumerated() {
            if index > 0 { text += "," }
            // Kinds are words from the source code, without anything to escape.
            text += #"{"sequence":\#(event.sequence),"kind":"\#(event.kind)","at":\#(event.at.milliseconds),"body":\#(body ?? "null")}"#
        }
        return Array((text + "]}").utf8)
    }
}

extension Conversations {
    /// What a browser needs to show the conversation: the latest page of it. Older ones are asked for.
    package func view(of id: ConversationID, for person: PersonID) async throws -> ConversationView {
        let (_, conversation) = try await place(of: person, in: id)
        return try await view(of: conversation, for: person)
    }

    private func view(of conversation: Conversation, for person: PersonID) async throws -> ConversationView {
        let id = conversation.id
        let stream = StreamID(Self.stream, about: id)
        let (participants, last) = try await ground.database.read { transaction in
            (try transaction.participants(of: id), try ground.streams.last(stream, in: transaction))
        }
        let names = try await ground.keys.openTexts(participants.map { (conversation.keeper, $0.name) }, as: Participant.nameColumn)
        let page = try await page(of: id, before: last + 1)
        return ConversationView(
            id: id, kind: conversation.kind, state: conversation.state, me: person,
            people: zip(participants, names).map { participant, name in
                .init(
                    person: participant.person, part: participant.part, name: name ?? "", isPresent: participant.leftAt == nil,
                    delivered: participant.delivered, read: participant.read)
            }, page: page, last: last)
    }

    /// Up to `page` events before a sequence, in order.
    package func page(of id: ConversationID, before sequence: Int?) async throws -> ConversationPage {
        let stream = StreamID(Self.stream, about: id)
        let events = try await ground.streams.latest(stream, before: sequence, limit: Self.page + 1)
        let bodies = try await ground.streams.bodies(of: events)
        return ConversationPage(
            events: events.prefix(Self.page).reversed(), bodies: bodies.prefix(Self.page).reversed(), hasOlder: events.count > Self.page)
    }

    /// Stands for everything up to its sequence, for a browser that missed too much.
    func snapshot(of stream: StreamID, for reader: PersonID) async throws -> StreamSnapshot {
        let view = try await view(of: ConversationID(stream), for: reader)
        return StreamSnapshot(sequence: view.last, body: view)
    }
}

extension ConversationID {
    /// The conversation that a stream is about.
    package init(_ stream: StreamID) {
        guard let id = ConversationID(bytes: stream.owner) else { preconditionFailure("a stream's owner has 16 bytes") }
        self = id
    }
}
