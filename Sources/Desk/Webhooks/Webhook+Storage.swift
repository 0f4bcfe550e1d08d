package import Conversations
package import Storage
package import Vocabulary

extension Desk {
    package static let webhookMigrations = [
        Migration(
            "desk-webhook", 1,
            [
                """
                CREATE TABLE webhook (
                    id BLOB PRIMARY KEY NOT NULL,
                    url TEXT NOT NULL,
                    queue_id BLOB,
                    secret BLOB NOT NULL,
                    former_secret BLOB,
                    former_until INTEGER,
                    created_at INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE webhook_event (
                    webhook_id BLOB NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
                    kind TEXT NOT NULL,
                    PRIMARY KEY (webhook_id, kind)
                ) STRICT
                """,
                """
                CREATE TABLE webhook_turn (
                    conversation_id BLOB PRIMARY KEY NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
                    last INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE webhook_delivery (
                    id BLOB PRIMARY KEY NOT NULL,
                    webhook_id BLOB NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
                    conversation_id BLOB NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
                    turn INTEGER NOT NULL,
                    kind TEXT NOT NULL,
                    sequence INTEGER,
                    part TEXT,
                    at INTEGER NOT NULL,
                    attempts INTEGER NOT NULL,
                    next_at INTEGER NOT NULL,
                    until INTEGER NOT NULL,
                    claimed_until INTEGER NOT NULL,
                    failed_at INTEGER,
                    failure TEXT,
                    UNIQUE (webhook_id, conversation_id, turn)
                ) STRICT
                """,
                "CREATE INDEX webhook_delivery_due ON webhook_delivery (next_at) WHERE failed_at IS NULL",
                "CREATE INDEX webhook_delivery_failed ON webhook_delivery (failed_at) WHERE failed_at IS NOT NULL",
                "CREATE INDEX webhook_delivery_conversation ON webhook_delivery (conversation_id)",
            ]),
        // One row for all that waits of a conversation for a webhook: whoever looks for what is due looks at these alone, however much
        // waits behind them.
        Migration(
            "desk-webhook", 2,
            [
                """
                CREATE TABLE webhook_lane (
                    conversation_id BLOB NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
                    webhook_id BLOB NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
                    next_at INTEGER NOT NULL,
                    claimed_until INTEGER NOT NULL,
                    PRIMARY KEY (conversation_id, webhook_id)
                ) STRICT
                """,
                """
                INSERT INTO webhook_lane (conversation_id, webhook_id, next_at, claimed_until)
                SELECT d.conversation_id, d.webhook_id, d.next_at, 0 FROM webhook_delivery d
                WHERE d.failed_at IS NULL AND NOT EXISTS (
                    SELECT 1 FROM webhook_delivery e WHERE e.webhook_id = d.webhook_id AND e.conversation_id = d.conversation_id
                        AND e.failed_at IS NULL AND e.turn < d.turn)
                """,
                "CREATE INDEX webhook_lane_due ON webhook_lane (webhook_id, next_at)",
                "DROP INDEX webhook_delivery_due",
                "ALTER TABLE webhook_delivery DROP COLUMN next_at",
                "ALTER TABLE webhook_delivery DROP COLUMN claimed_until",
                "CREATE INDEX webhook_delivery_waiting ON webhook_delivery (webhook_id, conversation_id, turn) WHERE failed_at IS NULL",
            ]),
    ]
}

extension Webhook {
    init(_ row: Row, events: [WebhookEvent]) throws(StorageError) {
        id = try row["id"]
        url = try row["url"]
        queue = try row["queue_id"]
        self.events = events
        createdAt = try row["created_at"]
        secret = try row["secret"]
        formerSecret = try row["former_secret"]
        formerUntil = try row["former_until"]
    }
}

extension WebhookDelivery {
    init(_ row: Row) throws(StorageError) {
        id = try row["id"]
        webhook = try row["webhook_id"]
        conversation = try row["conversation_id"]
        kind = try row["kind"]
        sequence = try row["sequence"]
        part = try row["part"]
        at = try row["at"]
        attempts = try row["attempts"]
        until = try row["until"]
        failure = try row["failure"]
    }
}

extension Transaction {
    func add(_ webhook: Webhook) throws(StorageError) {
        try run(
            """
            INSERT INTO webhook (id, url, queue_id, secret, created_at)
            VALUES (\(webhook.id), \(webhook.url), \(webhook.queue), \(webhook.secret), \(webhook.createdAt))
            """)
        for kind in webhook.events { try run("INSERT INTO webhook_event (webhook_id, kind) VALUES (\(webhook.id), \(kind))") }
    }

