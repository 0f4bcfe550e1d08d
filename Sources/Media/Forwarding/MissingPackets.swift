/// Which packets of one source have not come, and when to ask for them.
package struct MissingPackets: Sendable {
    /// A packet that is only late needs no request.
    static let grace: Duration = .milliseconds(15)
    static let leastPause: Duration = .milliseconds(33)
    static let mostTries = 5
    /// If more are missing a whole picture comes sooner than all of them.
    static let most = 100

    private struct Missing {
        let number: UInt64
        var tries = 0
        var due: Instant
    }

    /// In the order of their numbers.
    private var missing: [Missing] = []
    private var unwrapper = Unwrapper<UInt16>()

    package init() {
        missing.reserveCapacity(Self.most)
    }

    /// What the arrival of a packet means for others.
    package enum Arrival: Equatable, Sendable {
        case next
        /// One that was missing, or comes again.
        case late
        /// So much is missing that it is not asked for: the stream begins anew with the next whole picture.
        case beyondRepair
    }

    package mutating func note(_ sequence: UInt16, at now: Instant) -> Arrival {
        let highest = unwrapper.highest
        let number = unwrapper.unwrap(sequence)
        guard let highest, number > highest + 1 else {
            guard let highest, number <= highest else { return .next }
            missing.removeAll { $0.number == number }
            return .late
        }
        guard missing.count + Int(clamping: number - highest - 1) <= Self.most else {
            missing.removeAll(keepingCapacity: true)
            return .beyondRepair
        }
        for lost in highest + 1..<number { missing.append(Missing(number: lost, due: now + Self.grace)) }
        return .next
    }

    /// Appends the packets that are to be asked for now. False if one was given up: then only a whole picture helps.
    package mutating func ask(at now: Instant, roundTrip: Duration, into sequences: inout [UInt16]) -> Bool {
        let before = missing.count
        missing.removeAll { $0.due <= now && $0.tries >= Self.mostTries }
        for place in missing.indices where missing[place].due <= now {
            missing[place].tries += 1
            missing[place].due = now + max(Self.leastPause, roundTrip)
            sequences.append(UInt16(truncatingIfNeeded: missing[place].number))
        }
        return missing.count == before
    }

    /// Whole pictures make what came before them needless.
    package mutating func forget(before sequence: UInt16) {
        let number = unwrapper.place(of: sequence)
        missing.removeAll { $0.number < number }
    }

    package var deadline: Instant? { missing.lazy.map(\.due).min() }
}
