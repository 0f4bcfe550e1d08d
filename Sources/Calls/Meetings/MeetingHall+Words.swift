import Conversations
import Vocabulary
import Web

/// What people write and show each other beside their voices. **It is kept in memory alone, and gone with the meeting.**
extension MeetingHall {
    /// Most that are kept; the oldest go first.
    static let mostWords = 500
    /// Bytes of UTF-8 that those may be together: whoever comes back is sent them all at once, and a live link takes 1 MiB at a time.
    static let mostWordBytes = 256 << 10
    /// Reactions that come faster are passed over.
    static let betweenReactions: Duration = .milliseconds(500)

    /// Everybody reads it, listeners too, and those may write it too.
    func say(_ saying: MeetingSaying, _ sender: LiveSender) throws {
        let place = try place(of: sender, in: try gathering(saying.meeting))
        guard let text = Message.tidy(saying.text) else { throw Problem.messageRejected }
        try take(1, of: Self.saying, \.saying, by: sender.person)
        let now = ground.clock.now
        let wait = change(saying.meeting) { gathering -> Duration? in
            guard gathering.isWebinar, gathering.present[place].role == .attendee else { return nil }
            return gathering.attendeesSaying.take(of: Self.attendeesSaying, at: now)
        }
        if let wait = wait ?? nil { throw Problem.tooMany(retryAfter: wait.wholeSeconds) }
        let said = change(saying.meeting) {
            $0.add(text, by: $0.present[place], at: now, keeping: Self.mostWords, bytes: Self.mostWordBytes)
        }
        guard let said else { return }
        tellAll(MeetingSaid(meeting: saying.meeting, words: said), in: saying.meeting)
    }

    /// What was written since somebody came. Who comes later does not read what others said before.
    func words(for seat: UInt64, in meeting: ID<Meeting>) -> [MeetingWords] {
        guard let gathering = gatherings[meeting], let place = gathering.place(at: seat) else { return [] }
        return gathering.words.filter { $0.number > gathering.present[place].before.words }
    }

    func react(_ reaction: MeetingReaction, in meeting: ID<Meeting>, _ sender: LiveSender) throws {
        let place = try place(of: sender, in: try gathering(meeting))
        let now = ground.clock.now
        let seat = change(meeting) { gathering -> UInt64? in
            if let last = gathering.present[place].lastReaction, now < last + Self.betweenReactions { return nil }
            gathering.present[place].lastReaction = now
            return gathering.present[place].seat
        }
        guard let seat = seat ?? nil, let gathering = gatherings[meeting] else { return }
        if gathering.isWebinar, gathering.present[place].role == .attendee { return applaud(reaction, in: gathering) }
        tellAll(MeetingReacted(meeting: meeting, seat: seat, reaction: reaction), in: meeting)
    }

    func tellAll(_ news: some Encodable & Sendable, in meeting: ID<Meeting>) {
        let there = gatherings[meeting]?.present.filter { $0.awaySince == nil } ?? []
        ground.live.send(news, toConnections: there.map(\.connection))
    }
}
