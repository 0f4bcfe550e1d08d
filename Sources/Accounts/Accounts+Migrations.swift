package import Storage

extension Accounts {
    package static let migrations = [
        Migration(
            "accounts", 1,
            [
                """
                CREATE TABLE account (
                    person_id BLOB PRIMARY KEY NOT NULL,
                    email BLOB NOT NULL,
                    email_index BLOB NOT NULL UNIQUE,
                    email_confirmed_at INTEGER,
                    password BLOB,
                    password_changed_at INTEGER,
                    age_band TEXT NOT NULL CHECK (age_band IN ('minor', 'adult')),
                    state TEXT NOT NULL CHECK (state IN ('active', 'suspended')),
                    language TEXT NOT NULL,
                    created_at INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE account_role (
                    person_id BLOB NOT NULL REFERENCES account (person_id) ON DELETE CASCADE,
                    role TEXT NOT NULL CHECK (role IN ('owner', 'privacy-officer', 'administrator')),
                    PRIMARY KEY (person_id, role)
                ) STRICT
                """,
                // There is exactly one owner, whatever two nodes do at once.
                "CREATE UNIQUE INDEX account_role_owner ON account_role (role) WHERE role = 'owner'",
                """
                CREATE TABLE session (
                    id BLOB PRIMARY KEY NOT NULL,
                    token_hash BLOB NOT NULL UNIQUE,
                    person_id BLOB NOT NULL REFERENCES account (person_id) ON DELETE CASCADE,
                    stage TEXT NOT NULL CHECK (stage IN ('second-factor', 'open')),
                    device BLOB NOT NULL,
                    created_at INTEGER NOT NULL,
                    used_at INTEGER NOT NULL,
                    ends_at INTEGER NOT NULL
                ) STRICT
                """,
                "CREATE INDEX session_person ON session (person_id)",
                "CREATE INDEX session_ends ON session (ends_at)",
                """
                CREATE TABLE known_device (
                    person_id BLOB NOT NULL REFERENCES account (person_id) ON DELETE CASCADE,
                    device_index BLOB NOT NULL,
                    used_at INTEGER NOT NULL,
                    PRIMARY KEY (person_id, device_index)
                ) STRICT
                """,
                """
                CREATE TABLE attempt (
                    subject BLOB PRIMARY KEY NOT NULL,
                    count INTEGER NOT NULL,
                    wait_until INTEGER NOT NULL,
                    ends_at INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE email_confirmation (
                    token_hash BLOB PRIMARY KEY NOT NULL,
                    person_id BLOB NOT NULL REFERENCES account (person_id) ON DELETE CASCADE,
                    email BLOB NOT NULL,
                    ends_at INTEGER NOT NULL
                ) STRICT
                """,
                "CREATE INDEX email_confirmation_person ON email_confirmation (person_id)",
                """
                CREATE TABLE recovery (
                    token_hash BLOB PRIMARY KEY NOT NULL,
                    person_id BLOB NOT NULL REFERENCES account (person_id) ON DELETE CASCADE,
                    by_mail INTEGER NOT NULL CHECK (by_mail IN (0, 1)),
                    ends_at INTEGER NOT NULL
                ) STRICT
                """,
                "CREATE INDEX recovery_person ON recovery (person_id)",
                """
                CREATE TABLE recovery_code (
                    person_id BLOB NOT NULL REFERENCES account (person_id) ON DELETE CASCADE,
                    code_index BLOB NOT NULL,
                    PRIMARY KEY (person_id, code_index)
                ) STRICT
                """,
                """
                CREATE TABLE totp (
                    person_id BLOB PRIMARY KEY NOT NULL REFERENCES account (person_id) ON DELETE CASCADE,
                    secret BLOB NOT NULL,
                    enabled_at INTEGER NOT NULL,
                    last_step INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE passkey (
                    credential_id BLOB PRIMARY KEY NOT NULL,
                    id BLOB NOT NULL UNIQUE,
                    person_id BLOB NOT NULL REFERENCES account (person_id) ON DELETE CASCADE,
                    public_key BLOB NOT NULL,
                    sign_count INTEGER NOT NULL,
                    name BLOB NOT NULL,
                    created_at INTEGER NOT NULL,
                    used_at INTEGER
                ) STRICT
                """,
                "CREATE INDEX passkey_person ON passkey (person_id)",
                """
                CREATE TABLE spent_challenge (
                    challenge_hash BLOB PRIMARY KEY NOT NULL,
                    ends_at INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE owner_link (
                    token_hash BLOB PRIMARY KEY NOT NULL,
                    ends_at INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE invitation (
                    id BLOB PRIMARY KEY NOT NULL,
                    token_hash BLOB NOT NULL UNIQUE,
                    inviter_id BLOB NOT NULL REFERENCES account (person_id) ON DELETE CASCADE,
                    email BLOB,
                    created_at INTEGER NOT NULL,
                    ends_at INTEGER NOT NULL,
                    used_at INTEGER
                ) STRICT
                """,
                """
                CREATE TABLE registration_choice (
                    single INTEGER PRIMARY KEY NOT NULL CHECK (single = 1),
                    mode TEXT NOT NULL CHECK (mode IN ('open', 'invitation', 'closed'))
                ) STRICT
                """,
            ]),
        Migration(
            "accounts", 2,
            ["ALTER TABLE session ADD COLUMN is_strong INTEGER NOT NULL DEFAULT 0 CHECK (is_strong IN (0, 1))"]),
        // The desk's roles. A check cannot be changed in place on SQLite.
        Migration(
            "accounts", 3,
            [
                """
                CREATE TABLE account_role_3 (
                    person_id BLOB NOT NULL REFERENCES account (person_id) ON DELETE CASCADE,
                    role TEXT NOT NULL
                        CHECK (role IN ('owner', 'privacy-officer', 'administrator', 'agent', 'supervisor', 'viewer')),
                    PRIMARY KEY (person_id, role)
                ) STRICT
                """,
                "INSERT INTO account_role_3 (person_id, role) SELECT person_id, role FROM account_role",
                "DROP TABLE account_role",
                "ALTER TABLE account_role_3 RENAME TO account_role",
                "CREATE UNIQUE INDEX account_role_owner ON account_role (role) WHERE role = 'owner'",
            ]),
    ]
}
