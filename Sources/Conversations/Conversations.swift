package import Accounts
package import Privacy
package import Storage
package import Vocabulary
package import Web

/// Text between people: one engine for support, private and public conversations.
///
/// **A conversation is a durable stream of the live link.** What is said is an event of it, numbered by the server without holes;
/// the id that the browser made is the event's idempotency key, so the same message sent twice is kept once; the acknowledgement
/// comes after the commit. Who may read and write is who is a `Participant`, and nothing else.
///
/// Staff talk beside the visitor in a second stream, `team`, which only staff parts hear.
package struct Conversations: Sendable {
    package let ground: Ground
    /// Domains to the right that keep something beside what is said.
    package let listeners = ConversationListeners()
    package let indexer: MessageIndexer
    let places = PlaceMemory()
    let room = AttachmentRoom()
    /// How often one household may begin to hand a file over.
    let uploads: RateLimits

    /// Looks at files before anybody gets them; nil where the operator runs none.
    let scanner: (any FileScanner)?

    package init(_ ground: Ground, scanner: (any FileScanner)? = nil) {
        self.ground = ground
        self.scanner = scanner
        // A full message each for six people behind one address, then one file every five seconds.
        uploads = RateLimits(
            RateLimitTable(perAccount: [:], perClient: [.writing: Allowance(burst: 60, every: .seconds(5))]), clock: ground.clock)
        indexer = MessageIndexer(ground.database, logger: ground.logger)
    }

    /// What everyone in a conversation hears.
    package static let stream = "conversation"
    /// What only the staff in it hears: notes, advice, assignments.
    package static let teamStream = "team"

    package static let migrations = [
        Migration(
            "conversations", 1,
            [
                """
                CREATE TABLE conversation (
                    id BLOB PRIMARY KEY NOT NULL,
                    kind TEXT NOT NULL CHECK (kind IN ('private', 'support', 'public')),
                    keeper_id BLOB NOT NULL,
                    state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
                    guard TEXT NOT NULL CHECK (guard IN ('mask', 'refuse', 'off')),
                    keeps_transcript INTEGER NOT NULL CHECK (keeps_transcript IN (0, 1)),
                    created_at INTEGER NOT NULL,
                    last_at INTEGER NOT NULL,
                    closed_at INTEGER
                ) STRICT
                """,
                "CREATE INDEX conversation_keeper ON conversation (keeper_id)",
                "CREATE INDEX conversation_closed ON conversation (closed_at) WHERE closed_at IS NOT NULL",
                """
                CREATE TABLE participant (
                    conversation_id BLOB NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
                    person_id BLOB NOT NULL,
                    part TEXT NOT NULL CHECK (part IN ('visitor', 'agent', 'observer', 'bot', 'member')),
                    name BLOB NOT NULL,
                    joined_at INTEGER NOT NULL,
                    left_at INTEGER,
                    delivered INTEGER NOT NULL,
                    read INTEGER NOT NULL CHECK (read <= delivered),
                    PRIMARY KEY (conversation_id, person_id)
                ) STRICT
                """,
                "CREATE INDEX participant_person ON participant (person_id)",
            ])
    ]
}
