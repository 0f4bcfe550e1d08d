import Storage
import Vocabulary

extension Meeting {
    init(_ row: Row) throws(StorageError) {
        id = try row["id"]
        host = try row["host_id"]
        link = try row["link_id"]
        name = try row["name"]
        secret = try row["secret"]
        createdAt = try row["created_at"]
        isWebinar = try row["webinar"]
        isLocked = try row["locked"]
    }
}

extension MeetingPerson {
    init(_ row: Row) throws(StorageError) {
        meeting = try row["meeting_id"]
        person = try row["person_id"]
        role = try row["role"]
        state = try row["state"]
        joinedAt = try row["joined_at"]
    }
}

extension Transaction {
    func add(_ meeting: Meeting) throws(StorageError) {
        try run(
            """
            INSERT INTO meeting (id, host_id, link_id, name, secret, created_at, webinar)
            VALUES (\(meeting.id), \(meeting.host), \(meeting.link), \(meeting.name), \(meeting.secret), \(meeting.createdAt),
                \(meeting.isWebinar))
            """)
    }

    func meeting(_ id: ID<Meeting>) throws(StorageError) -> Meeting? {
        try meeting(in: try first("SELECT * FROM meeting WHERE id = \(id)"))
    }

    func meeting(by link: ID<GuestLink>) throws(StorageError) -> Meeting? {
        try meeting(in: try first("SELECT * FROM meeting WHERE link_id = \(link)"))
    }

    private func meeting(in row: Row?) throws(StorageError) -> Meeting? {
        guard let row else { return nil }
        return try Meeting(row)
    }

    /// The meetings of a host whose link still works, the latest first.
    func meetings(of host: PersonID, at now: Timestamp) throws(StorageError) -> [(meeting: Meeting, link: GuestLink)] {
        var found: [(Meeting, GuestLink)] = []
        for row in try rows("SELECT * FROM meeting WHERE host_id = \(host) ORDER BY created_at DESC") {
            let meeting = try Meeting(row)
            if let link = try guestLink(meeting.link), link.isOpen(at: now) { found.append((meeting, link)) }
        }
        return found
    }

    func guestLink(_ id: ID<GuestLink>) throws(StorageError) -> GuestLink? {
        guard let row = try first("SELECT * FROM guest_link WHERE id = \(id)") else { return nil }
        return try GuestLink(row)
    }

    /// Ends a meeting for good: nobody comes by its link any more, and who came by it is forgotten.
    func end(_ meeting: Meeting) throws(StorageError) {
        try run("UPDATE guest_link SET revoked = 1 WHERE id = \(meeting.link)")
        try run("DELETE FROM meeting WHERE id = \(meeting.id)")
    }

    /// Makes attendees of those who came and may speak, and of who comes from now on; or speakers of them. Hosts stay what they are, and so
    /// does everybody where it is so already.
    func setWebinar(_ isWebinar: Bool, _ meeting: ID<Meeting>) throws(StorageError) {
        let (before, now) = isWebinar ? (MeetingRole.speaker, MeetingRole.attendee) : (.attendee, .speaker)
        guard try exists("UPDATE meeting SET webinar = \(isWebinar) WHERE id = \(meeting) AND webinar <> \(isWebinar) RETURNING id") else {
            return
        }
        try run("UPDATE meeting_person SET role = \(now) WHERE meeting_id = \(meeting) AND role = \(before)")
    }

    /// Lets nobody new in from now on: who came by the link and was never inside waits then. Or lets people in again.
    func lock(_ isLocked: Bool, _ meeting: ID<Meeting>, besides inside: Set<PersonID>) throws(StorageError) {
        let isNew = try exists("UPDATE meeting SET locked = \(isLocked) WHERE id = \(meeting) AND locked <> \(isLocked) RETURNING id")
        guard isNew, isLocked else { return }
        for person in try roles(in: meeting).keys where !inside.contains(person) {
            try run(
                """
                UPDATE meeting_person SET state = \(MeetingPerson.State.waiting)
                WHERE meeting_id = \(meeting) AND person_id = \(person)
                """)
        }
    }

    // MARK: - People

    /// Writes down who came. Who is known keeps role and state, so that a refusal holds, and is known for a day from now.
    func add(_ person: MeetingPerson) throws(StorageError) {
        try run(
            """
            INSERT INTO meeting_person (meeting_id, person_id, role, state, joined_at)
            VALUES (\(person.meeting), \(person.person), \(person.role), \(person.state), \(person.joinedAt))
            ON CONFLICT (meeting_id, person_id) DO UPDATE SET joined_at = excluded.joined_at
            """)
    }

    /// Who is what, of those who were let in.
    func roles(in meeting: ID<Meeting>) throws(StorageError) -> [PersonID: MeetingRole] {
        let admitted = MeetingPerson.State.admitted
        var roles: [PersonID: MeetingRole] = [:]
        for row in try rows("SELECT person_id, role FROM meeting_person WHERE meeting_id = \(meeting) AND state = \(admitted)") {
            roles[try row["person_id"]] = try row["role"]
        }
        return roles
    }

    func meetingPerson(_ person: PersonID, in meeting: ID<Meeting>) throws(StorageError) -> MeetingPerson? {
        let row = try first("SELECT * FROM meeting_person WHERE meeting_id = \(meeting) AND person_id = \(person)")
        guard let row else { return nil }
        return try MeetingPerson(row)
    }

    /// Lets in somebody who waits, or refuses them. False for somebody who does not wait any more.
    func decide(_ state: MeetingPerson.State, of person: PersonID, in meeting: ID<Meeting>) throws(StorageError) -> Bool {
        try exists(
            """
            UPDATE meeting_person SET state = \(state)
            WHERE meeting_id = \(meeting) AND person_id = \(person) AND state = \(MeetingPerson.State.waiting) RETURNING person_id
            """)
    }

    /// Somebody is sent out, and has no more to say here.
    func sendOut(_ person: PersonID, of meeting: ID<Meeting>) throws(StorageError) {
        try run(
            """
            UPDATE meeting_person SET state = \(MeetingPerson.State.refused), role = \(MeetingRole.speaker)
            WHERE meeting_id = \(meeting) AND person_id = \(person)
            """)
    }

    /// False for somebody who was not let in, or was sent out.
    func give(_ role: MeetingRole, to person: PersonID, in meeting: ID<Meeting>) throws(StorageError) -> Bool {
        try exists(
            """
            UPDATE meeting_person SET role = \(role)
            WHERE meeting_id = \(meeting) AND person_id = \(person) AND state = \(MeetingPerson.State.admitted) RETURNING person_id
            """)
    }

    /// Forgets who came to a sitting of a meeting. **Who was sent out stays out** until the day is over.
    func endSitting(of meeting: ID<Meeting>) throws(StorageError) {
        try run("DELETE FROM meeting_person WHERE meeting_id = \(meeting) AND state <> \(MeetingPerson.State.refused)")
    }

    /// Forgets who came to a meeting.
    func forgetPeople(of meeting: ID<Meeting>) throws(StorageError) {
        try run("DELETE FROM meeting_person WHERE meeting_id = \(meeting)")
    }

    /// Forgets who came to any meeting before `time`, also to those that stay.
    func forgetMeetingPeople(cameBefore time: Timestamp) throws(StorageError) {
        try run("DELETE FROM meeting_person WHERE joined_at < \(time)")
    }

    /// Forgets in which meetings somebody was.
    func forgetMeetings(of person: PersonID) throws(StorageError) {
        try run("DELETE FROM meeting_person WHERE person_id = \(person)")
    }
}
