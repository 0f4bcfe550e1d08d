package import Storage

extension MailQueue {
    package static let migrations = [
        Migration(
            "mail", 1,
            [
                """
                CREATE TABLE mail_letter (
                    id BLOB PRIMARY KEY NOT NULL,
                    person_id BLOB NOT NULL,
                    template TEXT NOT NULL,
                    sealed BLOB NOT NULL,
                    queued_at INTEGER NOT NULL,
                    attempts INTEGER NOT NULL,
                    next_at INTEGER NOT NULL,
                    claimed_until INTEGER NOT NULL,
                    failure INTEGER
                ) STRICT
                """,
                "CREATE INDEX mail_letter_due ON mail_letter (next_at)",
                "CREATE INDEX mail_letter_person ON mail_letter (person_id)",
            ])
    ]
}
