import Storage
import Vocabulary

extension Transaction {
    /// Has an enquiry given first to whoever answered this customer of the site the last time (`QueueRules.stickySeconds`).
    func preferKnownAgent(for enquiry: Enquiry, by fingerprint: [UInt8]) throws {
        let known: PersonID? = try first(
            """
            SELECT agent_id FROM visitor_subject JOIN enquiry ON enquiry.visitor_id = visitor_subject.person_id
            WHERE fingerprint = \(fingerprint) AND agent_id IS NOT NULL AND conversation_id <> \(enquiry.conversation)
            ORDER BY last_at DESC LIMIT 1
            """)?.get("agent_id")
        if let known { try require(Needs(), sticky: known, for: enquiry.conversation) }
    }
}
