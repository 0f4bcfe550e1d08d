import Accounts
package import Storage
package import Vocabulary
package import Web

/// What a member chooses when making a meeting.
package struct MeetingWish: Sendable {
    /// How long people come by its link.
    package enum Life: Sendable {
        /// For so many hours: one of `GuestLink.lifetimes`.
        case hours(Int)
        /// Until its host closes it.
        case stays
        /// At the times of a plan, and for a day after the last.
        case planned(MeetingPlan)
    }

    package var name: String
    package var life: Life
    package var hasLobby: Bool
    /// Whether who comes listens; nil leaves it as it is, and a new one is as most are.
    package var isWebinar: Bool?

    package init(name: String, life: Life, hasLobby: Bool, isWebinar: Bool? = nil) {
        self.name = name
        self.life = life
        self.hasLobby = hasLobby
        self.isWebinar = isWebinar
    }

    /// When its link expires, if it is made now.
    func expires(from now: Timestamp) -> Timestamp {
        switch life {
        case .hours(let hours): now + .hours(hours)
        case .stays: GuestLink.never
        case .planned(let plan): plan.end + MeetingPlan.linkLife
        }
    }

    /// Whether it is one of those that a page offers.
    var isSound: Bool {
        switch life {
        case .hours(let hours): GuestLink.lifetimes.contains(hours)
        case .stays: true
        case .planned(let plan): plan.isSound
        }
    }
}

/// A meeting with its words opened, as its host's list shows it.
package struct OwnMeeting: Sendable {
    package let meeting: Meeting
    package let link: GuestLink
    package let name: String
    /// The path of its link.
    package let path: String
    /// When it takes place, if that was chosen before.
    package let plan: OpenPlan?
}

extension Calls {
    /// Whether meetings can be held.
    package var holdsMeetings: Bool { ground.holdsMeetings }

    package func makeMeeting(_ wish: MeetingWish, for host: PersonID) async throws -> Meeting {
        guard holdsMeetings else { throw Problem(.conflict, "problem.meetingsOneNode") }
        guard wish.isSound else { throw Problem.malformed }
        let now = ground.clock.now
        let draft = try await MeetingDraft(wish, for: host, on: ground)
        let plan: Sealed? = if case .planned(let plan) = wish.life { try await seal(plan, of: host) } else { nil }
        try await ground.database.write { transaction in
            try transaction.add(draft, at: now)
            if let plan { try transaction.add(plan, to: draft.meeting.id, at: now) }
        }
        return draft.meeting
    }

    package func meetings(of host: PersonID) async throws -> [OwnMeeting] {
        let now = ground.clock.now
        let found = try await ground.database.read { transaction in
            try transaction.meetings(of: host, at: now).map { ($0.meeting, $0.link, try transaction.plan(of: $0.meeting.id)) }
        }
        var own: [OwnMeeting] = []
        for (meeting, link, kept) in found {
            let plan: OpenPlan? = if let kept { try await open(kept, of: meeting) } else { nil }
            own.append(
                OwnMeeting(
                    meeting: meeting, link: link,
                    name: try await ground.keys.openText(meeting.name, of: host, as: Meeting.nameColumn),
                    path: "/join/" + (try await ground.keys.openText(meeting.secret, of: host, as: Meeting.secretColumn)),
                    plan: plan))
        }
        return own
    }

    /// The meeting behind a link, if it is one's.
    func meeting(behind link: GuestLink) async throws -> Meeting? {
        try await ground.database.read { try $0.meeting(by: link.id) }
    }

    /// Somebody without an account comes by the link: they get a key, a name and a cookie's secret.
    func bringGuest(to meeting: Meeting, by link: GuestLink, as name: String) async throws -> String {
        let now = ground.clock.now
        let person = PersonID(at: now)
        let token = GuestLink.newSecret()
        try await ground.keys.makeKey(for: person)
        let guest = Guest(
            person: person, link: link.id, host: link.host,
            name: try await ground.keys.seal(name, for: person, as: Guest.nameColumn), joinedAt: now)
        try await ground.database.write { transaction in
            guard try transaction.meeting(meeting.id)?.isLocked != true else { throw Problem.meetingLocked }
            guard try transaction.use(link.id, at: now) else { throw Problem(.gone, "problem.linkGone") }
            try transaction.add(guest, fingerprint: GuestLink.fingerprint(of: token))
            try transaction.addComer(person, to: meeting, by: link, at: now)
        }
        return token
    }

    /// A member comes by the link, as themself.
    func bringMember(_ person: PersonID, to meeting: Meeting, by link: GuestLink) async throws {
        let now = ground.clock.now
        try await ground.database.write { transaction in
            guard try !transaction.keepApart(meeting.host, person), try transaction.use(link.id, at: now) else {
                throw Problem(.gone, "problem.linkGone")
            }
            if try transaction.meeting(meeting.id)?.isLocked == true, try transaction.meetingPerson(person, in: meeting.id) == nil {
                throw Problem.meetingLocked
            }
            try transaction.addComer(person, to: meeting, by: link, at: now)
        }
    }

