/// What a receiver's way carries, by when our packets arrived there (transport-wide feedback). `Budget` does the same for receivers that
/// say no more than a sum.
///
/// - A queue of 75 ms means that the way is full: what arrives is what it carries, and so much less is sent that the queue is gone after
///   about a second.
/// - On a busy machine everything comes late, and nothing is lost. So a queue takes the last of the pictures (`Budget.doubted`) only where
///   it is very long, where far less arrives than is sent, or where something was lost, of late.
/// - Where no queue stands more is tried: quickly while nobody knows what the way carries, slowly near to what it carried when it was
///   full, and no more than that.
/// - A way that has become wide again is found out by a **probe**: some packets of padding at once, whose arrival tells how far it pulled
///   them apart. So no picture has to be sent on trial.
struct ArrivalBudget: Sendable {
    /// The way is full.
    static let full: Duration = .milliseconds(75)
    /// Nothing of note stands there.
    static let calm: Duration = .milliseconds(30)
    /// How long what was sent less is given to empty the queue.
    static let drain: Duration = .seconds(1)
    /// So often in a row in vain, it is somebody else's queue.
    static let stubborn = 3
    /// No machine is as busy as that.
    static let beyondDoubt: Duration = .milliseconds(800)
    /// How long such a queue, or a loss, speaks for shorter ones.
    static let proof: Duration = .seconds(30)
    /// Bits a second that are tried more in each second near to what the way carried: the same for all who share one, so that they come
    /// to share it evenly.
    static let step: UInt64 = 100_000
    /// Sixteen packets of padding are a hundredth of 500 kbit/s then.
    static let betweenProbes: Duration = .seconds(5)

    /// Bits a second that sound takes, which is sent whatever happens.
    var sounds: UInt64 = 0
    private(set) var bitsPerSecond = Budget.first
    /// What the way carried when it was full; nil when it may carry anything.
    private(set) var capacity: UInt64?
    private var meter = QueueMeter()
    private var fall: (at: Instant, queue: Duration, times: Int)?
    private var lastGrowth: Instant?
    private var lastLossFall: Instant?
    private var provenAt: Instant?
    private var scarceLooks = 0
    private var nextProbe: Instant?
    private var probe: Probe?

    /// What is left when sound has its share.
    var forPictures: UInt64 { bitsPerSecond - min(bitsPerSecond, sounds) }
    var queue: Duration? { meter.queue }

    mutating func note(_ number: UInt16, sentAt: Int64, arrival: Int64, bytes: Int, at now: Instant) {
        meter.note(sentAt: sentAt, arrival: arrival, bytes: bytes, at: now)
        probe?.note(number, arrival: arrival, bytes: bytes)
    }

    /// Draws its conclusions, once all arrivals of a report were noted.
    /// - Parameters:
    ///   - isShowing: whether pictures are sent, so that there is something to send less of.
    ///   - sent: bits a second.
    mutating func look(isShowing: Bool, sent: UInt64, roundTrip: Duration, at now: Instant) {
        if let found = probe?.result(at: now) { end(found, at: now) }
        guard let queue = meter.queue, let carried = meter.bitsPerSecond else { return }
        if queue < Self.calm {
            if fall != nil { nextProbe = max(nextProbe ?? now, now + Self.betweenProbes / 2) }
            fall = nil
        }
        guard queue > Self.full, isShowing else {
            scarceLooks = 0
            return
        }
        // Less than a third arrives, look after look: that is no moment's standstill.
        scarceLooks = carried < sent / 3 ? scarceLooks + 1 : 0
        let isProof = queue > Self.beyondDoubt || scarceLooks > 2
        let isNewlyProven = isProof && !isProven(at: now)
        if isProof { provenAt = now }
        var times = 1
        if let last = fall {
            let isOver = now - last.at > Self.drain + roundTrip
            let hasGrown = queue > last.queue + .milliseconds(200) && now - last.at > .milliseconds(200) + roundTrip
            guard isOver || hasGrown || isNewlyProven else { return }
            if isOver, queue < last.queue * 0.85 {
                fall = (now, queue, last.times)
                return
            }
            times = isOver ? last.times + 1 : last.times
            // With nothing but sound left there is nothing to give, so nothing is proved.
            if times > Self.stubborn, carried > sounds + sounds / 2 {
                meter.takeForGranted(at: now)
                fall = nil
                return
            }
        }
        fall = (now, queue, times)
        capacity = carried
        let share = 1 - min(max(queue / .seconds(1), 0.15), 0.5)
        lower(to: UInt64(Double(carried) * share), at: now)
    }

