import Conversations
import Storage
import Vocabulary

/// What is counted when something happens to an enquiry.
extension Transaction {
    /// Somebody took it.
    func countTaken(_ enquiry: Enquiry, at now: Timestamp) throws {
        let wait = now - enquiry.waitingSince
        try count(.time(.wait, wait), enquiry.conversation, in: enquiry.queue, of: enquiry.agent, at: now)
        guard wait <= .seconds(try rules(of: enquiry.queue).serviceSeconds) else { return }
        try count(.one(.inTime), enquiry.conversation, in: enquiry.queue, of: enquiry.agent, at: now)
    }

    /// Somebody of the team is about to answer; counted the first time.
    func countAnswer(_ id: ConversationID, at now: Timestamp) throws {
        guard let enquiry = try enquiry(id), enquiry.answeredAt == nil else { return }
        try count(.time(.firstResponse, now - enquiry.arrivedAt), id, in: enquiry.queue, of: enquiry.agent, at: now)
    }

    func countEnd(_ enquiry: Enquiry, at now: Timestamp) throws {
        let isAbandoned = enquiry.assignedAt == nil && enquiry.channel != .message
        let rollup: Rollup =
            isAbandoned ? .time(.abandoned, now - enquiry.waitingSince) : .time(.resolution, now - enquiry.arrivedAt)
        try count(rollup, enquiry.conversation, in: enquiry.queue, of: isAbandoned ? nil : enquiry.agent, at: now)
    }
}
