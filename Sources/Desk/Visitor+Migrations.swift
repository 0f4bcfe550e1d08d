package import Storage

extension Desk {
    package static let visitorMigrations = [
        Migration(
            "desk-visitor", 1,
            [
                """
                CREATE TABLE enquiry_rating (
                    conversation_id BLOB PRIMARY KEY NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
                    visitor_id BLOB NOT NULL,
                    score INTEGER NOT NULL CHECK (score BETWEEN 1 AND 5),
                    comment BLOB,
                    at INTEGER NOT NULL
                ) STRICT
                """,
                // The tokens in mails: another one each, since the server knows only fingerprints.
                """
                CREATE TABLE return_link (
                    fingerprint BLOB PRIMARY KEY NOT NULL,
                    visitor_id BLOB NOT NULL,
                    made_at INTEGER NOT NULL
                ) STRICT
                """,
                "CREATE INDEX return_link_visitor ON return_link (visitor_id)",
                "CREATE INDEX enquiry_unheard ON enquiry (last_at) WHERE awaits_team = 0",
                "CREATE INDEX enquiry_closed ON enquiry (site_id, closed_at) WHERE closed_at IS NOT NULL",
            ]),
        Migration(
            "desk-visitor", 2,
            [
                // Whose rows are gone, and whose key is to be destroyed.
                "CREATE TABLE visitor_forgetting (person_id BLOB PRIMARY KEY NOT NULL) STRICT"
            ]),
        // The latest answer, and when the visitor is to be told of it unless they have read it; nothing once that is settled.
        Migration(
            "desk-visitor", 3,
            [
                "ALTER TABLE enquiry ADD COLUMN answer INTEGER",
                "ALTER TABLE enquiry ADD COLUMN answer_due INTEGER",
                "DROP INDEX enquiry_unheard",
                "CREATE INDEX enquiry_answer_due ON enquiry (answer_due) WHERE answer_due IS NOT NULL",
            ]),
    ]
}
