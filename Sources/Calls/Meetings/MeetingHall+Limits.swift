import Vocabulary
import Web

/// How much one person may do, over all their pages and meetings: nobody
/// makes work for a hundred others by pressing a key a thousand times.
extension MeetingHall {
    /// Most people inside. Hosts come in beyond it, and who loads their page again keeps their place.
    static let most = 100
    /// Most who wait at the door. They take nobody's place inside.
    static let mostWaiting = 100
    /// Most who wait of one household: a class sits behind one address, but it must not take the whole door.
    static let mostWaitingOfHousehold = 50
    /// Texts: as many at once as somebody pastes line by line, then one a second.
    static let saying = Allowance(burst: 10, every: .seconds(1))
    /// What others are told of, or the media server works for: as much as somebody in a hurry presses, then five a second.
    static let doing = Allowance(burst: 60, every: .milliseconds(200))
    /// What commands take from `doing`. Reactions, captions and texts have
    /// a pace of their own; what only the own page hears of is free, and
    /// so is leaving.
    static let weights = [
        "meeting.enter": 1, "meeting.publish": 4, "meeting.accept": 2, "meeting.tracks": 1, "meeting.hand": 1, "meeting.poll": 1,
        "meeting.pollAnswer": 1, "meeting.pollClose": 1, "meeting.admit": 1, "meeting.refuse": 1, "meeting.door": 1, "meeting.lock": 1,
        "meeting.webinar": 4, "meeting.mute": 1, "meeting.ask": 1, "meeting.captioner": 1, "meeting.role": 1, "meeting.remove": 1,
    ]

    /// What somebody has done of late.
    struct Paces {
        var doing = Pace()
        var saying = Pace()
        /// Checks of the way.
        var checking = Pace()

        func areWhole(at now: Timestamp) -> Bool { doing.isWhole(at: now) && saying.isWhole(at: now) && checking.isWhole(at: now) }
    }

    /// Counts a command.
    func take(_ weight: Int, by person: PersonID) throws(Problem) {
        try take(weight, of: Self.doing, \.doing, by: person)
    }

    func take(_ count: Int, of allowance: Allowance, _ pace: WritableKeyPath<Paces, Pace>, by person: PersonID) throws(Problem) {
        guard let wait = paces[person, default: Paces()][keyPath: pace].take(count, of: allowance, at: ground.clock.now) else { return }
        throw .tooMany(retryAfter: wait.wholeSeconds)
    }

    /// Forgets those who have done nothing for a while.
    func forgetPaces(at now: Timestamp) {
        paces = paces.filter { !$0.value.areWhole(at: now) }
        householdChecks = householdChecks.filter { !$0.value.isWhole(at: now) }
    }
}

extension Duration {
    /// Rounded up, for `Retry-After`.
    var wholeSeconds: Int { Int((inMilliseconds + 999) / 1000) }
}
