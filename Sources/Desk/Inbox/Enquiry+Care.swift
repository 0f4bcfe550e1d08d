import Conversations
import Storage
import Vocabulary

/// What the team keeps about an enquiry beside its place in a queue.
extension Transaction {
    func tags(of ids: [ConversationID]) throws(StorageError) -> [ConversationID: [String]] {
        guard !ids.isEmpty else { return [:] }
        var tags: [ConversationID: [String]] = [:]
        for row in try rows("SELECT conversation_id, tag FROM enquiry_tag WHERE conversation_id IN \(list: ids) ORDER BY tag") {
            tags[try row["conversation_id"], default: []].append(try row["tag"])
        }
        return tags
    }

    /// The words that the team used last, to be offered again.
    func commonTags() throws(StorageError) -> [String] {
        var tags: [String] = []
        // From each word straight to the next: reading all tags ever given takes as long as there are conversations.
        for row in try rows(
            """
            WITH RECURSIVE word (tag) AS (
                SELECT MIN(tag) FROM enquiry_tag UNION ALL
                SELECT (SELECT MIN(enquiry_tag.tag) FROM enquiry_tag WHERE enquiry_tag.tag > word.tag) FROM word WHERE word.tag IS NOT NULL
            )
            SELECT tag FROM word WHERE tag IS NOT NULL LIMIT 200
            """)
        { tags.append(try row["tag"]) }
        return tags
    }

    func tag(_ id: ConversationID, _ tag: String, isOn: Bool) throws(StorageError) {
        if isOn {
            try run("INSERT INTO enquiry_tag (conversation_id, tag) VALUES (\(id), \(tag)) ON CONFLICT (conversation_id, tag) DO NOTHING")
        } else {
            try run("DELETE FROM enquiry_tag WHERE conversation_id = \(id) AND tag = \(tag)")
        }
    }

    func setWrapUp(of id: ConversationID, to wrapUp: ID<WrapUp>) throws(StorageError) {
        try run(
            """
            INSERT INTO enquiry_wrap_up (conversation_id, wrap_up_id) VALUES (\(id), \(wrapUp))
            ON CONFLICT (conversation_id) DO UPDATE SET wrap_up_id = excluded.wrap_up_id
            """)
    }

    func wrapUp(of id: ConversationID) throws(StorageError) -> String? {
        try first(
            """
            SELECT wrap_up.name FROM enquiry_wrap_up JOIN wrap_up ON wrap_up.id = enquiry_wrap_up.wrap_up_id
            WHERE enquiry_wrap_up.conversation_id = \(id)
            """)?.get("name")
    }

    // MARK: - Snoozing

    /// Puts an enquiry aside. False when it is not one that goes on.
    func snooze(_ id: ConversationID, until: Timestamp?) throws(StorageError) -> Bool {
        guard
            try exists(
                "UPDATE enquiry SET state = 'snoozed' WHERE conversation_id = \(id) AND state IN ('active', 'snoozed') RETURNING state")
        else { return false }
        try run(
            """
            INSERT INTO enquiry_snooze (conversation_id, until) VALUES (\(id), \(until))
            ON CONFLICT (conversation_id) DO UPDATE SET until = excluded.until
            """)
        return true
    }

    /// Brings it back: to whose it was, or else into the line. False when it was not put aside.
    func rouse(_ id: ConversationID, at now: Timestamp) throws -> Bool { try rousing(id, at: now)() }

    func rousing(_ id: ConversationID, at now: Timestamp) throws(StorageError) -> Later<Bool> {
        let roused = try ask(
            """
            UPDATE enquiry SET state = CASE WHEN agent_id IS NULL THEN 'waiting' ELSE 'active' END, last_at = \(now)
            WHERE conversation_id = \(id) AND state = 'snoozed' RETURNING state
            """)
        return {
            let isRoused = try roused.exists()
            if isRoused { try run("DELETE FROM enquiry_snooze WHERE conversation_id = \(id)") }
            return isRoused
        }
    }

