package import Privacy

extension Desk {
    /// What the team's inbox keeps beside the enquiries (C33). Notes are events of the stream `team`, sealed by the visitor's key.
    package static var inboxDeclarations: Declarations {
        var all = Declarations()
        func personal(_ table: String, _ column: String, _ key: String, _ category: DataCategory, _ necessity: String) {
            all.personal.append(
                PersonalField(
                    table, column, key: key, category, for: [.support], basis: .contract, audience: .staff, retention: .withConversation,
                    sealing: .plain, necessity: necessity))
        }
        personal("enquiry_tag", "tag", "enquiryTag", .history, "Sorts conversations by the team's own words for what they are about.")
        personal("enquiry_wrap_up", "wrap_up_id", "enquiryTag", .history, "Says in the team's own words how a conversation ended.")
        personal("enquiry_snooze", "until", "enquiry", .history, "Brings a conversation back when it is due.")
        personal("enquiry_invitation", "person_id", "enquiry", .relationship, "Lets a colleague help who is not of the queue.")
        personal("enquiry_merge", "into_id", "enquiry", .pseudonym, "Says where a conversation goes on.")
        personal("visitor_subject", "person_id", "visitor", .pseudonym, "Says whose fingerprint it is.")
        personal(
            "visitor_subject", "fingerprint", "visitor", .pseudonym,
            "Finds earlier conversations of somebody whom the shop's own site named by a signed token, and of nobody else.")
        all.personal.append(
            PersonalField(
                "stream_event", "body", part: "notes", key: "teamNote", .communication, for: [.support], basis: .contract, audience: .staff,
                retention: .withConversation, sealing: .sealed, necessity: "Lets colleagues tell each other what they need to answer."))
        all.technical = [
            TechnicalColumn("saved_reply", "id", reason: "A random id."),
            TechnicalColumn("saved_reply", "queue_id", reason: "The id of a queue."),
            TechnicalColumn("saved_reply", "shortcut", reason: "The team's word for a reply."),
            TechnicalColumn("saved_reply", "text", reason: "What the team says to many; names are filled in when it is sent."),
            TechnicalColumn("wrap_up", "id", reason: "A random id."),
            TechnicalColumn("wrap_up", "name", reason: "The team's word for an outcome."),
            TechnicalColumn("enquiry_wrap_up", "conversation_id", reason: "A random id."),
            TechnicalColumn("enquiry_tag", "conversation_id", reason: "A random id."),
            TechnicalColumn("enquiry_snooze", "conversation_id", reason: "A random id."),
            TechnicalColumn("enquiry_invitation", "conversation_id", reason: "A random id."),
            TechnicalColumn("enquiry_merge", "conversation_id", reason: "A random id."),
        ]
        all.storageKeys = [
            StorageKey(
                "sotto.desk.drafts", purpose: "Keeps what you have typed but not sent yet, until you close the tab.",
                after: "you type in a conversation"),
            StorageKey(
                "sotto.desk.alerts", purpose: "Remembers how you want to be told of new messages.", after: "you choose how to be told"),
        ]
        return all
    }
}
