package import Conversations
import Foundation
import Storage
package import Vocabulary
package import Web

/// What a visitor is given when everything about them was deleted. Nobody keeps it but they.
package struct ForgettingReceipt: Encodable, Sendable {
    package let receipt: String
    package let at: Timestamp
    package let messages: Int
}

extension Desk {
    /// Ends a visitor's conversation and deletes everything about them: words, receipts, rating, who read it, mails, links; and last
    /// their key, so that nothing of it can be read in any backup either (C58).
    @discardableResult
    package func forget(_ visitor: PersonID) async throws -> ForgettingReceipt {
        let now = ground.clock.now
        let found = try await ground.database.read { transaction -> (ConversationID, [PersonID], [PersonID])? in
            guard let visitor = try transaction.visitor(visitor), let enquiry = try transaction.enquiry(visitor.conversation) else {
                return nil
            }
            let present = try transaction.participants(of: visitor.conversation).filter { $0.leftAt == nil }.map(\.person)
            let staff = try transaction.agents(of: enquiry.queue).map(\.person)
            return (visitor.conversation, present, Array(Set(staff + [enquiry.agent].compactMap(\.self))))
        }
        guard let (conversation, present, staff) = found else { throw Problem.notFound }
        let messages = try await ground.database.write { transaction in
            let messages: Int =
                try transaction.first(
                    """
                    SELECT COUNT(*) AS n FROM stream_event WHERE owner = \(conversation) AND name = \(Conversations.stream)
                    AND kind = \(ConversationEvent.messageSent)
                    """)?.get("n") ?? 0
            try transaction.run("DELETE FROM staff_read WHERE visitor_id = \(visitor)")
            try transaction.run("DELETE FROM return_link WHERE visitor_id = \(visitor)")
            try transaction.run("DELETE FROM mail_letter WHERE person_id = \(visitor)")
            try conversations.erase(conversation, in: transaction)
            try transaction.eraseLiveTraces(of: visitor)
            try transaction.run(
                "INSERT INTO visitor_forgetting (person_id) VALUES (\(visitor)) ON CONFLICT (person_id) DO NOTHING")
            return messages
        }
        try await destroyKey(of: visitor)
        for person in present {
            for name in [Conversations.stream, Conversations.teamStream] {
                ground.live.unlisten(person, to: StreamID(name, about: conversation))
            }
        }
        ground.live.disconnect(visitor, session: nil, because: .signedOut)
        ground.live.send(EnquiryChanged(conversation: conversation), to: staff)
        return ForgettingReceipt(receipt: ID<ForgettingReceipt>(at: now).description, at: now, messages: messages)
    }

    /// Destroys the keys of visitors whose rows are gone and whose key may still be there: the process ended in between, or the key store
    /// could not be reached.
    func finishForgetting() async throws {
        let pending = try await ground.database.read { transaction in
            try transaction.rows("SELECT person_id FROM visitor_forgetting LIMIT 500").map { try $0.get("person_id", as: PersonID.self) }
        }
        for visitor in pending { try await destroyKey(of: visitor) }
    }

    private func destroyKey(of visitor: PersonID) async throws {
        try await ground.keys.destroyKey(of: visitor, at: ground.clock.now)
        try await ground.database.write { try $0.run("DELETE FROM visitor_forgetting WHERE person_id = \(visitor)") }
    }
}
