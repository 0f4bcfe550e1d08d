import Media
import Vocabulary
import Web

/// The check of the way before somebody joins: a page sends something made
/// up to the media server, and gets it back. It is a room of its own,
/// in which nobody is but the page, with a place that sends and one that receives; everything in it is as in a meeting.
extension MeetingHall {
    /// Most that are done at a time: each is worth two people's media.
    static let mostChecks = 8
    /// Most of one meeting: its link may be anywhere.
    static let mostChecksOfMeeting = 4
    /// How often one person may try the way, and one household: again at once after a change of the network, and then after a pause.
    static let checking = Allowance(burst: 3, every: .seconds(30))
    static let checkingOfHousehold = Allowance(burst: 4, every: .seconds(10))
    /// How long one may last: twice what a page needs.
    static let checkLasts: Duration = .seconds(20)

    struct Check {
        let room: MediaRoomID
        let person: PersonID
        let meeting: ID<Meeting>
        let ends: Timestamp
    }

    private static let (sending, receiving) = (MediaPeerID(1), MediaPeerID(2))

    /// Begins one, instead of the person's last.
    func check(_ offer: String, in meeting: ID<Meeting>, _ sender: LiveSender) async throws -> MeetingWelcome {
        for (connection, check) in checks where check.person == sender.person { await endCheck(of: connection) }
        guard checks.count < Self.mostChecks, checks.values.count(where: { $0.meeting == meeting }) < Self.mostChecksOfMeeting else {
            throw Problem(.serviceUnavailable, "problem.checksFull", retryAfter: 30)
        }
        let now = ground.clock.now
        if let wait = householdChecks[sender.household, default: Pace()].take(of: Self.checkingOfHousehold, at: now) {
            throw Problem(.serviceUnavailable, "problem.checksFull", retryAfter: wait.wholeSeconds)
        }
        try take(1, of: Self.checking, \.checking, by: sender.person)
        let room = MediaRoomID(.random(in: 1...UInt64.max))
        checks[sender.connection] = Check(room: room, person: sender.person, meeting: meeting, ends: now + Self.checkLasts)
        do {
            try await media.open(room)
            let sent = try await media.join(room, Self.sending, offer: offer, sounds: 0, pictures: 0).get()
            let received = try await media.join(room, Self.receiving, offer: nil, sounds: 1, pictures: 1).get()
            try await media.watch(room, Self.receiving, [PictureWish(Self.sending, .camera)])
            // The page may have gone while the media server was asked.
            guard checks[sender.connection]?.room == room else {
                try? await media.close(room)
                throw Problem.notFound
            }
            return MeetingWelcome(answer: sent.answer, slots: received.slots)
        } catch let fault as MediaServerFault {
            await endCheck(of: sender.connection)
            throw fault.problem
        } catch is JoinFault {
            await endCheck(of: sender.connection)
            throw Problem.malformed
        }
    }

    func acceptCheck(_ answer: String, _ sender: LiveSender) async throws {
        guard let check = checks[sender.connection] else { throw Problem.notFound }
        do {
            guard try await media.accept(check.room, Self.receiving, answer: answer) == nil else { throw Problem.malformed }
        } catch let fault as MediaServerFault {
            throw fault.problem
        }
    }

    func endCheck(of connection: ID<LiveSender>) async {
        guard let check = checks.removeValue(forKey: connection) else { return }
        try? await media.close(check.room)
    }

    func endOldChecks(at now: Timestamp) async {
        for (connection, check) in checks where check.ends <= now { await endCheck(of: connection) }
    }
}