    func webhooks() throws -> [Webhook] {
        try rows("SELECT * FROM webhook ORDER BY created_at, id").map { try Webhook($0, events: try events(of: try $0["id"])) }
    }

    func webhook(_ id: ID<Webhook>) throws -> Webhook? {
        try first("SELECT * FROM webhook WHERE id = \(id)").map { try Webhook($0, events: try events(of: id)) }
    }

    private func events(of webhook: ID<Webhook>) throws -> [WebhookEvent] {
        try rows("SELECT kind FROM webhook_event WHERE webhook_id = \(webhook) ORDER BY kind").map { try $0["kind"] }
    }

    func removeWebhook(_ id: ID<Webhook>) throws(StorageError) -> Bool {
        try exists("DELETE FROM webhook WHERE id = \(id) RETURNING id")
    }

    func rotate(_ id: ID<Webhook>, to secret: Sealed, keeping former: Sealed, until time: Timestamp) throws(StorageError) {
        try run("UPDATE webhook SET secret = \(secret), former_secret = \(former), former_until = \(time) WHERE id = \(id)")
    }

    /// Puts what happened before every webhook that wants to know, **in the transaction in which it happens**: what is taken back
    /// is told to nobody, and what is kept is told even if the server ends with the commit.
    ///
    /// - Returns: whether any webhook wants to know. The courier is to be rung for after the commit.
    @discardableResult
    func tell(_ kind: WebhookEvent, about id: ConversationID, part: String? = nil, at now: Timestamp) throws -> Bool {
        try telling(kind, about: id, part: part, at: now)()
    }

    func telling(_ kind: WebhookEvent, about id: ConversationID, sequence: Int? = nil, part: String? = nil, at now: Timestamp)
        throws(StorageError) -> Later<Bool>
    {
        let wanted = try ask(
            """
            SELECT webhook.id FROM webhook JOIN webhook_event ON webhook_event.webhook_id = webhook.id
            JOIN enquiry ON enquiry.conversation_id = \(id)
            WHERE webhook_event.kind = \(kind) AND (webhook.queue_id IS NULL OR webhook.queue_id = enquiry.queue_id)
            """)
        return {
            let webhooks = try wanted.rows()
            guard !webhooks.isEmpty else { return false }
            let turn: Int =
                try first(
                    """
                    INSERT INTO webhook_turn (conversation_id, last) VALUES (\(id), 1)
                    ON CONFLICT (conversation_id) DO UPDATE SET last = webhook_turn.last + 1 RETURNING last
                    """)?.get("last") ?? 1
            for row in webhooks {
                let webhook: ID<Webhook> = try row["id"]
                try run(
                    """
                    INSERT INTO webhook_delivery (id, webhook_id, conversation_id, turn, kind, sequence, part, at, attempts, until)
                    VALUES (\(ID<WebhookDelivery>(at: now)), \(webhook), \(id), \(turn), \(kind), \(sequence), \(part), \(now), 0,
                        \(now + WebhookDelivery.patience))
                    """)
                // Behind what waits there already; the row is taken in any case, so that it is not removed just now.
                try run(
                    """
                    INSERT INTO webhook_lane (conversation_id, webhook_id, next_at, claimed_until) VALUES (\(id), \(webhook), \(now), 0)
                    ON CONFLICT (conversation_id, webhook_id) DO UPDATE SET next_at = webhook_lane.next_at
                    """)
            }
            return true
        }
    }

    /// The webhooks for which something is due.
    func webhooksDue(at now: Timestamp) throws -> [ID<Webhook>] {
        try rows(
            """
            SELECT webhook.id FROM webhook WHERE EXISTS (
                SELECT 1 FROM webhook_lane WHERE webhook_lane.webhook_id = webhook.id AND webhook_lane.next_at <= \(now))
            ORDER BY webhook.id
            """
        ).map { try $0["id"] }
    }

