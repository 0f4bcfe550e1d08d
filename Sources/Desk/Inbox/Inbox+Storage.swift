import Conversations
import Storage
import Vocabulary

/// Each of these walks one index of `enquiry` and stops after a page, however many there are.
extension Transaction {
    /// Whether anybody ever wrote to this queue: their conversation may be forgotten, then the figures of its day tell of it.
    func wasWrittenTo(_ queue: ID<Queue>) throws -> Bool {
        try exists("SELECT queue_id FROM enquiry WHERE queue_id = \(queue) LIMIT 1")
            || exists("SELECT queue_id FROM report_day WHERE queue_id = \(queue) LIMIT 1")
    }

    /// The latest enquiries of a queue in one state.
    func enquiries(in queue: ID<Queue>, _ state: Enquiry.State, after cursor: Inbox.Cursor?, limit: Int) throws -> [Enquiry] {
        guard let cursor else {
            return try rows(
                """
                SELECT * FROM enquiry WHERE queue_id = \(queue) AND state = \(state)
                ORDER BY last_at DESC, conversation_id DESC LIMIT \(limit)
                """
            ).map(Enquiry.init)
        }
        return try rows(
            """
            SELECT * FROM enquiry WHERE queue_id = \(queue) AND state = \(state) AND last_at <= \(cursor.at)
                AND (last_at < \(cursor.at) OR conversation_id < \(cursor.id))
            ORDER BY last_at DESC, conversation_id DESC LIMIT \(limit)
            """
        ).map(Enquiry.init)
    }

    /// Who waits in a queue, in the order in which they are answered. Only what waits is read: never much.
    func waiting(in queue: ID<Queue>, after cursor: Inbox.Cursor?, limit: Int) throws -> [Enquiry] {
        let (priority, at, id) = (cursor?.priority ?? .max, cursor?.at ?? .init(milliseconds: .min), cursor?.id.bytes ?? [])
        return try rows(
            """
            SELECT * FROM enquiry WHERE queue_id = \(queue) AND state IN ('waiting', 'offered') AND (priority < \(priority)
                OR (priority = \(priority) AND (waiting_since > \(at) OR (waiting_since = \(at) AND conversation_id > \(id)))))
            ORDER BY priority DESC, waiting_since, conversation_id LIMIT \(limit)
            """
        ).map(Enquiry.init)
    }

    /// What an agent has in hand: never more than they have room for.
    func enquiries(of agent: PersonID) throws -> [Enquiry] {
        let own = try rows("SELECT * FROM enquiry WHERE agent_id = \(agent) AND state IN ('active', 'offered')").map(Enquiry.init)
        let invited = try rows(
            """
            SELECT enquiry.* FROM enquiry_invitation JOIN enquiry USING (conversation_id)
            WHERE enquiry_invitation.person_id = \(agent) AND enquiry.state <> 'closed'
            """
        ).map(Enquiry.init)
        let known = Set(own.map(\.conversation))
        return own + invited.filter { !known.contains($0.conversation) }
    }

    func waitingCount(in queues: [ID<Queue>]) throws -> Int {
        guard !queues.isEmpty else { return 0 }
        return try first(
            "SELECT COUNT(*) AS n FROM enquiry WHERE queue_id IN \(list: queues) AND state IN ('waiting', 'offered')")?.get("n") ?? 0
    }

    func siteNames() throws(StorageError) -> [ID<SupportSite>: String] {
        var names: [ID<SupportSite>: String] = [:]
        for row in try rows("SELECT id, name FROM support_site") { names[try row["id"]] = try row["name"] as String }
        return names
    }
}