    /// The meeting, for somebody whom it knows. It tells nobody else that it exists.
    func meeting(_ id: ID<Meeting>, for person: PersonID) async throws -> (meeting: Meeting, person: MeetingPerson) {
        let found = try await ground.database.read { transaction -> (Meeting, MeetingPerson)? in
            guard let meeting = try transaction.meeting(id), try transaction.plan(of: id)?.cancelledAt == nil else { return nil }
            if meeting.host == person { return (meeting, .init(hostOf: meeting)) }
            guard try !transaction.keepApart(meeting.host, person) else { return nil }
            return try transaction.meetingPerson(person, in: id).map { (meeting, $0) }
        }
        guard let found else { throw await upgrades.problem(of: id, for: person) ?? Problem.notFound }
        return found
    }

    /// The meeting, for one of its hosts. **Who was sent out is none any more.**
    func meeting(_ id: ID<Meeting>, ruledBy person: PersonID) async throws -> Meeting {
        let (meeting, known) = try await meeting(id, for: person)
        guard known.role == .host, known.state == .admitted else { throw Problem.forbidden }
        return meeting
    }

    func name(of meeting: Meeting) async throws -> String {
        try await ground.keys.openText(meeting.name, of: meeting.host, as: Meeting.nameColumn)
    }

    /// Ends the meeting for everybody: for good, unless it outlasts those who meet there. Then all are sent out and forgotten, and the link
    /// goes on working.
    package func end(_ id: ID<Meeting>, by person: PersonID) async throws {
        let meeting = try await meeting(id, ruledBy: person)
        let lasts = try await lasts(meeting)
        try await ground.database.write { lasts ? try $0.endSitting(of: id) : try $0.end(meeting) }
        await hall.end(id)
    }

    /// Closes the meeting for good, and takes its link back. **What outlasts those who meet there is closed by whoever made it alone.**
    package func close(_ id: ID<Meeting>, by person: PersonID) async throws {
        let meeting = try await ground.database.read { try $0.meeting(id) }
        guard let meeting else { throw Problem.notFound }
        // Whoever made it closes also what they cancelled.
        if meeting.host != person {
            let ruled = try await self.meeting(id, ruledBy: person)
            guard try await !lasts(ruled) else { throw Problem.forbidden }
        }
        try await ground.database.write { try $0.end(meeting) }
        await hall.end(id)
    }

    /// Whether nobody new comes in from now on. **Who was inside may come back**, and who waits already may still be let in.
    func lock(_ isLocked: Bool, _ id: ID<Meeting>, by host: PersonID) async throws {
        let meeting = try await meeting(id, ruledBy: host)
        let inside = await hall.comers(id)
        // A lock is for those who are inside, and ends with them.
        guard !inside.isEmpty else { throw Problem.notFound }
        try await ground.database.write { try $0.lock(isLocked, meeting.id, besides: inside) }
        try await hall.settle(id)
    }

    /// Whether somebody who comes by the link just now stands before a locked door.
    func isLocked(_ meeting: Meeting, for person: PersonID?) async throws -> Bool {
        guard meeting.isLocked, person != meeting.host else { return false }
        guard let person, let known = try await ground.database.read({ try $0.meetingPerson(person, in: meeting.id) }) else { return true }
        return known.state == .waiting
    }

    /// Whether who comes listens from now on, and so does everybody who is there and no host; or all of them may speak.
    func setWebinar(_ isWebinar: Bool, _ id: ID<Meeting>, by host: PersonID) async throws {
        let meeting = try await meeting(id, ruledBy: host)
        try await hall.checkStage(of: id, asWebinar: isWebinar)
        try await ground.database.write { try $0.setWebinar(isWebinar, meeting.id) }
        try await hall.settle(id)
    }

    /// Whether the meeting is there again after everybody has gone and its end was asked for.
    func lasts(_ meeting: Meeting) async throws -> Bool {
        try await ground.database.read { try $0.guestLink(meeting.link)?.stays == true || $0.plan(of: meeting.id) != nil }
    }
}

extension Problem {
    /// A conflict with how things are just now: it may be tried again.
    static let meetingLocked = Problem(.conflict, "problem.meetingLocked")
}

extension Transaction {
    /// Writes down who came by the link. **What they may do is said by the meeting as it is now**, not as it was when its door was shown.
    fileprivate func addComer(_ person: PersonID, to meeting: Meeting, by link: GuestLink, at now: Timestamp) throws(StorageError) {
        let isWebinar = try self.meeting(meeting.id)?.isWebinar ?? meeting.isWebinar
        try add(
            MeetingPerson(
                meeting: meeting.id, person: person, role: isWebinar ? .attendee : .speaker, state: link.hasLobby ? .waiting : .admitted,
                joinedAt: now))
    }
}
