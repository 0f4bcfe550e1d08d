package import Conversations
import Foundation
package import Storage
package import Vocabulary
package import Web

/// How a visitor found it, once the conversation ended. Said again, it replaces what was said.
package struct Rating: Sendable {
    static let commentColumn = SealedColumn("enquiry_rating", "comment")
    static let longestComment = 2000

    package let conversation: ConversationID
    package let visitor: PersonID
    /// 1 to 5.
    package let score: Int
    /// Sealed under the visitor's key.
    package let comment: Sealed?
    package let at: Timestamp
}

extension Rating {
    init(_ row: Row) throws {
        conversation = try row["conversation_id"]
        visitor = try row["visitor_id"]
        score = try row["score"]
        comment = try row["comment"]
        at = try row["at"]
    }
}

extension Desk {
    /// Rates an ended conversation.
    package func rate(_ visitor: Principal.Visitor, score: Int, comment: String?) async throws {
        guard (1...5).contains(score) else { throw Problem.malformed }
        let words = comment.flatMap { CardText.tidy($0, upTo: Rating.longestComment, lines: true) }
        var sealed: Sealed?
        let found = try await ground.database.read { transaction in
            try transaction.visitor(visitor.person).map { ($0, try transaction.conversation($0.conversation)) }
        }
        // Of a conversation without transcript the score alone stays.
        if let words, let (rater, conversation) = found, !rater.isErased {
            let guarded = try SensitiveData.apply(conversation?.guardPolicy ?? .mask, to: words)
            sealed = try await ground.keys.seal(guarded.text, for: visitor.person, as: Rating.commentColumn)
        }
        let now = ground.clock.now
        let id = try await ground.database.write { [sealed] transaction -> ConversationID in
            guard let found = try transaction.visitor(visitor.person), let enquiry = try transaction.enquiry(found.conversation) else {
                throw Problem.notFound
            }
            guard enquiry.state == .closed else { throw Problem(.conflict, "problem.notEnded") }
            // Counted as it was said first: figures tell of conversations, not of second thoughts.
            if try transaction.rating(of: enquiry.conversation) == nil { try transaction.countRating(score, of: enquiry, at: now) }
            try transaction.put(
                Rating(conversation: enquiry.conversation, visitor: visitor.person, score: score, comment: sealed, at: now))
            return enquiry.conversation
        }
        await changed(id)
    }
}

/// A rating as whoever takes part in the conversation reads it.
struct RatingWords: APIShape {
    /// 1 to 5.
    let score: Int
    let comment: String?
    let at: Timestamp
}

extension Desk {
    /// Nil where nothing was rated; without its comment when the key is gone.
    func ratingWords(_ rating: Rating?) async throws -> RatingWords? {
        guard let rating else { return nil }
        var comment: String?
        if let sealed = rating.comment {
            do {
                comment = try await ground.keys.openText(sealed, of: rating.visitor, as: Rating.commentColumn)
            } catch SealError.keyDestroyed {}
        }
        return RatingWords(score: rating.score, comment: comment, at: rating.at)
    }
}

extension Transaction {
    func put(_ rating: Rating) throws(StorageError) {
        try run(
            """
            INSERT INTO enquiry_rating (conversation_id, visitor_id, score, comment, at)
            VALUES (\(rating.conversation), \(rating.visitor), \(rating.score), \(rating.comment), \(rating.at))
            ON CONFLICT (conversation_id) DO UPDATE SET score = excluded.score, comment = excluded.comment, at = excluded.at
            """)
    }

    package func rating(of conversation: ConversationID) throws -> Rating? {
        try first("SELECT * FROM enquiry_rating WHERE conversation_id = \(conversation)").map(Rating.init)
    }
}
