package import Conversations
import Foundation
import Storage
package import Vocabulary
package import Web

/// What stands beside a conversation: what the visitor said about themself, and what the team did.
package struct VisitorCard: Encodable, Sendable {
    struct Earlier: Encodable, Sendable {
        let conversation: ConversationID
        let state: Enquiry.State
        let queueName: String
        let arrivedAt: Timestamp
        let closedAt: Timestamp?
    }

    /// What the team wants to know of a visitor, and what is filled in.
    struct Field: Encodable, Sendable {
        let id: ID<CardField>
        let name: String
        let kind: String
        let options: [String]
        let value: String?
    }

    /// Something the team did: looked (`opened`), or a step of `EnquiryEvent`.
    struct Moment: Encodable, Sendable {
        let kind: String
        let at: Timestamp
        let name: String
        var to: String?
        var until: Timestamp?
    }

    package let conversation: ConversationID
    package let card: Visitor.Card
    package let language: String
    package let siteName: String
    package let queue: ID<Queue>
    package let queueName: String
    package let state: Enquiry.State
    package let channel: Enquiry.Channel
    let agent: PersonID?
    package let arrivedAt: Timestamp
    package let waitingSince: Timestamp
    package let assignedAt: Timestamp?
    package let answeredAt: Timestamp?
    package let closedAt: Timestamp?
    package let tags: [String]
    package let wrapUp: String?
    /// How the visitor found it.
    let rating: RatingWords?
    package let snoozedUntil: Timestamp?
    /// Where it goes on, when it was merged.
    package let mergedInto: ConversationID?
    /// Other conversations of somebody who proved who they are. Of everybody else nothing is known, and so nothing is said.
    let earlier: [Earlier]
    /// What the team did, oldest first.
    let timeline: [Moment]
    let fields: [Field]
}

extension Desk {
    /// **Only for staff who take part**: they opened the conversation, which was written down and shown to the visitor (C54).
    package func card(of id: ConversationID, for member: Principal.Member) async throws -> VisitorCard {
        _ = try await hand(of: member, in: id)
        let found = try await ground.database.read { transaction -> VisitorCard.Parts? in
            guard let enquiry = try transaction.enquiry(id), let visitor = try transaction.visitor(enquiry.visitor) else { return nil }
            return .init(
                enquiry: enquiry, visitor: visitor, queue: try transaction.queue(enquiry.queue)?.name,
                site: try transaction.siteNames()[enquiry.site], tags: try transaction.tags(of: [id])[id],
                wrapUp: try transaction.wrapUp(of: id), snooze: try transaction.snoozes(of: [id])[id], merge: try transaction.merge(of: id),
                rating: try transaction.rating(of: id),
                earlier: try earlier(than: enquiry, for: member, in: transaction), fields: try transaction.cardFields())
        }
        guard let found else { throw Problem.notFound }
        let (enquiry, card) = (found.enquiry, try await card(of: found.visitor))
        return VisitorCard(
            conversation: id, card: card, language: enquiry.language,
            siteName: found.site ?? "", queue: enquiry.queue, queueName: found.queue ?? "", state: enquiry.state,
            channel: enquiry.channel, agent: enquiry.agent, arrivedAt: enquiry.arrivedAt, waitingSince: enquiry.waitingSince,
            assignedAt: enquiry.assignedAt, answeredAt: enquiry.answeredAt, closedAt: enquiry.closedAt, tags: found.tags ?? [],
            wrapUp: found.wrapUp, rating: try await ratingWords(found.rating), snoozedUntil: found.snooze, mergedInto: found.merge,
            earlier: found.earlier,
            timeline: try await timeline(of: enquiry), fields: found.fields.map { $0.shown(with: card) })
    }

    /// Who looked, as the visitor sees it too, and the team's latest steps.
    private func timeline(of enquiry: Enquiry) async throws -> [VisitorCard.Moment] {
        let looks = try await readers(of: enquiry.visitor, in: enquiry.conversation).map {
            VisitorCard.Moment(kind: "opened", at: $0.at, name: $0.name)
        }
        let stream = StreamID(Conversations.teamStream, about: enquiry.conversation)
        let steps = try await ground.streams.latest(stream, before: nil, limit: Self.mostSteps).filter { $0.kind.hasPrefix("enquiry.") }
        let bodies = try await ground.streams.bodies(of: steps)
        let told = zip(steps, bodies).compactMap { event, body -> VisitorCard.Moment? in
            guard let step = body.flatMap({ try? JSONDecoder().decode(EnquiryStep.self, from: Data($0.utf8)) }) else { return nil }
            return VisitorCard.Moment(kind: event.kind, at: event.at, name: step.name, to: step.to, until: step.until)
        }
        return (looks + told).sorted { $0.at < $1.at }
    }

    /// So far back among notes and steps.
    private static let mostSteps = 200
}

extension VisitorCard {
    fileprivate struct Parts: Sendable {
        let enquiry: Enquiry
        let visitor: Visitor
        let queue: String?
        let site: String?
        let tags: [String]?
        let wrapUp: String?
        let snooze: Timestamp?
        let merge: ConversationID?
        let rating: Rating?
        let earlier: [VisitorCard.Earlier]
        let fields: [CardField]
    }
}

extension CardField {
    fileprivate func shown(with card: Visitor.Card) -> VisitorCard.Field {
        .init(id: id, name: name, kind: kind.rawValue, options: options, value: card.fields?[name])
    }
}

extension Desk {
    /// A fingerprint of who the shop says this is; another site's customer of the same number is somebody else.
    func fingerprint(ofSubject subject: String, at site: ID<SupportSite>) -> [UInt8] {
        ground.keys.blindIndex("\(site)/\(subject)", as: SealedColumn("visitor_subject", "fingerprint"))
    }

    /// Other conversations of the same person that this member of staff may open; none of somebody who did not prove who they are.
    fileprivate func earlier(
        than enquiry: Enquiry, for member: Principal.Member, in transaction: Transaction
    ) throws -> [VisitorCard.Earlier] {
        let others = try transaction.rows(
            """
            SELECT enquiry.* FROM visitor_subject AS own JOIN visitor_subject AS other ON other.fingerprint = own.fingerprint
                JOIN enquiry ON enquiry.visitor_id = other.person_id
            WHERE own.person_id = \(enquiry.visitor) AND enquiry.conversation_id <> \(enquiry.conversation)
            ORDER BY enquiry.arrived_at DESC LIMIT 20
            """
        ).map(Enquiry.init)
        let names = Dictionary(uniqueKeysWithValues: try transaction.queues().map { ($0.id, $0.name) })
        return try others.filter { try mayOpen($0, member, in: transaction) }.map { other in
            .init(
                conversation: other.conversation, state: other.state, queueName: names[other.queue] ?? "", arrivedAt: other.arrivedAt,
                closedAt: other.closedAt)
        }
    }
}

extension Transaction {
    /// Those of whom their site says that it knows them.
    func vouched(among visitors: [PersonID]) throws(StorageError) -> Set<PersonID> {
        var vouched: Set<PersonID> = []
        for row in try rows("SELECT person_id FROM visitor_subject WHERE person_id IN \(list: visitors)") {
            vouched.insert(try row["person_id"])
        }
        return vouched
    }

    /// Remembers who the shop says a visitor is, so that they are known again.
    func know(_ visitor: PersonID, by fingerprint: [UInt8]) throws(StorageError) {
        try run("INSERT INTO visitor_subject (person_id, fingerprint) VALUES (\(visitor), \(fingerprint))")
    }
}
