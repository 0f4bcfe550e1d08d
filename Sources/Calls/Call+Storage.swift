package import Storage
package import Vocabulary

extension Call.State {
    var word: String {
        switch self {
        case .waiting: "waiting"
        case .ringing: "ringing"
        case .active: "active"
        case .ended: "ended"
        }
    }
}

extension Call {
    init(_ row: Row) throws(StorageError) {
        id = try row["id"]
        caller = try row["caller_id"]
        callee = try row["callee_id"]
        link = try row["link_id"]
        rungAt = try row["rung_at"]
        let answered: Timestamp? = try row["answered_at"]
        let ended: Timestamp? = try row["ended_at"]
        let reason: EndReason? = try row["reason"]
        switch (try row["state"] as String, answered, ended, reason) {
        case ("waiting", _, _, _): state = .waiting
        case ("ringing", _, _, _): state = .ringing
        case ("active", let since?, _, _): state = .active(since: since)
        case ("ended", _, let at?, let reason?): state = .ended(reason, at: at)
        default: throw .unexpectedValue(column: "state")
        }
    }
}

extension EndReason: SQLConvertible {}

extension Transaction {
    package func call(_ id: ID<Call>) throws(StorageError) -> Call? {
        try first("SELECT * FROM call WHERE id = \(id)").map { row throws(StorageError) in try Call(row) }
    }

    /// Adds the call, or gives false when a call with this id is already there: the client asked twice.
    package func add(_ call: Call, relayOnly: Bool) throws(StorageError) -> Bool {
        try !rows(
            """
            INSERT INTO call (id, caller_id, callee_id, link_id, state, relay_only, rung_at)
            VALUES (\(call.id), \(call.caller), \(call.callee), \(call.link), \(call.state.word), \(relayOnly), \(call.rungAt))
            ON CONFLICT DO NOTHING RETURNING id
            """
        ).isEmpty
    }

    /// Takes the step if it still applies, and gives the call as it is afterwards. Of two steps at once, one wins.
    package func take(_ step: CallStep, in id: ID<Call>, at now: Timestamp) throws(StorageError) -> (call: Call, changed: Bool)? {
        // The update comes first, so that on PostgreSQL two steps wait for each other at the row.
        guard let row = try first("UPDATE call SET state = state WHERE id = \(id) RETURNING *") else { return nil }
        var call = try Call(row)
        guard let next = call.state(after: step, at: now) else { return (call, false) }
        switch next {
        case .active(let since):
            try run("UPDATE call SET state = 'active', answered_at = \(since) WHERE id = \(id)")
        case .ended(let reason, let at):
            try run("UPDATE call SET state = 'ended', reason = \(reason), ended_at = \(at) WHERE id = \(id)")
            try run("DELETE FROM call_side WHERE call_id = \(id)")
        case .waiting, .ringing: return (call, false)
        }
        call.state = next
        return (call, true)
    }

    /// Ends a call that never rang.
    func end(_ id: ID<Call>, _ reason: EndReason, at now: Timestamp) throws(StorageError) {
        try run("UPDATE call SET state = 'ended', reason = \(reason), ended_at = \(now) WHERE id = \(id)")
    }

    /// Whether this call goes through the relay only.
    func relayOnly(_ id: ID<Call>) throws(StorageError) -> Bool {
        try first("SELECT relay_only FROM call WHERE id = \(id)")?.get("relay_only") ?? false
    }

    /// Calls of this person that are not over, latest first.
    package func openCalls(of person: PersonID) throws(StorageError) -> [Call] {
        try calls("SELECT * FROM call WHERE state <> 'ended' AND (caller_id = \(person) OR callee_id = \(person)) ORDER BY rung_at DESC")
    }

    /// All calls that are not over.
    package func openCalls() throws(StorageError) -> [Call] {
        try calls("SELECT * FROM call WHERE state <> 'ended' ORDER BY rung_at")
    }

    /// The record of a person's calls, latest first.
    package func callHistory(of person: PersonID, limit: Int) throws(StorageError) -> [Call] {
        try calls(
            "SELECT * FROM call WHERE state = 'ended' AND (caller_id = \(person) OR callee_id = \(person)) ORDER BY rung_at DESC LIMIT \(limit)"
        )
    }

    /// Forgets calls that ended before `time`.
    package func forgetCalls(endedBefore time: Timestamp) throws(StorageError) {
        try run("DELETE FROM call WHERE state = 'ended' AND ended_at < \(time)")
    }

    private func calls(_ sql: SQL) throws(StorageError) -> [Call] {
        var calls: [Call] = []
        for row in try rows(sql) { calls.append(try Call(row)) }
        return calls
    }
}
