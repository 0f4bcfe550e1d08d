import Conversations
import Foundation
package import Mail
package import Storage
package import Vocabulary
package import Web

/// A private link by which a visitor comes back: it opens their conversation, so its token stands behind the `#`, which no browser
/// sends to a server, and which therefore is in nobody's log.
extension Desk {
    /// The mails a visitor can get. Essential: each was asked for, by leaving an address or by asking for a link.
    package static let answeredLetter = LetterTemplate(
        "mail.enquiryAnswered", .essential, purpose: "Tells a visitor who is away that there is an answer.")
    package static let linkLetter = LetterTemplate(
        "mail.enquiryLink", .essential, purpose: "Carries a private link to a visitor's conversation, when they ask for it.")

    /// A letter with a link and **not a word of what was written** (VOC-31), and the fingerprint of the link's token.
    func letter(_ template: LetterTemplate, to email: EmailAddress, for visitor: Visitor, of site: SupportSite) async throws -> (
        letter: PreparedLetter, fingerprint: [UInt8]
    ) {
        let token = Visitor.newToken()
        let language = Language(rawValue: visitor.language) ?? .english
        let values = [
            "site": ground.site.name, "origin": ground.site.origin, "shop": site.name,
            "link": "\(ground.site.origin)/widget/\(site.key)/return#\(token)",
        ]
        let letter = Letter(
            template, to: email, in: language, subject: ground.pages.text("\(template.name).subject", values, in: language),
            body: ground.pages.text("\(template.name).body", values, in: language))
        return (try await ground.outbox.prepare(letter, for: visitor.person), Visitor.fingerprint(of: token))
    }

    /// Sends a visitor a link to their own conversation, to the address they give now or gave before.
    package func sendLink(to visitor: Principal.Visitor, at email: String?) async throws {
        let (found, site) = try await visitorAndSite(visitor.person)
        // There is nothing to come back to.
        guard !found.isErased else { throw Problem.notFound }
        let card = try await card(of: found)
        guard let address = (email ?? card.email).flatMap(EmailAddress.init) else { throw Problem.answerMissing }
        let (letter, fingerprint) = try await letter(Self.linkLetter, to: address, for: found, of: site)
        let now = ground.clock.now
        try await ground.database.write { transaction in
            // Whoever knows an address could have it mailed to for ever.
            try transaction.countLink(of: visitor.person, to: address, keys: ground.keys, at: now)
            try ground.outbox.queue(letter, in: transaction)
            try transaction.addReturnLink(fingerprint, of: visitor.person, at: now)
        }
        ground.outbox.wake()
    }

    func visitorAndSite(_ person: PersonID) async throws -> (Visitor, SupportSite) {
        let found = try await ground.database.read { transaction -> (Visitor, SupportSite)? in
            guard let visitor = try transaction.visitor(person), let site = try transaction.supportSite(visitor.site) else { return nil }
            return (visitor, site)
        }
        guard let found else { throw Problem.notFound }
        return found
    }

    /// What a visitor said about themself; nothing, once a conversation without transcript has ended.
    package func card(of visitor: Visitor) async throws -> Visitor.Card {
        guard !visitor.isErased else { return Visitor.Card() }
        return try JSONDecoder().decode(
            Visitor.Card.self, from: Data(try await ground.keys.open(visitor.card, of: visitor.person, as: Visitor.cardColumn)))
    }
}

extension Transaction {
    func addReturnLink(_ fingerprint: [UInt8], of visitor: PersonID, at now: Timestamp) throws(StorageError) {
        try run("INSERT INTO return_link (fingerprint, visitor_id, made_at) VALUES (\(fingerprint), \(visitor), \(now))")
    }
}
