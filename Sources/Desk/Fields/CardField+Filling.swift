package import Conversations
import Foundation
import Storage
package import Vocabulary
package import Web

extension Problem {
    /// It is no value of this field.
    static let fieldValue = Problem(.unprocessableContent, "problem.fieldValue")
}

extension Desk {
    /// Fills in a field of the visitor's card, or empties it. **For whoever takes part**; the step stands in the team's timeline without
    /// the value, which only the card has, sealed, and in the visitor's copy.
    package func fill(_ field: ID<CardField>, of id: ConversationID, with text: String?, by member: some TeamMember) async throws {
        let (_, conversation) = try await hand(of: member, in: id)
        guard let field = try await ground.database.read({ try $0.cardFields() }).first(where: { $0.id == field }) else {
            throw Problem.notFound
        }
        var value: String?
        if let text, !text.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty {
            guard let tidied = field.tidy(text) else { throw Problem.fieldValue }
            // What people type freely may hold a card number, here as anywhere (C07).
            value = field.kind == .line ? try SensitiveData.apply(conversation.guardPolicy, to: tidied).text : tidied
        }
        let event = try await prepare(
            EnquiryEvent.fieldChanged, .init(person: member.person, name: member.called, to: field.name), in: conversation)
        // Two agents may fill in two fields at once: neither takes the other's away.
        while true {
            let found = try await ground.database.read { transaction in
                try transaction.enquiry(id).flatMap { try transaction.visitor($0.visitor) }
            }
            guard let visitor = found else { throw Problem.notFound }
            // Of a conversation without transcript nothing is kept once it has ended.
            guard !visitor.isErased else { throw Problem.conversationClosed }
            var card = try await card(of: visitor)
            guard card.fields?[field.name] != value else { return }
            var fields = card.fields ?? [:]
            fields[field.name] = value
            card.fields = fields.isEmpty ? nil : fields
            let sealed = try await ground.keys.seal(
                Array(try JSONEncoder().encode(card)), for: visitor.person, as: Visitor.cardColumn)
            let isFirst = try await ground.database.write { transaction in
                guard try transaction.mayBeRead(id) else { throw Problem.notFound }
                guard try transaction.change(visitor.card, of: visitor.person, to: sealed) else { return false }
                try ground.streams.append(event, in: transaction)
                return true
            }
            if isFirst { break }
        }
        conversations.wake(id)
        let team = try await ground.database.read { try $0.participants(of: id) }.filter { $0.leftAt == nil && $0.part.isStaff }
        ground.live.send(CardChanged(conversation: id), to: team.map(\.person))
    }

    /// What stands in a field of the visitor's card, for whoever was let in.
    func filled(_ field: ID<CardField>, of id: ConversationID) async throws -> String? {
        let (name, found) = try await ground.database.read { transaction in
            (
                try transaction.cardFields().first { $0.id == field }?.name,
                try transaction.enquiry(id).flatMap { try transaction.visitor($0.visitor) }
            )
        }
        guard let name, let visitor = found else { throw Problem.notFound }
        return try await card(of: visitor).fields?[name]
    }

    /// Makes a field. False when there is one of its name.
    func make(_ field: CardField) async throws -> Bool {
        let now = ground.clock.now
        return try await ground.database.write { transaction in
            guard try transaction.cardFields().count < CardField.most else { throw Problem.forbidden }
            return try transaction.add(field, at: now)
        }
    }
}

/// A field of the visitor's card was filled in: whoever looks at it asks for it again.
struct CardChanged: Encodable, Sendable {
    let type = "card.changed"
    let conversation: ConversationID
}
