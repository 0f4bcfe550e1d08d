extension KeyRing {
    package static let migrations = [
        Migration(
            "keys", 1,
            [
                """
                CREATE TABLE person_key (
                    person_id BLOB PRIMARY KEY NOT NULL,
                    root TEXT NOT NULL,
                    wrapped BLOB NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE system_key (
                    name TEXT PRIMARY KEY NOT NULL,
                    root TEXT NOT NULL,
                    wrapped BLOB NOT NULL
                ) STRICT
                """,
            ]),
        Migration(
            "keys", 2,
            [
                """
                CREATE TABLE erasure (
                    person_id BLOB PRIMARY KEY NOT NULL,
                    erased_at INTEGER NOT NULL
                ) STRICT
                """
            ]),
    ]
}
