import Privacy
package import Storage
import Vocabulary
package import Web

/// What people are to each other: profiles, the directory, contacts, notices.
///
/// Everything that shows one person to another goes through `cards(of:seenBy:)`, on every surface.
package struct People: Sendable {
    let ground: Ground
    /// Who knows what notices are about, beside people.
    package let subjects = NoticeSubjects()

    package init(_ ground: Ground) {
        self.ground = ground
    }

    package static let migrations = [
        Migration(
            "people", 1,
            [
                """
                CREATE TABLE profile (
                    person_id BLOB PRIMARY KEY NOT NULL,
                    name BLOB NOT NULL,
                    about BLOB,
                    picture_id BLOB,
                    listed_at INTEGER,
                    always_relay INTEGER NOT NULL DEFAULT 0 CHECK (always_relay IN (0, 1))
                ) STRICT
                """,
                """
                CREATE TABLE profile_visibility (
                    person_id BLOB NOT NULL REFERENCES profile (person_id) ON DELETE CASCADE,
                    field TEXT NOT NULL,
                    visibility TEXT NOT NULL CHECK (visibility IN ('nobody', 'contacts', 'members', 'everyone')),
                    PRIMARY KEY (person_id, field)
                ) STRICT
                """,
                """
                CREATE TABLE profile_picture (
                    id BLOB PRIMARY KEY NOT NULL,
                    person_id BLOB NOT NULL UNIQUE REFERENCES profile (person_id) ON DELETE CASCADE,
                    image BLOB NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE directory_token (
                    token BLOB NOT NULL,
                    person_id BLOB NOT NULL REFERENCES profile (person_id) ON DELETE CASCADE,
                    PRIMARY KEY (token, person_id)
                ) STRICT
                """,
                "CREATE INDEX directory_token_person ON directory_token (person_id)",
                """
                CREATE TABLE contact (
                    person_id BLOB NOT NULL REFERENCES profile (person_id) ON DELETE CASCADE,
                    other_id BLOB NOT NULL REFERENCES profile (person_id) ON DELETE CASCADE,
                    since INTEGER NOT NULL,
                    PRIMARY KEY (person_id, other_id)
                ) STRICT
                """,
                "CREATE INDEX contact_other ON contact (other_id)",
                """
                CREATE TABLE contact_request (
                    asker_id BLOB NOT NULL REFERENCES profile (person_id) ON DELETE CASCADE,
                    asked_id BLOB NOT NULL REFERENCES profile (person_id) ON DELETE CASCADE,
                    at INTEGER NOT NULL,
                    introduction BLOB,
                    declined INTEGER NOT NULL CHECK (declined IN (0, 1)),
                    PRIMARY KEY (asker_id, asked_id)
                ) STRICT
                """,
                "CREATE INDEX contact_request_asked ON contact_request (asked_id)",
                """
                CREATE TABLE block (
                    person_id BLOB NOT NULL REFERENCES profile (person_id) ON DELETE CASCADE,
                    other_id BLOB NOT NULL REFERENCES profile (person_id) ON DELETE CASCADE,
                    at INTEGER NOT NULL,
                    PRIMARY KEY (person_id, other_id)
                ) STRICT
                """,
                "CREATE INDEX block_other ON block (other_id)",
                """
                CREATE TABLE notice_read (
                    person_id BLOB PRIMARY KEY NOT NULL REFERENCES profile (person_id) ON DELETE CASCADE,
                    up_to INTEGER NOT NULL
                ) STRICT
                """,
            ]),
        Migration(
            "people", 2,
            [
                "ALTER TABLE contact_request ADD COLUMN by_address INTEGER NOT NULL DEFAULT 0 CHECK (by_address IN (0, 1))",
                """
                CREATE TABLE address_request (
                    id BLOB PRIMARY KEY NOT NULL,
                    asker_id BLOB NOT NULL REFERENCES profile (person_id) ON DELETE CASCADE,
                    address_index BLOB NOT NULL,
                    address BLOB NOT NULL,
                    at INTEGER NOT NULL,
                    UNIQUE (asker_id, address_index)
                ) STRICT
                """,
            ]),
    ]
}
