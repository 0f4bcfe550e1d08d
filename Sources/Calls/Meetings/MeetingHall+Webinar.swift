import Vocabulary
import Web

/// Meetings for hundreds, of whom a few are seen and heard: **those who listen see neither each other nor who else does.**
extension MeetingHall {
    /// Most people in a webinar, of whom `most` may be seen and heard.
    static let mostInWebinar = 500
    /// What attendees of one webinar write, all together: each text goes to hundreds of pages, and nobody reads more.
    static let attendeesSaying = Allowance(burst: 30, every: .milliseconds(100))

    /// - Throws: a refusal if more would be seen and heard than may be
    func checkStage(of meeting: ID<Meeting>, asWebinar isWebinar: Bool) throws(Problem) {
        guard !isWebinar, let gathering = gatherings[meeting], gathering.present.count > Self.most else { return }
        throw .stageFull
    }

    /// - Throws: a refusal if whoever sits there cannot have this role, as so many have the word already
    func checkStage(for role: MeetingRole, at seat: UInt64, in meeting: ID<Meeting>) throws(Problem) {
        guard role == .speaker, let gathering = gatherings[meeting], gathering.isWebinar, let place = gathering.place(at: seat) else {
            return
        }
        let one = gathering.present[place]
        if one.role == .attendee, gathering.isStageFull(for: one.person) { throw .stageFull }
    }

    /// Makes true here what is written down: whether it is a webinar, or
    /// locked, and who is what. **Of two who change it at once, what was written last
    /// holds here too**: it is read anew after each writing, and what was read before another reading is passed over.
    func settle(_ meeting: ID<Meeting>) async throws {
        guard let gathering = gatherings[meeting], let reading = change(meeting, { $0.newReading() }) else { return }
        let written = try await ground.database.read { transaction -> (meeting: Meeting, roles: [PersonID: MeetingRole])? in
            guard let known = try transaction.meeting(meeting) else { return nil }
            return (known, try transaction.roles(in: meeting))
        }
        guard let written, gatherings[meeting]?.room == gathering.room else { return }
        await settle(meeting, as: written, reading: reading)
    }

    /// - Parameter reading: which it was, so that an earlier one does not take the place of a later one
    func settle(_ meeting: ID<Meeting>, as written: (meeting: Meeting, roles: [PersonID: MeetingRole]), reading: Int) async {
        guard gatherings[meeting]?.readings == reading else { return }
        let changed = change(meeting) { gathering -> [UInt64] in
            gathering.isWebinar = written.meeting.isWebinar
            gathering.isLocked = written.meeting.isLocked
            return gathering.present.compactMap { one in
                let role = one.person == written.meeting.host ? .host : written.roles[one.person]
                guard let role, role != one.role else { return nil }
                gathering.give(role, to: one.seat)
                return one.seat
            }
        }
        for seat in changed ?? [] { await silence(seat, in: meeting) }
        await findHost(for: meeting)
    }

    /// Whether it is taken here for what is written down; false while nobody is there.
    func agrees(with meeting: Meeting) -> Bool {
        gatherings[meeting.id].map { $0.isWebinar == meeting.isWebinar && $0.isLocked == meeting.isLocked } ?? false
    }

    func role(at seat: UInt64, in meeting: ID<Meeting>) -> MeetingRole? {
        guard let gathering = gatherings[meeting], let place = gathering.place(at: seat) else { return nil }
        return gathering.present[place].role
    }

    /// Tells attendees of a webinar, of whom nobody else but hosts is told, how they look.
    func tellSelves(_ seats: Set<UInt64>, in gathering: Gathering) {
        guard gathering.isWebinar, !seats.isEmpty else { return }
        for (one, face) in zip(gathering.present, gathering.faces)
        where one.role == .attendee && one.awaySince == nil && seats.contains(one.seat) {
            ground.live.send(MeetingSelf(meeting: gathering.meeting, face: face), toConnection: one.connection)
        }
    }

    /// Shows what attendees show, all together: hundreds who applaud are one thing to tell.
    func applaud(_ reaction: MeetingReaction, in gathering: Gathering) {
        gathering.applause.note([reaction: 1]) { [meeting = gathering.meeting] news in
            let reactions = Dictionary(uniqueKeysWithValues: news.map { ($0.key.rawValue, $0.value) })
            await self.tellAll(MeetingApplause(meeting: meeting, reactions: reactions), in: meeting)
        }
    }
}

extension Problem {
    static let stageFull = Problem(.conflict, "problem.stageFull", values: ["limit": String(MeetingHall.most)])
}
