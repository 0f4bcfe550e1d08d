/// Why a participant's connection is poor, as people are told; the first that holds.
package enum LinkTrouble: String, Sendable, CaseIterable {
    /// Of what it sends a tenth or more does not come here.
    case sending
    /// Of what it is sent a tenth or more does not come there.
    case receiving
    /// Its way does not even carry the smallest of most pictures that are looked at there.
    case narrow
    /// People begin to talk over each other.
    case delay
}

/// Whether a participant's connection is poor, told steadily: worse is believed the second time, better the fourth time in a row.
struct LinkCondition: Sendable {
    enum Finding: Equatable, Sendable {
        case good
        case trouble(LinkTrouble)
        /// Too little came to say.
        case unknown
    }

    /// Between two looks.
    static let pace: Duration = .seconds(1)
    /// In 256ths: more than repetitions and Opus's own repair mend.
    static let lossThatMatters: UInt8 = 26
    static let longDelay: Duration = .milliseconds(800)
    static let (worseAfter, betterAfter) = (2, 4)
    /// Looks after which nobody knows any more.
    static let forgottenAfter = 10

    private(set) var told: LinkTrouble?
    /// What has to be found good before anything is.
    var suspected: LinkTrouble? { told ?? (bad > 0 ? last : nil) }
    private var last: LinkTrouble?
    private var (bad, alike, good, unknown) = (0, 0, 0, 0)

    /// Takes what was found at this look. True if people are to be told something else than before.
    mutating func note(_ finding: Finding) -> Bool {
        let before = told
        switch finding {
        case .unknown:
            unknown += 1
            if unknown >= Self.forgottenAfter { (told, bad) = (nil, 0) }
        case .good:
            (unknown, bad, alike, good) = (0, 0, 0, good + 1)
            if good >= Self.betterAfter { told = nil }
        case .trouble(let trouble):
            alike = trouble == last ? alike + 1 : 1
            (unknown, good, bad, last) = (0, 0, bad + 1, trouble)
            // Whichever it is, something is wrong; another reason than was told is believed the second time as well.
            if (told == nil ? bad : alike) >= Self.worseAfter { told = trouble }
        }
        return told != before
    }
}

/// The share of packets that is lost on one way, by numbers that count all of them without a hole, whoever they are of.
struct LossWindow: Sendable {
    /// A little less than looks are apart, so that each finds one.
    static let span: Duration = .milliseconds(900)
    /// What is longer ago says nothing of now.
    static let longest: Duration = .seconds(4)
    /// Of fewer packets a tenth is chance.
    static let fewest: UInt64 = 40
    /// More is not counted: whoever numbers without end must not make a number run over.
    static let most: UInt64 = 1 << 32

    private var began: Instant?
    private var expected: UInt64 = 0
    private var arrived: UInt64 = 0

    mutating func note(expected more: UInt64, arrived these: UInt64, at now: Instant) {
        if began == nil { began = now }
        expected = min(expected + min(more, Self.most), Self.most)
        arrived = min(arrived + min(these, Self.most), Self.most)
    }

    /// In 256ths, of a window that is over and had enough in it. **Each is given once**: a second look at it would be no second time.
    mutating func share(at now: Instant) -> UInt8? {
        guard let start = began, now - start >= Self.span else { return nil }
        guard expected >= Self.fewest else {
            if now - start > Self.longest { (began, expected, arrived) = (nil, 0, 0) }
            return nil
        }
        defer { (began, expected, arrived) = (nil, 0, 0) }
        guard now - start <= Self.longest, arrived < expected else { return now - start <= Self.longest ? 0 : nil }
        return UInt8(clamping: (expected - arrived) * 256 / expected)
    }
}

extension Room.Member {
    /// How their connection is at this look.
    func condition(at now: Instant) -> LinkCondition.Finding {
        let (sending, receiving) = (publisher?.loss.share(at: now), subscriber.loss.share(at: now))
        if let sending, sending >= LinkCondition.lossThatMatters { return .trouble(.sending) }
        if let receiving, receiving >= LinkCondition.lossThatMatters { return .trouble(.receiving) }
        if subscriber.isNarrow { return .trouble(.narrow) }
        if let delay = subscriber.roundTrip.standing(at: now), delay > LinkCondition.longDelay { return .trouble(.delay) }
        switch condition.suspected {
        case .sending: return sending == nil ? .unknown : .good
        case .receiving: return receiving == nil ? .unknown : .good
        default: return .good
        }
    }
}
