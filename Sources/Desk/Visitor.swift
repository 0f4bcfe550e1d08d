package import Conversations
import Crypto
package import Storage
package import Vocabulary
package import Web

/// Somebody who wrote to a site's team. **Made by the first message and not before** (C13): who only looks is nobody.
package struct Visitor: Sendable {
    static let cardColumn = SealedColumn("visitor", "card")

    /// What they said about themself in the form, each only if the site asks for it.
    package struct Card: Codable, Sendable, Equatable {
        package var name: String?
        package var email: String?
        /// Answers to the site's own questions, by the question's key.
        package var answers: [String: String]?
        /// The page from which they wrote, without its query.
        package var page: String?
        /// Who the site itself says they are: then name and address are the site's word, not the visitor's.
        package var subject: String?
        /// What the team filled in, by the name of the field.
        package var fields: [String: String]?

        package init(
            name: String? = nil, email: String? = nil, answers: [String: String]? = nil, page: String? = nil, subject: String? = nil
        ) {
            self.name = name
            self.email = email
            self.answers = answers
            self.page = page
            self.subject = subject
        }

        /// The card as it may be stored: what the guard finds in the words somebody typed is treated as in a message (C07).
        func guarded(_ policy: Conversation.Guard) throws(Problem) -> Card {
            var card = self
            if let name { card.name = try SensitiveData.apply(policy, to: name).text }
            for (question, answer) in answers ?? [:] { card.answers?[question] = try SensitiveData.apply(policy, to: answer).text }
            return card
        }
    }

    package let person: PersonID
    package let site: ID<SupportSite>
    package let conversation: ConversationID
    package let card: Sealed
    package let language: String
    /// The version of the notice they were shown (C28).
    package let notice: Int
    package let beganAt: Timestamp

    /// Whether their conversation kept no transcript and has ended: their words and their key are gone.
    package var isErased: Bool { card.bytes.isEmpty }

    /// 160 random bits, shown to the browser once.
    static func newToken() -> String {
        CrockfordBase32.encode(SymmetricKey(size: .init(bitCount: 160)).withUnsafeBytes { Array($0) })
    }

    /// Whether it is a token as a browser or this server makes one. A browser makes it itself, so that asking twice begins once.
    static func isToken(_ text: String) -> Bool { CrockfordBase32.decode(text, count: 20) != nil }

    static func fingerprint(of token: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(token.utf8)))
    }
}

extension Visitor {
    init(_ row: Row) throws {
        person = try row["person_id"]
        site = try row["site_id"]
        conversation = try row["conversation_id"]
        card = try row["card"]
        language = try row["language"]
        notice = try row["notice"]
        beganAt = try row["began_at"]
    }
}

extension Transaction {
    func add(_ visitor: Visitor, fingerprint: [UInt8]) throws(StorageError) {
        try run(
            """
            INSERT INTO visitor (person_id, site_id, conversation_id, fingerprint, card, language, notice, began_at)
            VALUES (\(visitor.person), \(visitor.site), \(visitor.conversation), \(fingerprint), \(visitor.card), \(visitor.language),
                \(visitor.notice), \(visitor.beganAt))
            """)
    }

    func visitor(fingerprint: [UInt8]) throws -> Visitor? {
        if let row = try first("SELECT * FROM visitor WHERE fingerprint = \(fingerprint)") { return try Visitor(row) }
        return try first(
            """
            SELECT visitor.* FROM visitor JOIN return_link ON return_link.visitor_id = visitor.person_id
            WHERE return_link.fingerprint = \(fingerprint)
            """
        ).map(Visitor.init)
    }

    package func visitor(_ person: PersonID) throws -> Visitor? {
        try first("SELECT * FROM visitor WHERE person_id = \(person)").map(Visitor.init)
    }
}

/// Knows visitors by the token of their conversation. No cookie: a widget is a guest on somebody else's page.
package struct VisitorAuthenticator: Authenticator {
    let ground: Ground

    package func principal(bearing token: String) async throws -> Principal? {
        guard token.utf8.count == 32 else { return nil }
        let visitor = try await ground.database.read { try $0.visitor(fingerprint: Visitor.fingerprint(of: token)) }
        return visitor.map { .visitor(.init(person: $0.person, conversation: $0.conversation.description)) }
    }
}

extension Desk {
    package var visitors: VisitorAuthenticator { VisitorAuthenticator(ground: ground) }
}