    /// Takes the delivery to this webhook that is due longest: the first of its conversation. Nil when none is due or others have it.
    func claimDelivery(to webhook: ID<Webhook>, at now: Timestamp, until end: Timestamp) throws -> WebhookDelivery? {
        // The outer condition is what PostgreSQL checks again after waiting for another node's claim.
        let lane = try first(
            """
            UPDATE webhook_lane SET next_at = \(end), claimed_until = \(end)
            WHERE webhook_id = \(webhook) AND next_at <= \(now) AND conversation_id IN (
                SELECT conversation_id FROM webhook_lane WHERE webhook_id = \(webhook) AND next_at <= \(now) ORDER BY next_at LIMIT 1)
            RETURNING conversation_id
            """)
        guard let conversation: ConversationID = try lane?.get("conversation_id") else { return nil }
        return try first(
            """
            SELECT * FROM webhook_delivery WHERE webhook_id = \(webhook) AND conversation_id = \(conversation) AND failed_at IS NULL
            ORDER BY turn LIMIT 1
            """
        ).map(WebhookDelivery.init)
    }

    func remove(_ delivery: WebhookDelivery, at now: Timestamp) throws(StorageError) {
        try run("DELETE FROM webhook_delivery WHERE id = \(delivery.id)")
        try goOn(after: delivery, at: now)
    }

    func postpone(_ delivery: WebhookDelivery, until time: Timestamp, because failure: String) throws(StorageError) {
        try run("UPDATE webhook_delivery SET attempts = attempts + 1, failure = \(failure) WHERE id = \(delivery.id)")
        try free(delivery, until: time)
    }

    /// Gives up on it, for people to see and send again.
    func giveUp(_ delivery: WebhookDelivery, at now: Timestamp, because failure: String) throws(StorageError) {
        try run(
            """
            UPDATE webhook_delivery SET attempts = attempts + 1, failed_at = \(now), failure = \(failure) WHERE id = \(delivery.id)
            """)
        try goOn(after: delivery, at: now)
    }

    /// What waits behind it is due.
    private func goOn(after delivery: WebhookDelivery, at now: Timestamp) throws(StorageError) {
        // Taking the row first makes whoever puts something behind it wait, or waits for them.
        try free(delivery, until: now)
        try run(
            """
            DELETE FROM webhook_lane WHERE conversation_id = \(delivery.conversation) AND webhook_id = \(delivery.webhook) AND NOT EXISTS (
                SELECT 1 FROM webhook_delivery d WHERE d.webhook_id = webhook_lane.webhook_id
                    AND d.conversation_id = webhook_lane.conversation_id AND d.failed_at IS NULL)
            """)
    }

    private func free(_ delivery: WebhookDelivery, until time: Timestamp) throws(StorageError) {
        try run(
            """
            UPDATE webhook_lane SET next_at = \(time), claimed_until = 0
            WHERE conversation_id = \(delivery.conversation) AND webhook_id = \(delivery.webhook)
            """)
    }

    /// Sends what was given up again, in its old place.
    func replay(_ id: ID<WebhookDelivery>, at now: Timestamp) throws -> Bool {
        let again = try first(
            """
            UPDATE webhook_delivery SET failed_at = NULL, attempts = 0, until = \(now + WebhookDelivery.patience)
            WHERE id = \(id) AND failed_at IS NOT NULL RETURNING *
            """
        ).map(WebhookDelivery.init)
        guard let again else { return false }
        // At once, unless another of the same conversation is on its way just now.
        try run(
            """
            INSERT INTO webhook_lane (conversation_id, webhook_id, next_at, claimed_until)
            VALUES (\(again.conversation), \(again.webhook), \(now), 0)
            ON CONFLICT (conversation_id, webhook_id) DO UPDATE
            SET next_at = CASE WHEN webhook_lane.claimed_until <= \(now) THEN excluded.next_at ELSE webhook_lane.next_at END
            """)
        return true
    }

    /// What could not be delivered, latest first.
    func failedDeliveries(of webhook: ID<Webhook>?, limit: Int) throws -> [WebhookDelivery] {
        if let webhook {
            return try rows(
                """
                SELECT * FROM webhook_delivery WHERE failed_at IS NOT NULL AND webhook_id = \(webhook)
                ORDER BY failed_at DESC, id LIMIT \(limit)
                """
            ).map(WebhookDelivery.init)
        }
        return try rows(
            "SELECT * FROM webhook_delivery WHERE failed_at IS NOT NULL ORDER BY failed_at DESC, id LIMIT \(limit)"
        ).map(WebhookDelivery.init)
    }

    func waitingDeliveries(of webhook: ID<Webhook>) throws -> Int {
        try first("SELECT COUNT(*) AS n FROM webhook_delivery WHERE failed_at IS NULL AND webhook_id = \(webhook)")?.get("n") ?? 0
    }
}
