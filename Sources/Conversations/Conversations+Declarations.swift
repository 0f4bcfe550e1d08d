package import Privacy

extension Conversations {
    /// What this domain keeps about people, and why (C33). What is said stands in the live link's `stream_event`, in rows of its own.
    package static var declarations: Declarations {
        var all = Declarations()
        func personal(
            _ table: String, _ column: String, _ key: String, _ category: DataCategory, _ sealing: Sealing, _ necessity: String
        ) {
            all.personal.append(
                PersonalField(
                    table, column, key: key, category, for: [.conversations], basis: .contract, audience: .conversation,
                    retention: .withConversation, sealing: sealing, necessity: necessity))
        }
        for column in ["owner", "name", "sequence", "event_id", "reader_id", "kind", "at", "repeats"] {
            all.personal.append(said(column, .plain, "Says in which order a conversation went, who said what and when."))
        }
        all.personal.append(said("body", .sealed, "What people say to each other, until the conversation is forgotten."))
        for column in ["owner", "name", "last"] {
            all.personal.append(
                PersonalField(
                    "stream", column, part: "conversations", key: "conversation", .history, for: [.conversations], basis: .contract,
                    audience: .nobody, retention: .withConversation, sealing: .plain,
                    necessity: "Counts what is said in a conversation, so that nothing is lost or shown twice."))
        }
        personal("conversation", "keeper_id", "conversation", .pseudonym, .plain, "Says whose key seals what is said.")
        for column in ["state", "created_at", "last_at", "closed_at"] {
            personal(
                "conversation", column, "conversation", .history, .plain,
                "Says whether the conversation goes on, and when it is to be forgotten.")
        }
        personal("participant", "person_id", "participant", .pseudonym, .plain, "Says who may read the conversation and write in it.")
        personal("participant", "name", "participantName", .name, .sealed, "Shows the others who speaks.")
        for column in ["part", "joined_at", "left_at"] {
            personal("participant", column, "participant", .history, .plain, "Shows who came and left as what.")
        }
        for column in ["delivered", "read"] {
            personal("participant", column, "receipt", .communication, .plain, "Shows how far a message got.")
        }
        personal("attachment", "owner_id", "attachment", .pseudonym, .plain, "Says who handed a file over and may still take it back.")
        personal("attachment", "name", "attachmentName", .communication, .sealed, "Names the file.")
        for column in ["type", "bytes", "received", "state", "width", "height", "created_at"] {
            personal(
                "attachment", column, "attachment", .communication, .plain, "Says what kind of file it is and how much of it is there.")
        }
        personal("attachment_piece", "bytes", "attachmentContent", .communication, .sealed, "The file itself.")
        for column in ["token", "message"] {
            personal(
                "message_token", column, "messageWords", .communication, .plain,
                "Finds a message by its words, which cannot be read from it.")
        }
        for column in ["conversation_id", "sequence", "at", "tokens"] {
            personal(
                "message_index", column, "messageWords", .communication, .plain, "Says which message was found, and what is to go with it.")
        }
        all.technical = [
            TechnicalColumn("message_index", "id", reason: "A time and random bits."),
            TechnicalColumn("message_unindexed", "message", reason: "A time and random bits."),
            TechnicalColumn("message_unindexed", "merge", reason: "A random number."),
            TechnicalColumn("attachment", "id", reason: "A random id."),
            TechnicalColumn("attachment", "conversation_id", reason: "A random id."),
            TechnicalColumn("attachment_piece", "attachment_id", reason: "A random id."),
            TechnicalColumn("attachment_piece", "start", reason: "A place in a file."),
            TechnicalColumn("conversation", "id", reason: "A random id."),
            TechnicalColumn("conversation", "kind", reason: "The same for every conversation of its kind."),
            TechnicalColumn("conversation", "guard", reason: "A policy."),
            TechnicalColumn("conversation", "keeps_transcript", reason: "A policy."),
            TechnicalColumn("participant", "conversation_id", reason: "A random id."),
        ]
        return all
    }

    private static func said(_ column: String, _ sealing: Sealing, _ necessity: String) -> PersonalField {
        PersonalField(
            "stream_event", column, part: "conversations", key: "said", .communication, for: [.conversations, .support], basis: .contract,
            audience: .conversation, retention: .withConversation, sealing: sealing, necessity: necessity)
    }
}
