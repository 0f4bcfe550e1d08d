package import Accounts
import Storage
package import Vocabulary
import Web

/// Body of the `meeting.waiting` notice. **It does not say who waits**: a notice is kept longer than a guest's name.
private struct MeetingWaits: Encodable, Sendable {
    let meeting: ID<Meeting>
}

/// What a host is told who is not in the meeting.
extension Calls: NoticeSubject {
    /// How long nothing more is told of one meeting, however many come to its door.
    static let callPause: Duration = .minutes(5)

    /// Tells whoever made the meeting that somebody waits at its door while no host is inside.
    func callHost(of meeting: Meeting) async throws {
        let now = ground.clock.now
        let event = try await ground.streams.prepare(
            "meeting.waiting", MeetingWaits(meeting: meeting.id), in: StreamID("notices", of: meeting.host), for: meeting.host)
        let isTold = try await ground.database.write { transaction in
            guard
                try transaction.exists(
                    """
                    UPDATE meeting SET called_at = \(now)
                    WHERE id = \(meeting.id) AND (called_at IS NULL OR called_at <= \(now - Self.callPause)) RETURNING id
                    """)
            else { return false }
            try ground.streams.append(event, in: transaction)
            return true
        }
        if isTold { ground.live.wake(event.stream) }
    }

    package func name(ofMeeting id: String, for reader: PersonID) async throws -> String? {
        guard let id = ID<Meeting>(id) else { return nil }
        let meeting = try await ground.database.read { transaction -> Meeting? in
            guard let meeting = try transaction.meeting(id) else { return nil }
            if meeting.host == reader { return meeting }
            return try transaction.reminder(of: id, for: reader) != nil && !transaction.keepApart(meeting.host, reader) ? meeting : nil
        }
        guard let meeting else { return nil }
        return try await name(of: meeting)
    }
}
