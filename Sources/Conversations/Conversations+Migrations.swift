package import Storage

extension Conversations {
    /// What finds little among much, once there are years of it.
    package static let historyMigrations = [
        Migration(
            "conversations-history", 1,
            // Conversations whose words go when they close: upkeep looks whether all are gone.
            ["CREATE INDEX conversation_brief ON conversation (closed_at) WHERE keeps_transcript = 0"])
    ]
}
