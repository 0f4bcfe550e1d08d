package import Accounts
package import Calls
package import Conversations
package import Privacy
package import ServiceLifecycle
package import Storage
package import Vocabulary
package import Web

/// Where visitors of web sites are answered: sites and their widget, queues, agents, and the enquiries between them.
///
/// An `Enquiry` is a conversation of kind `support` with a place in a queue. What is said lives in Conversations;
/// here is who answers it, how long somebody waits, and who may look.
package struct Desk: Sendable {
    package let ground: Ground
    package let people: People
    package let conversations: Conversations
    let dispatcher: Dispatcher
    /// Enquiries in which something was said, which happens all the time: so a message costs the desk a small part of a look at the
    /// database, and nobody sees a list change later for it.
    let changes = ThrottledNews<Set<ConversationID>>(pause: .milliseconds(50)) { $0.formUnion($1) }
    /// The widget's files.
    package let widget: WidgetShelf
    /// Visitors who chose to be seen.
    let here: VisitorsHere
    /// How often one household may begin a conversation.
    let beginnings: RateLimits
    package let calls: Calls
    let programDesk: ProgramDesk

    /// - Parameter privateHosts: hosts on private networks that webhooks may lead to.
    package init(_ ground: Ground, people: People, conversations: Conversations, calls: Calls, privateHosts: Set<String> = []) {
        self.ground = ground
        self.people = people
        dispatcher = Dispatcher(ground)
        self.conversations = conversations
        widget = WidgetShelf(standing: ground.standing)
        here = VisitorsHere(bus: ground.bus)
        // A school behind one address, but no flood: 60 at once, then one every five seconds.
        beginnings = RateLimits(
            RateLimitTable(perAccount: [:], perClient: [.writing: Allowance(burst: 60, every: .seconds(5))]), clock: ground.clock)
        self.calls = calls
        programDesk = ProgramDesk(ground, privateHosts: privateHosts)
    }

    package static let migrations = [
        Migration(
            "desk", 1,
            [
                """
                CREATE TABLE support_queue (
                    id BLOB PRIMARY KEY NOT NULL,
                    name TEXT NOT NULL UNIQUE,
                    guard TEXT NOT NULL CHECK (guard IN ('mask', 'refuse', 'off')),
                    keeps_transcript INTEGER NOT NULL CHECK (keeps_transcript IN (0, 1)),
                    created_at INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE support_site (
                    id BLOB PRIMARY KEY NOT NULL,
                    key TEXT NOT NULL UNIQUE,
                    name TEXT NOT NULL,
                    queue_id BLOB NOT NULL REFERENCES support_queue (id),
                    settings TEXT NOT NULL,
                    created_at INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE agent (
                    person_id BLOB PRIMARY KEY NOT NULL REFERENCES profile (person_id) ON DELETE CASCADE,
                    status TEXT NOT NULL CHECK (status IN ('available', 'busy', 'away')),
                    capacity INTEGER NOT NULL CHECK (capacity BETWEEN 0 AND 50),
                    since INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE queue_agent (
                    queue_id BLOB NOT NULL REFERENCES support_queue (id) ON DELETE CASCADE,
                    person_id BLOB NOT NULL REFERENCES agent (person_id) ON DELETE CASCADE,
                    PRIMARY KEY (queue_id, person_id)
                ) STRICT
                """,
                "CREATE INDEX queue_agent_person ON queue_agent (person_id)",
                """
                CREATE TABLE visitor (
                    person_id BLOB PRIMARY KEY NOT NULL,
                    site_id BLOB NOT NULL,
                    conversation_id BLOB NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
                    fingerprint BLOB NOT NULL UNIQUE,
                    card BLOB NOT NULL,
                    language TEXT NOT NULL,
                    notice INTEGER NOT NULL,
                    began_at INTEGER NOT NULL
                ) STRICT
                """,
                "CREATE INDEX visitor_conversation ON visitor (conversation_id)",
                """
                CREATE TABLE enquiry (
                    conversation_id BLOB PRIMARY KEY NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
                    site_id BLOB NOT NULL,
                    visitor_id BLOB NOT NULL,
                    queue_id BLOB NOT NULL,
                    channel TEXT NOT NULL CHECK (channel IN ('chat', 'message', 'call')),
                    state TEXT NOT NULL CHECK (state IN ('waiting', 'offered', 'active', 'snoozed', 'closed')),
                    agent_id BLOB,
                    priority INTEGER NOT NULL,
                    language TEXT NOT NULL,
                    arrived_at INTEGER NOT NULL,
                    waiting_since INTEGER NOT NULL,
                    assigned_at INTEGER,
                    answered_at INTEGER,
                    closed_at INTEGER,
                    last_at INTEGER NOT NULL,
                    awaits_team INTEGER NOT NULL CHECK (awaits_team IN (0, 1))
                ) STRICT
                """,
                "CREATE INDEX enquiry_waiting ON enquiry (queue_id, priority, waiting_since) WHERE state IN ('waiting', 'offered')",
                "CREATE INDEX enquiry_agent ON enquiry (agent_id, state, last_at)",
                "CREATE INDEX enquiry_queue ON enquiry (queue_id, state, last_at)",
                "CREATE INDEX enquiry_visitor ON enquiry (visitor_id)",
                """
                CREATE TABLE staff_read (
                    id BLOB PRIMARY KEY NOT NULL,
                    visitor_id BLOB NOT NULL,
                    conversation_id BLOB NOT NULL,
                    person_id BLOB NOT NULL,
                    part TEXT NOT NULL,
                    at INTEGER NOT NULL
                ) STRICT
                """,
                "CREATE INDEX staff_read_visitor ON staff_read (visitor_id, at)",
                "CREATE INDEX staff_read_age ON staff_read (at)",
            ])
    ]
}
