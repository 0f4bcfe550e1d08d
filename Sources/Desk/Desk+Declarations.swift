package import Privacy

extension Desk {
    /// What this domain keeps about people, and why (C33).
    package static var declarations: Declarations {
        var all = Declarations()
        let kept = Retention.withConversation
        func personal(
            _ table: String, _ column: String, _ key: String, _ category: DataCategory, _ audience: Audience,
            _ retention: Retention, _ necessity: String, _ sealing: Sealing = .plain
        ) {
            all.personal.append(
                PersonalField(
                    table, column, key: key, category, for: [.support], basis: .contract, audience: audience, retention: retention,
                    sealing: sealing, necessity: necessity))
        }
        personal(
            "visitor", "person_id", "visitor", .pseudonym, .staff, kept, "A random id, by which one visitor's conversation hangs together.")
        personal("visitor", "card", "visitorCard", .contact, .staff, kept, "Tells the team what the visitor said about themself.", .sealed)
        personal("visitor", "language", "visitor", .preference, .staff, kept, "Answers in the language the visitor reads.")
        personal("visitor", "notice", "visitorNotice", .history, .staff, kept, "Proves which notice the visitor was shown.")
        personal("visitor", "began_at", "visitor", .history, .staff, kept, "Says when the visitor first wrote.")
        personal("enquiry", "visitor_id", "enquiry", .pseudonym, .staff, kept, "Says whose conversation it is.")
        personal("enquiry", "agent_id", "enquiry", .relationship, .staff, kept, "Says who answers.")
        personal("enquiry", "language", "visitor", .preference, .staff, kept, "Finds somebody who speaks the visitor's language.")
        for column in [
            "channel", "state", "priority", "arrived_at", "waiting_since", "assigned_at", "answered_at", "closed_at", "last_at",
            "awaits_team", "answer", "answer_due",
        ] {
            personal(
                "enquiry", column, "enquiry", .history, .staff, kept, "Says who waits for how long, so that everybody is answered in turn.")
        }
        personal("agent", "person_id", "agent", .pseudonym, .staff, .account, "Says who answers visitors.")
        personal("agent", "status", "agent", .presence, .staff, .account, "Sends visitors only to somebody who is there.")
        personal("agent", "since", "agent", .presence, .staff, .account, "Shows how long somebody has been away.")
        personal("queue_agent", "person_id", "agent", .relationship, .staff, .account, "Says who answers which queue.")
        for column in ["visitor_id", "person_id", "part", "at"] {
            personal(
                "staff_read", column, "staffRead", .history, .person, kept, "Shows a visitor who of the team looked at their conversation.")
        }
        personal("enquiry_rating", "comment", "rating", .communication, .staff, kept, "Tells the team what to do better.", .sealed)
        for column in ["visitor_id", "score", "at"] {
            personal("enquiry_rating", column, "rating", .history, .staff, kept, "Tells the team how it went.")
        }
        for column in ["visitor_id", "made_at"] {
            personal(
                "return_link", column, "returnLink", .history, .nobody, kept, "Lets a visitor come back by the link in a mail.")
        }
        all.letters = [Desk.answeredLetter, Desk.linkLetter]
        all.storageKeys = [
            StorageKey(
                "sotto.widget",
                purpose: "Finds a visitor's conversation again; keeps a first message until it arrived, and whether they want a sound.",
                after: "you send your first message"),
            StorageKey("sotto.draft", purpose: "Keeps what a visitor typed until it is sent.", after: "you type in a chat"),
            StorageKey(
                "sotto.chat", purpose: "On a customer's page: that a conversation goes on, and where, if the frame may keep nothing.",
                after: "you send your first message"),
            StorageKey(
                "sotto.visit",
                purpose: "On a customer's page: that no help is offered any more, and how many pages were seen if the site may count.",
                after: "you close the offer, open the chat, or let the site remember"),
        ]
        all.technical = [
            TechnicalColumn("enquiry_rating", "conversation_id", reason: "A random id."),
            TechnicalColumn("visitor_forgetting", "person_id", reason: "A random id of which nothing else is left."),
            TechnicalColumn("return_link", "fingerprint", reason: "SHA-256 of a link's token."),
            TechnicalColumn("support_queue", "id", reason: "A random id."),
            TechnicalColumn("support_queue", "name", reason: "The team's word for a queue."),
            TechnicalColumn("support_queue", "guard", reason: "A policy."),
            TechnicalColumn("support_queue", "keeps_transcript", reason: "A policy."),
            TechnicalColumn("support_queue", "created_at", reason: "When the queue was made."),
            TechnicalColumn("support_site", "id", reason: "A random id."),
            TechnicalColumn("support_site", "key", reason: "Public: names the site."),
            TechnicalColumn("support_site", "name", reason: "The site's name."),
            TechnicalColumn("support_site", "queue_id", reason: "The id of a queue."),
            TechnicalColumn("support_site", "settings", reason: "Looks and texts of the widget."),
            TechnicalColumn("support_site", "created_at", reason: "When the site was entered."),
            TechnicalColumn("agent", "capacity", reason: "How many conversations at a time."),
            TechnicalColumn("queue_agent", "queue_id", reason: "The id of a queue."),
            TechnicalColumn("visitor", "site_id", reason: "The id of a site."),
            TechnicalColumn("visitor", "conversation_id", reason: "A random id."),
            TechnicalColumn("visitor", "fingerprint", reason: "SHA-256 of the conversation's token."),
            TechnicalColumn("enquiry", "conversation_id", reason: "A random id."),
            TechnicalColumn("enquiry", "site_id", reason: "The id of a site."),
            TechnicalColumn("enquiry", "queue_id", reason: "The id of a queue."),
            TechnicalColumn("staff_read", "id", reason: "A random id."),
            TechnicalColumn("staff_read", "conversation_id", reason: "A random id."),
        ]
        return all
    }
}
