package import Privacy
package import Storage

extension Desk {
    package static let importMigrations = [
        Migration(
            "desk-import", 1,
            [
                """
                CREATE TABLE import_record (
                    fingerprint BLOB PRIMARY KEY NOT NULL,
                    conversation_id BLOB,
                    at INTEGER NOT NULL
                ) STRICT
                """,
                "CREATE INDEX import_record_begun ON import_record (at) WHERE conversation_id IS NOT NULL",
            ])
    ]

    /// What says that something was brought in, so that a second time brings nothing twice, and nothing back that was forgotten here.
    package static var importDeclarations: Declarations {
        var all = Declarations()
        all.technical = [
            TechnicalColumn(
                "import_record", "fingerprint", reason: "A keyed fingerprint of another program's id: from it nothing can be read."),
            TechnicalColumn("import_record", "conversation_id", reason: "A random id; only while it is being brought in."),
            TechnicalColumn("import_record", "at", reason: "When it was brought in."),
        ]
        return all
    }
}
