/// Why a participant's connection is poor, as people are told; the first that holds.
package enum LinkTrouble: String, Sendable, CaseIterable {
    /// Of what it sends a tenth or more does not come here.
    case sending
    /// Of what it is sent a tenth or more does not come there.
    case receiving
    /// Its way does not even carry the smallest of each picture that is looked at there.
    case narrow
    /// People begin to talk over each other.
    case delay
}

/// Whether a participant's connection is poor, told steadily: worse is believed the second time, better the fourth time in a row.
struct LinkCondition: Sendable {
    /// Between two looks.
    static let pace: Duration = .seconds(1)
    /// In 256ths: more than repetitions and Opus's own repair mend.
    static let lossThatMatters: UInt8 = 26
    static let longDelay: Duration = .milliseconds(800)
    static let (worseAfter, betterAfter) = (2, 4)

    private(set) var told: LinkTrouble?
    private var other: LinkTrouble?
    private var times = 0

    /// Takes what was found at this look. True if people are to be told something else than before.
    mutating func note(_ found: LinkTrouble?) -> Bool {
        guard found != told else {
            times = 0
            return false
        }
        times = found == other ? times + 1 : 1
        other = found
        guard times >= (found == nil ? Self.betterAfter : Self.worseAfter) else { return false }
        (told, times) = (found, 0)
        return true
    }
}

/// The share of packets that was lost of late on one way, in 256ths.
struct RecentLoss: Sendable {
    /// How long a share stands when nothing new is known.
    static let memory: Duration = .seconds(4)

    private var meter = LossMeter()
    private var last: (share: UInt8, at: Instant)?

    mutating func note(_ report: ReceptionReport, at now: Instant) {
        if let share = meter.note(report, at: now) { last = (share, now) }
    }

    func share(at now: Instant) -> UInt8 { last.map { now - $0.at < Self.memory ? $0.share : 0 } ?? 0 }
}

extension Room.Member {
    /// What is wrong with their connection at this look.
    func trouble(at now: Instant) -> LinkTrouble? {
        if let publisher, publisher.loss.share(at: now) >= LinkCondition.lossThatMatters { return .sending }
        if subscriber.loss.share(at: now) >= LinkCondition.lossThatMatters { return .receiving }
        if subscriber.isNarrow { return .narrow }
        return subscriber.roundTrip.latest > LinkCondition.longDelay ? .delay : nil
    }
}
