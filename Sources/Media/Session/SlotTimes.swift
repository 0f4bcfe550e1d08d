/// How the timestamps of a slot relate to those of who fills it, and how much it was sent.
struct SlotTimes: Sendable {
    /// What is taken off the publisher's timestamps, once known.
    private var offset: UInt32?
    private var packets: UInt32 = 0
    private var octets: UInt32 = 0

    mutating func note(_ timestamp: UInt32, as ours: UInt32) { offset = timestamp &- ours }

    mutating func count(_ bytes: Int) {
        packets &+= 1
        octets &+= UInt32(truncatingIfNeeded: bytes)
    }

    /// What is said of the slot at this moment (RFC 3550 §6.4.1), by the publisher's last report; nil while nothing was sent. The
    /// moment is now and not that of the publisher's, since it comes back in the receiver's reports and tells how long the way takes.
    ///
    /// - Parameter now: 32.32 fixed point seconds since 1900.
    /// - Parameter rate: of the timestamps, in ticks a second.
    func info(at now: UInt64, by report: SenderInfo, _ clocks: PublisherClock, rate: Int64) -> SenderInfo? {
        guard let offset, packets > 0, let then = clocks.ours(report.networkTime) else { return nil }
        // In 65536ths of a second, so that hours of it fit.
        let elapsed = Int64(bitPattern: now &- then) >> 16
        let ticks = UInt32(truncatingIfNeeded: (elapsed &* rate) >> 16)
        return SenderInfo(networkTime: now, timestamp: report.timestamp &- offset &+ ticks, packets: packets, octets: octets)
    }
}

/// The publisher's clock by ours. **One difference for all that it sends**, so that its sound and picture stay together.
struct PublisherClock: Sendable {
    /// 32.32 fixed point seconds that are added to its own.
    private var difference: UInt64?

    /// Its report came now. What was found first stays, unless its clock was set.
    mutating func note(_ theirs: UInt64, arrivedAt ours: UInt64) {
        let found = ours &- theirs
        guard let difference else {
            self.difference = found
            return
        }
        // More than a second apart.
        if Int64(bitPattern: found &- difference).magnitude > 1 << 32 { self.difference = found }
    }

    func ours(_ theirs: UInt64) -> UInt64? { difference.map { theirs &+ $0 } }
}

/// Sound for one slot: numbers and timestamps go on by themselves, whoever speaks.
struct AudioRewriter: Sendable {
    static let ticksPerSecond = 48_000.0

    /// Whether the next packet is the first of somebody else.
    var isNew = true
    private var start: UInt64 = 0
    private var place: UInt64
    private var next: UInt64
    private var offset: UInt32 = 0
    private var last: (timestamp: UInt32, at: Instant?)

    init(firstNumber: UInt16, firstTimestamp: UInt32) {
        // Below half a turn, as receivers of SRTP could lose count at the first turn.
        next = UInt64(firstNumber & 0x7FFF)
        place = next
        last = (firstTimestamp, nil)
    }

    /// Nil for a packet from before the first.
    mutating func rewrite(_ number: UInt64, _ timestamp: UInt32, at now: Instant) -> (number: UInt64, timestamp: UInt32)? {
        // Whoever was silenced for long, or leaps ahead, goes on as somebody new would.
        if !isNew, number >= start, place &+ (number - start) >= next &+ SequenceMap.mostLeap { isNew = true }
        if isNew {
            let elapsed = last.at.map { (now - $0) / .nanoseconds(1) * Self.ticksPerSecond / 1e9 } ?? 0
            (start, place, isNew) = (number, next, false)
            offset = timestamp &- (last.timestamp &+ UInt32(min(max(elapsed, 960), Double(UInt32.max / 4))))
        }
        guard number >= start else { return nil }
        let ours = place &+ (number - start)
        next = max(next, ours &+ 1)
        let time = timestamp &- offset
        if last.at == nil || Int32(bitPattern: time &- last.timestamp) > 0 { last = (time, now) }
        return (ours, time)
    }
}
