package import Storage

extension Desk {
    package static let inboxMigrations = [
        Migration(
            "desk-inbox", 1,
            [
                """
                CREATE TABLE saved_reply (
                    id BLOB PRIMARY KEY NOT NULL,
                    queue_id BLOB REFERENCES support_queue (id) ON DELETE CASCADE,
                    shortcut TEXT NOT NULL,
                    text TEXT NOT NULL
                ) STRICT
                """,
                "CREATE TABLE wrap_up (id BLOB PRIMARY KEY NOT NULL, name TEXT NOT NULL UNIQUE) STRICT",
                """
                CREATE TABLE enquiry_wrap_up (
                    conversation_id BLOB PRIMARY KEY NOT NULL REFERENCES enquiry (conversation_id) ON DELETE CASCADE,
                    wrap_up_id BLOB NOT NULL REFERENCES wrap_up (id) ON DELETE CASCADE
                ) STRICT
                """,
                "CREATE INDEX enquiry_wrap_up_code ON enquiry_wrap_up (wrap_up_id)",
                """
                CREATE TABLE enquiry_tag (
                    conversation_id BLOB NOT NULL REFERENCES enquiry (conversation_id) ON DELETE CASCADE,
                    tag TEXT NOT NULL,
                    PRIMARY KEY (conversation_id, tag)
                ) STRICT
                """,
                "CREATE INDEX enquiry_tag_name ON enquiry_tag (tag)",
                """
                CREATE TABLE enquiry_snooze (
                    conversation_id BLOB PRIMARY KEY NOT NULL REFERENCES enquiry (conversation_id) ON DELETE CASCADE,
                    until INTEGER
                ) STRICT
                """,
                "CREATE INDEX enquiry_snooze_until ON enquiry_snooze (until)",
                """
                CREATE TABLE enquiry_invitation (
                    conversation_id BLOB NOT NULL REFERENCES enquiry (conversation_id) ON DELETE CASCADE,
                    person_id BLOB NOT NULL REFERENCES agent (person_id) ON DELETE CASCADE,
                    PRIMARY KEY (conversation_id, person_id)
                ) STRICT
                """,
                "CREATE INDEX enquiry_invitation_person ON enquiry_invitation (person_id)",
                """
                CREATE TABLE enquiry_merge (
                    conversation_id BLOB PRIMARY KEY NOT NULL REFERENCES enquiry (conversation_id) ON DELETE CASCADE,
                    into_id BLOB NOT NULL REFERENCES enquiry (conversation_id) ON DELETE CASCADE
                ) STRICT
                """,
                "CREATE INDEX enquiry_merge_into ON enquiry_merge (into_id)",
            ]),
        Migration(
            "desk-inbox", 2,
            [
                """
                CREATE TABLE visitor_subject (
                    person_id BLOB PRIMARY KEY NOT NULL REFERENCES visitor (person_id) ON DELETE CASCADE,
                    fingerprint BLOB NOT NULL
                ) STRICT
                """,
                "CREATE INDEX visitor_subject_fingerprint ON visitor_subject (fingerprint)",
            ]),
    ]
}
