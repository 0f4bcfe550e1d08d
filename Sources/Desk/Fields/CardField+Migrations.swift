package import Privacy
package import Storage

extension CardField {
    package static let migrations = [
        Migration(
            "desk-card-field", 1,
            [
                """
                CREATE TABLE card_field (
                    id BLOB PRIMARY KEY NOT NULL,
                    name TEXT NOT NULL UNIQUE,
                    kind TEXT NOT NULL CHECK (kind IN ('line', 'number', 'date', 'choice')),
                    options TEXT NOT NULL,
                    created_at INTEGER NOT NULL
                ) STRICT
                """
            ])
    ]

    /// What is filled in stands in the visitor's card, sealed under their key (C33).
    package static var declarations: Declarations {
        var all = Declarations()
        all.technical = [
            TechnicalColumn("card_field", "id", reason: "A random id."),
            TechnicalColumn("card_field", "name", reason: "The team's word for something it wants to know."),
            TechnicalColumn("card_field", "kind", reason: "What can be filled in."),
            TechnicalColumn("card_field", "options", reason: "The team's words to choose from."),
            TechnicalColumn("card_field", "created_at", reason: "The order of the fields."),
        ]
        return all
    }
}
