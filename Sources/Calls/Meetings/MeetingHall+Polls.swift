import Vocabulary
import Web

/// Questions to everybody, and their answers.
extension MeetingHall {
    /// Most that are kept of a meeting. Beyond it the oldest closed one goes; while all are open nobody asks more.
    static let mostPolls = 20

    /// Hosts and speakers ask; everybody who is there may answer, listeners too.
    func ask(_ asking: MeetingAsking, _ sender: LiveSender) throws {
        let place = try place(of: sender, in: try gathering(asking.meeting))
        let poll = try change(asking.meeting) { gathering -> MeetingPoll in
            let one = gathering.present[place]
            guard one.role != .attendee else { throw Problem.forbidden }
            guard let poll = MeetingPoll(asking, number: gathering.polls.lastNumber + 1, by: one.person, called: one.name) else {
                throw Problem.pollRejected
            }
            guard gathering.polls.add(poll, keeping: Self.mostPolls) else {
                throw Problem(.conflict, "problem.tooManyPolls", values: ["limit": String(Self.mostPolls)])
            }
            return poll
        }
        if let poll { show(poll.number, in: asking.meeting) }
    }

    func answer(_ answering: MeetingAnswering, _ sender: LiveSender) throws {
        let place = try place(of: sender, in: try gathering(answering.meeting))
        let poll = try change(answering.meeting) { gathering -> MeetingPoll in
            let one = gathering.present[place]
            return try gathering.polls.change(answering.poll, for: one) { poll in
                guard poll.isOpen else { throw Problem(.conflict, "problem.pollClosed") }
                guard poll.answer(answering.answers, by: one.person, called: one.name) else { throw Problem.malformed }
            }
        }
        if let poll { show(poll.number, in: answering.meeting) }
    }

    /// Who asked closes it, or a host. It stays closed.
    func closePoll(_ closing: MeetingPollClosing, _ sender: LiveSender) throws {
        let place = try place(of: sender, in: try gathering(closing.meeting))
        let poll = try change(closing.meeting) { gathering -> MeetingPoll in
            let one = gathering.present[place]
            let number = gathering.polls.nextClosing
            return try gathering.polls.change(closing.poll, for: one) { poll in
                guard one.role == .host || poll.asker == one.person else { throw Problem.forbidden }
                poll.close(as: number)
            }
        }
        if let poll { show(poll.number, in: closing.meeting) }
    }

    /// What somebody sees of the meeting's polls.
    func polls(for seat: UInt64, in meeting: ID<Meeting>) -> [MeetingPollFace] {
        guard let gathering = gatherings[meeting], let place = gathering.place(at: seat) else { return [] }
        let one = gathering.present[place]
        return gathering.polls.seen(by: one).map { $0.face(for: one.person) }
    }

    private func show(_ number: Int, in meeting: ID<Meeting>) {
        gatherings[meeting]?.pollNews.note([number]) { numbers in await self.tell(numbers.sorted(), in: meeting) }
    }

    private func tell(_ numbers: [Int], in meeting: ID<Meeting>) {
        guard let gathering = gatherings[meeting] else { return }
        for poll in numbers.compactMap(gathering.polls.poll) {
            let viewers = gathering.present.filter { $0.awaySince == nil && gathering.polls.shows(poll, to: $0) }
            let results = poll.results
            // Who chose the same sees the same, and it is written out once for all of them.
            for (own, viewers) in Dictionary(grouping: viewers, by: { poll.own(of: $0.person) }) {
                ground.live.send(
                    MeetingPollShown(meeting: meeting, poll: poll.face(own, results)), toConnections: viewers.map(\.connection))
            }
        }
    }
}

/// The polls of one meeting, in the order in which they were asked.
struct MeetingPolls: Sendable {
    private(set) var all: [MeetingPoll] = []
    private(set) var lastNumber = 0
    /// How many were closed so far.
    private(set) var closings = 0

    var nextClosing: Int { closings + 1 }

    /// False where there is no room.
    mutating func add(_ poll: MeetingPoll, keeping most: Int) -> Bool {
        if all.count >= most {
            guard let oldest = all.firstIndex(where: { !$0.isOpen }) else { return false }
            all.remove(at: oldest)
        }
        all.append(poll)
        lastNumber = poll.number
        return true
    }

    /// Somebody who came later sees what is open still, and not what was over by then.
    func shows(_ poll: MeetingPoll, to one: Gathering.Attendance) -> Bool {
        poll.closing.map { $0 > one.before.closings } ?? true
    }

    func poll(_ number: Int) -> MeetingPoll? { all.first { $0.number == number } }

    func seen(by one: Gathering.Attendance) -> [MeetingPoll] { all.filter { shows($0, to: one) } }

    mutating func change(
        _ number: Int, for one: Gathering.Attendance, _ body: (inout MeetingPoll) throws -> Void
    ) throws -> MeetingPoll {
        guard let place = all.firstIndex(where: { $0.number == number }), shows(all[place], to: one) else { throw Problem.notFound }
        let wasOpen = all[place].isOpen
        try body(&all[place])
        if wasOpen, !all[place].isOpen { closings += 1 }
        return all[place]
    }
}

extension Problem {
    static let pollRejected = Problem(
        .unprocessableContent, "problem.pollRejected",
        values: [
            "least": String(MeetingPoll.choices.lowerBound), "most": String(MeetingPoll.choices.upperBound),
            "question": String(MeetingPoll.longestQuestion), "answer": String(MeetingPoll.longestAnswer),
        ])
}