    /// In 256ths of some dozens of packets (`LossMeter`). Without a queue it is the way's own, and repetitions mend up to a fifth of it;
    /// where one stands a tenth says that it runs over.
    mutating func note(lost: UInt8, at now: Instant) {
        let isQueued = meter.queue.map { $0 >= Self.calm } ?? true
        guard lost > (isQueued ? 25 : 51), lastLossFall.map({ now - $0 > .seconds(1) }) ?? true else { return }
        lastLossFall = now
        provenAt = now
        lower(to: bitsPerSecond / 512 * (512 - UInt64(lost)), at: now)
    }

    /// - Parameter isShort: whether something that is wanted does not fit.
    mutating func grow(sent: UInt64, isShort: Bool, at now: Instant) {
        defer { lastGrowth = now }
        guard let lastGrowth, fall == nil, meter.queue.map({ $0 < Self.calm }) ?? true, isShort || sent > bitsPerSecond / 4,
            lastLossFall.map({ now - $0 > Budget.patience }) ?? true
        else { return }
        let seconds = min(max((now - lastGrowth) / .seconds(1), 0), 1)
        let isNear = capacity.map { bitsPerSecond > $0 / 10 * 8 } ?? false
        var most = min(Budget.most, max(bitsPerSecond, (meter.bitsPerSecond ?? bitsPerSecond) / 2 * (isShort ? 7 : 3) + 100_000))
        if let capacity { most = min(most, max(bitsPerSecond, capacity / 20 * 19)) }
        bitsPerSecond = min(most, bitsPerSecond + UInt64(Double(isNear ? Self.step : bitsPerSecond / 2) * seconds))
    }

    private func isProven(at now: Instant) -> Bool { provenAt.map { now - $0 < Self.proof } ?? false }

    private mutating func lower(to rate: UInt64, at now: Instant) {
        let isProven = isProven(at: now)
        let least = sounds + (isProven ? Budget.least : Budget.doubted)
        // As long as it goes on it needs no new proof.
        if isProven, rate < sounds + Budget.doubted { provenAt = now }
        bitsPerSecond = min(bitsPerSecond, max(least, rate))
    }
}

// MARK: - Probing

extension ArrivalBudget {
    /// Whether to find out now what the way carries: something that is wanted does not fit into what it once carried.
    func wantsProbe(isShort: Bool, at now: Instant) -> Bool {
        isShort && probe == nil && capacity != nil && fall == nil && nextProbe.map { $0 <= now } ?? true
            && meter.queue.map { $0 < Self.calm } ?? false
    }

    /// These packets go out at once.
    mutating func begin(_ probe: Probe) { self.probe = probe }

    private mutating func end(_ found: UInt64, at now: Instant) {
        probe = nil
        nextProbe = now + Self.betweenProbes
        guard let known = capacity, found > known else { return }
        capacity = found > known / 4 * 5 ? nil : found
        bitsPerSecond = max(bitsPerSecond, min(found / 100 * 85, bitsPerSecond * 3, Budget.most))
    }

    /// Packets that went out at once, and when they arrived.
    struct Probe: Sendable {
        /// Of 255 bytes of padding each.
        static let packets = 16
        static let patience: Duration = .seconds(2)

        private let first: UInt16
        private let end: Instant
        private var seen = 0
        private var bits: Int64 = 0
        private var firstArrival: Int64?
        private var lastArrival: Int64 = 0

        init(first: UInt16, at now: Instant) {
            (self.first, end) = (first, now + Self.patience)
        }

        mutating func note(_ number: UInt16, arrival: Int64, bytes: Int) {
            guard number &- first < UInt16(Self.packets) else { return }
            seen += 1
            guard firstArrival != nil else {
                (firstArrival, lastArrival) = (arrival, arrival)
                return
            }
            lastArrival = max(lastArrival, arrival)
            bits += Int64(bytes) * 8
        }

        /// Bits a second by how far the way pulled the packets apart; zero for too few that came. Nil while they may still come.
        func result(at now: Instant) -> UInt64? {
            guard seen == Self.packets || now >= end else { return nil }
            guard seen >= Self.packets * 3 / 4, let firstArrival else { return 0 }
            return UInt64(bits * 1_000_000 / max(lastArrival - firstArrival, 1000))
        }
    }
}
