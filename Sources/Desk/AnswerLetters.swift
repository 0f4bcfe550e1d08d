import Conversations
import Foundation
import Storage
import Vocabulary
import Web

/// Tells visitors who went away and left an address that there is an answer: **one mail for what they have not seen**, not one a message.
extension Desk {
    /// How long somebody has to see an answer in the chat before a mail tells them.
    static let answerPatience = Duration.minutes(2)
    /// An answer older than this is told no more.
    static let answerNews = Duration.days(3)
    /// Enquiries looked at in one round.
    private static let batch = 200

    private struct Unheard: Sendable {
        let visitor: Visitor
        let enquiry: Enquiry
    }

    /// One round: a letter for every answer that waited long enough for a visitor who is not there.
    package func tellAnswers() async throws {
        let now = ground.clock.now
        let unheard = try await ground.database.read { transaction -> [Unheard] in
            // The link's own time says that the visitor was told of this answer already.
            try transaction.rows(
                """
                SELECT enquiry.*, enquiry.visitor_id AS person_id FROM enquiry
                JOIN participant ON participant.conversation_id = enquiry.conversation_id AND participant.person_id = enquiry.visitor_id
                WHERE enquiry.awaits_team = 0 AND enquiry.answered_at IS NOT NULL
                AND enquiry.last_at BETWEEN \(now - Self.answerNews) AND \(now - Self.answerPatience)
                AND participant.read < (SELECT stream.last FROM stream
                    WHERE stream.owner = enquiry.conversation_id AND stream.name = \(Conversations.stream))
                AND NOT EXISTS (SELECT 1 FROM return_link
                    WHERE return_link.visitor_id = enquiry.visitor_id AND return_link.made_at > enquiry.last_at)
                ORDER BY enquiry.last_at LIMIT \(Self.batch)
                """
            ).compactMap { row in
                let enquiry = try Enquiry(row)
                return try transaction.visitor(enquiry.visitor).map { Unheard(visitor: $0, enquiry: enquiry) }
            }
        }
        let here = await ground.live.presence(of: unheard.map(\.visitor.person))
        for one in unheard where (here[one.visitor.person] ?? .offline) == .offline {
            try await tellAnswer(one, at: now)
        }
    }

    private func tellAnswer(_ unheard: Unheard, at now: Timestamp) async throws {
        let (visitor, site) = try await visitorAndSite(unheard.visitor.person)
        guard let email = try await card(of: visitor).email.flatMap(EmailAddress.init) else { return }
        let (letter, fingerprint) = try await letter(Self.answeredLetter, to: email, for: visitor, of: site)
        let isOurs = try await ground.database.write { transaction in
            // Of two nodes that come here at once, one writes.
            guard
                try transaction.exists(
                    """
                    UPDATE enquiry SET last_at = last_at WHERE conversation_id = \(unheard.enquiry.conversation)
                    AND NOT EXISTS (SELECT 1 FROM return_link
                        WHERE return_link.visitor_id = \(visitor.person) AND return_link.made_at > enquiry.last_at) RETURNING state
                    """)
            else { return false }
            try transaction.addReturnLink(fingerprint, of: visitor.person, at: now)
            try ground.outbox.queue(letter, in: transaction)
            return true
        }
        if isOurs { ground.outbox.wake() }
    }
}