    func snoozes(of ids: [ConversationID]) throws(StorageError) -> [ConversationID: Timestamp] {
        guard !ids.isEmpty else { return [:] }
        var snoozes: [ConversationID: Timestamp] = [:]
        for row in try rows("SELECT conversation_id, until FROM enquiry_snooze WHERE conversation_id IN \(list: ids) AND until IS NOT NULL")
        {
            snoozes[try row["conversation_id"]] = try row["until"] as Timestamp
        }
        return snoozes
    }

    func snoozesDue(at now: Timestamp) throws(StorageError) -> [ConversationID] {
        var due: [ConversationID] = []
        for row in try rows("SELECT conversation_id FROM enquiry_snooze WHERE until <= \(now) ORDER BY until LIMIT 500") {
            due.append(try row["conversation_id"])
        }
        return due
    }

    // MARK: - Who helps

    func invite(_ person: PersonID, to id: ConversationID) throws(StorageError) {
        try run(
            """
            INSERT INTO enquiry_invitation (conversation_id, person_id) VALUES (\(id), \(person))
            ON CONFLICT (conversation_id, person_id) DO NOTHING
            """)
    }

    func isInvited(_ person: PersonID, to id: ConversationID) throws(StorageError) -> Bool {
        try exists("SELECT 1 AS one FROM enquiry_invitation WHERE conversation_id = \(id) AND person_id = \(person)")
    }

    /// Where somebody was asked to help: never many at a time.
    func invitations(of person: PersonID) throws(StorageError) -> Set<ConversationID> {
        var ids: Set<ConversationID> = []
        for row in try rows("SELECT conversation_id FROM enquiry_invitation WHERE person_id = \(person)") {
            ids.insert(try row["conversation_id"])
        }
        return ids
    }

    func disinvite(_ person: PersonID, from id: ConversationID) throws(StorageError) {
        try run("DELETE FROM enquiry_invitation WHERE conversation_id = \(id) AND person_id = \(person)")
    }

    func disinviteAll(from id: ConversationID) throws(StorageError) {
        try run("DELETE FROM enquiry_invitation WHERE conversation_id = \(id)")
    }

    // MARK: - Where it goes on

    func note(_ id: ConversationID, mergedInto other: ConversationID) throws(StorageError) {
        try run(
            """
            INSERT INTO enquiry_merge (conversation_id, into_id) VALUES (\(id), \(other))
            ON CONFLICT (conversation_id) DO UPDATE SET into_id = excluded.into_id
            """)
    }

    func merge(of id: ConversationID) throws(StorageError) -> ConversationID? {
        try first("SELECT into_id FROM enquiry_merge WHERE conversation_id = \(id)")?.get("into_id")
    }

    // MARK: - Passing on

    /// Into the line of a queue. False when it is closed.
    func transfer(_ id: ConversationID, to queue: ID<Queue>, at now: Timestamp) throws(StorageError) -> Bool {
        try run("DELETE FROM enquiry_snooze WHERE conversation_id = \(id)")
        return try exists(
            """
            UPDATE enquiry SET queue_id = \(queue), state = 'waiting', agent_id = NULL, assigned_at = NULL, waiting_since = \(now),
                last_at = \(now), awaits_team = 1
            WHERE conversation_id = \(id) AND state <> 'closed' RETURNING state
            """)
    }

    /// To somebody, whatever their queues are. False when it is closed.
    func transfer(_ id: ConversationID, to person: PersonID, at now: Timestamp) throws(StorageError) -> Bool {
        try run("DELETE FROM enquiry_snooze WHERE conversation_id = \(id)")
        return try exists(
            """
            UPDATE enquiry SET state = 'active', agent_id = \(person), assigned_at = \(now), last_at = \(now)
            WHERE conversation_id = \(id) AND state <> 'closed' RETURNING state
            """)
    }

    /// Whoever gave it away is not the first to be asked whether they take it.
    func passOver(_ agent: PersonID, for id: ConversationID) throws {
        guard var item = try routedCase(id) else { return }
        item.offer = nil
        item.tried.insert(agent)
        try put(item)
    }

    /// The token of a visitor works no more: nobody has what this fingerprint is of.
    func block(_ visitor: PersonID, fingerprint: [UInt8]) throws(StorageError) {
        try run("UPDATE visitor SET fingerprint = \(fingerprint) WHERE person_id = \(visitor)")
        try run("DELETE FROM return_link WHERE visitor_id = \(visitor)")
    }
}
