package import Storage

extension Desk {
    /// Beside the tables of the desk: how queues give out what waits, what agents can do, and where an enquiry is on its way to one.
    package static let routingMigrations = [
        Migration(
            "desk-routing", 1,
            [
                """
                CREATE TABLE queue_rules (
                    queue_id BLOB PRIMARY KEY NOT NULL REFERENCES support_queue (id) ON DELETE CASCADE,
                    rules TEXT NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE agent_routing (
                    person_id BLOB PRIMARY KEY NOT NULL REFERENCES agent (person_id) ON DELETE CASCADE,
                    gone_at INTEGER,
                    assigned_at INTEGER NOT NULL,
                    missed INTEGER NOT NULL,
                    abilities TEXT NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE agent_link (
                    connection BLOB PRIMARY KEY NOT NULL,
                    person_id BLOB NOT NULL REFERENCES agent_routing (person_id) ON DELETE CASCADE
                ) STRICT
                """,
                "CREATE INDEX agent_link_person ON agent_link (person_id)",
                """
                CREATE TABLE enquiry_routing (
                    conversation_id BLOB PRIMARY KEY NOT NULL REFERENCES enquiry (conversation_id) ON DELETE CASCADE,
                    needs TEXT NOT NULL,
                    sticky_id BLOB,
                    offered_until INTEGER,
                    attempts INTEGER NOT NULL,
                    tried TEXT NOT NULL,
                    paused_until INTEGER,
                    has_moved INTEGER NOT NULL CHECK (has_moved IN (0, 1))
                ) STRICT
                """,
                "CREATE TABLE routing_turn (id INTEGER PRIMARY KEY NOT NULL, number INTEGER NOT NULL) STRICT",
                "INSERT INTO routing_turn (id, number) VALUES (1, 0)",
                "CREATE INDEX enquiry_assigned ON enquiry (queue_id, assigned_at) WHERE assigned_at IS NOT NULL",
            ]),
        // The front of each queue, by `Router.rank`.
        Migration(
            "desk-routing", 2,
            [
                """
                CREATE INDEX enquiry_line ON enquiry (queue_id, channel, (waiting_since - priority * 60000), conversation_id)
                WHERE state = 'waiting'
                """
            ]),
    ]
}
