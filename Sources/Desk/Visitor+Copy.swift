package import Conversations
import Foundation
import Storage
package import Vocabulary
package import Web

/// Everything that is kept about a visitor and their conversation, for themself.
package struct VisitorCopy: Encodable, Sendable {
    package struct Line: Encodable, Sendable {
        let at: String
        let from: String?
        let part: String?
        let kind: String
        let text: String?
        /// The names of the files that came with it; they open in the conversation.
        let files: [String]?
        let editedAt: String?
        let isWithdrawn: Bool?
    }

    struct Reader: Encodable, Sendable {
        let name: String
        let part: String
        let at: String
    }

    struct Score: Encodable, Sendable {
        let score: Int
        let comment: String?
        let at: String
    }

    let site: String
    let controller: String
    let conversation: ConversationID
    let visitor: PersonID
    let card: Visitor.Card
    let language: String
    /// Which version of the site's notice was shown before the first message.
    let notice: Int
    let began: String
    let ended: String?
    let lines: [Line]
    let readers: [Reader]
    let rating: Score?
    /// How the team sorted the conversation, and what came of it.
    let tags: [String]
    let outcome: String?
    /// What is kept and is not in the copy, and why, in the visitor's language.
    let leftOut: String
    /// When they agreed that such matters are read, and when they took it back.
    var consentGiven: String?
    var consentWithdrawn: String?
}

extension Desk {
    /// Somebody of the team who looked at a visitor's conversation, as the visitor is told.
    struct ReaderLine: Encodable, Sendable {
        let name: String
        let part: String
        let at: Timestamp
    }

    /// Who of the team read it (C54), oldest first.
    func readers(of visitor: PersonID, in conversation: ConversationID) async throws -> [ReaderLine] {
        let (rows, participants) = try await ground.database.read { transaction in
            (
                try transaction.rows("SELECT person_id, part, at FROM staff_read WHERE visitor_id = \(visitor) ORDER BY at, id").map {
                    (try $0.get("person_id", as: PersonID.self), try $0.get("part", as: String.self), try $0.get("at", as: Timestamp.self))
                }, try transaction.participants(of: conversation)
            )
        }
        let names = try await ground.keys.openTexts(participants.map { (visitor, $0.name) }, as: Participant.nameColumn)
        let byPerson = Dictionary(zip(participants.map(\.person), names)) { first, _ in first }
        return rows.map { ReaderLine(name: (byPerson[$0.0] ?? nil) ?? "", part: $0.1, at: $0.2) }
    }

    /// A visitor's own copy.
    package func copy(for visitor: PersonID) async throws -> VisitorCopy {
        let (found, site) = try await visitorAndSite(visitor)
        guard let enquiry = try await ground.database.read({ try $0.enquiry(found.conversation) }) else { throw Problem.notFound }
        let rating = try await ground.database.read { try $0.rating(of: found.conversation) }
        var score: VisitorCopy.Score?
        if let rating {
            var comment: String?
            if let sealed = rating.comment { comment = try await ground.keys.openText(sealed, of: visitor, as: Rating.commentColumn) }
            score = .init(score: rating.score, comment: comment, at: rating.at.machineText)
        }
        let (tags, outcome) = try await ground.database.read { transaction in
            (try transaction.tags(of: [found.conversation])[found.conversation] ?? [], try transaction.wrapUp(of: found.conversation))
        }
        let consent = try await ground.database.read { try $0.consent(to: found.conversation) }
        var copy = VisitorCopy(
            site: site.name, controller: site.settings.controller, conversation: found.conversation, visitor: visitor,
            card: try await card(of: found), language: found.language, notice: found.notice, began: found.beganAt.machineText,
            ended: enquiry.closedAt?.machineText, lines: try await lines(of: found.conversation),
            readers: try await readers(of: visitor, in: found.conversation).map {
                .init(name: $0.name, part: $0.part, at: $0.at.machineText)
            }, rating: score, tags: tags, outcome: outcome,
            leftOut: ground.pages.text("widget.copy.leftOut", [:], in: Language(rawValue: found.language) ?? .english))
        copy.consentGiven = consent?.givenAt.machineText
        copy.consentWithdrawn = consent?.withdrawnAt?.machineText
        return copy
    }

    private struct Said: Decodable {
        let name: String?
        let part: String?
        let text: String?
        let editedAt: Timestamp?
        let isWithdrawn: Bool?
        let attachments: [AttachmentSummary]?
    }

    /// Everything of the conversation, oldest first, page after page.
    private func lines(of conversation: ConversationID) async throws -> [VisitorCopy.Line] {
        var lines: [VisitorCopy.Line] = []
        var before: Int?
        while true {
            let page = try await conversations.page(of: conversation, before: before)
            lines =
                zip(page.events, page.bodies).map { event, body in
                    let said = body.flatMap { try? JSONDecoder().decode(Said.self, from: Data($0.utf8)) }
                    return VisitorCopy.Line(
                        at: event.at.machineText, from: said?.name, part: said?.part, kind: event.kind, text: said?.text,
                        files: said?.attachments?.map(\.name),
                        editedAt: said?.editedAt?.machineText, isWithdrawn: said?.isWithdrawn)
                } + lines
            guard page.hasOlder, let first = page.events.first else { return lines }
            before = first.sequence
        }
    }
}
