import Conversations
import Foundation
import Storage
import Vocabulary
import Web

/// Tells visitors who left an address that there is an answer: **one mail for what they have not read**, not one a message.
///
/// An answer is due when it has waited for a while. Each round settles every one that is due: the visitor has read it, cannot be
/// written to, or is written to. **None stays due**, so that a busy shop's many who never read their answer do not stand before the
/// others. Whether a window is open somewhere does not matter: who sees an answer has read it.
extension Desk {
    /// How long somebody has to see an answer in the chat before a mail tells them.
    static let answerPatience = Duration.minutes(2)
    /// An answer older than this is told no more.
    static let answerNews = Duration.days(3)
    /// Enquiries that are read at a time.
    private static let answerBatch = 200

    private struct Answer: Sendable {
        let conversation: ConversationID
        let visitor: PersonID
        /// Its place in the conversation: **what anybody did since, such as closing it, is no answer**.
        let sequence: Int
        let due: Timestamp
        /// Whether the visitor has read it, or is not in the conversation any more.
        let isOver: Bool

        init(_ row: Row) throws {
            conversation = try row["conversation_id"]
            visitor = try row["visitor_id"]
            sequence = try row["answer"]
            due = try row["answer_due"]
            let read: Int? = try row["read"]
            isOver = read.map { [sequence] in $0 >= sequence } ?? true
        }
    }

    /// One round: a letter for every answer that waited long enough to be read.
    package func tellAnswers() async throws { try await tellAnswers(inBatchesOf: Self.answerBatch) }

    func tellAnswers(inBatchesOf size: Int) async throws {
        let now = ground.clock.now
        while try await tellSomeAnswers(size, at: now) == size {}
    }

    /// How many were due.
    private func tellSomeAnswers(_ size: Int, at now: Timestamp) async throws -> Int {
        let due = try await ground.database.read { transaction in
            try transaction.rows(
                """
                SELECT enquiry.conversation_id, enquiry.visitor_id, enquiry.answer, enquiry.answer_due, participant.read FROM enquiry
                LEFT JOIN participant ON participant.conversation_id = enquiry.conversation_id
                    AND participant.person_id = enquiry.visitor_id
                WHERE enquiry.answer_due IS NOT NULL AND enquiry.answer_due <= \(now) ORDER BY enquiry.answer_due LIMIT \(size)
                """
            ).map(Answer.init)
        }
        let unheard = due.filter { !$0.isOver && $0.due > now - Self.answerNews }
        let over = Set(due.map(\.conversation)).subtracting(unheard.map(\.conversation))
        if !over.isEmpty {
            try await ground.database.write { transaction in
                // A younger answer is due later.
                try transaction.run(
                    "UPDATE enquiry SET answer_due = NULL WHERE conversation_id IN \(list: Array(over)) AND answer_due <= \(now)")
            }
        }
        for answer in unheard {
            do {
                try await tell(answer, at: now)
            } catch is SealError {
                // The visitor was forgotten just now, or their card is damaged: the others do not wait for it.
                try await ground.database.write { _ = try $0.settle(answer.conversation, answer.sequence) }
            }
        }
        return due.count
    }

    private func tell(_ answer: Answer, at now: Timestamp) async throws {
        guard let (visitor, site) = try await visitorToTell(answer.visitor),
            let email = try await card(of: visitor).email.flatMap(EmailAddress.init)
        else { return try await ground.database.write { _ = try $0.settle(answer.conversation, answer.sequence) } }
        let (letter, fingerprint) = try await letter(Self.answeredLetter, to: email, for: visitor, of: site)
        let isOurs = try await ground.database.write { transaction in
            // Of two nodes that come here at once, one writes.
            guard try transaction.settle(answer.conversation, answer.sequence) else { return false }
            try transaction.addReturnLink(fingerprint, of: visitor.person, at: now)
            try ground.outbox.queue(letter, in: transaction)
            return true
        }
        if isOurs { ground.outbox.wake() }
    }

    /// Nil when either is gone.
    private func visitorToTell(_ person: PersonID) async throws -> (Visitor, SupportSite)? {
        do {
            return try await visitorAndSite(person)
        } catch let problem as Problem where problem == .notFound {
            return nil
        }
    }
}

extension Transaction {
    /// The visitor is not to be told of this answer any more. False when that was so already, or there is a younger one.
    fileprivate func settle(_ id: ConversationID, _ answer: Int) throws(StorageError) -> Bool {
        try exists(
            """
            UPDATE enquiry SET answer_due = NULL WHERE conversation_id = \(id) AND answer = \(answer) AND answer_due IS NOT NULL
            RETURNING state
            """)
    }
}
