import Foundation
package import Storage
package import Vocabulary

/// The plan of a meeting as it is kept: sealed under its host's key, beside what calendars ask.
struct KeptPlan: Sendable {
    let meeting: ID<Meeting>
    let plan: Sealed
    /// How often it was changed.
    let sequence: Int
    let changedAt: Timestamp
    let cancelledAt: Timestamp?

    static let planColumn = SealedColumn("meeting_plan", "plan")
}

/// A plan as its host's key opened it.
package struct OpenPlan: Sendable, Equatable {
    package let plan: MeetingPlan
    package let sequence: Int
    package let changedAt: Timestamp
    package let isCancelled: Bool
}

extension Transaction {
    func add(_ plan: Sealed, to meeting: ID<Meeting>, at now: Timestamp) throws(StorageError) {
        try run("INSERT INTO meeting_plan (meeting_id, plan, sequence, changed_at) VALUES (\(meeting), \(plan), 0, \(now))")
    }

    func plan(of meeting: ID<Meeting>) throws(StorageError) -> KeptPlan? {
        guard let row = try first("SELECT * FROM meeting_plan WHERE meeting_id = \(meeting)") else { return nil }
        return KeptPlan(
            meeting: try row["meeting_id"], plan: try row["plan"], sequence: try row["sequence"], changedAt: try row["changed_at"],
            cancelledAt: try row["cancelled_at"])
    }

    /// Puts another plan in its place. False when there is none, or it was cancelled.
    func change(_ meeting: Meeting, to plan: Sealed, named name: Sealed, at now: Timestamp) throws(StorageError) -> Bool {
        let isThere = try exists(
            """
            UPDATE meeting_plan SET plan = \(plan), sequence = sequence + 1, changed_at = \(now)
            WHERE meeting_id = \(meeting.id) AND cancelled_at IS NULL RETURNING meeting_id
            """)
        if isThere { try run("UPDATE meeting SET name = \(name) WHERE id = \(meeting.id)") }
        return isThere
    }

    /// False when there is none, or it was cancelled before.
    func cancel(_ meeting: Meeting, at now: Timestamp) throws(StorageError) -> Bool {
        try exists(
            """
            UPDATE meeting_plan SET cancelled_at = \(now), changed_at = \(now), sequence = sequence + 1
            WHERE meeting_id = \(meeting.id) AND cancelled_at IS NULL RETURNING meeting_id
            """)
    }

    /// Until when the link works from now on.
    func put(_ link: ID<GuestLink>, expiresAt end: Timestamp) throws(StorageError) {
        try run("UPDATE guest_link SET expires_at = \(end) WHERE id = \(link)")
    }
}
