/// One encoding of a publication as it comes in: what is missing of it, what can be sent again, and how it arrives.
final class Encoding {
    /// Half a second of the largest picture.
    static let bufferLength = 512

    let place: UInt8
    private(set) var source: UInt32?
    var numbers = Unwrapper<UInt16>()
    var seen = ReplayWindow()
    var missing = MissingPackets()
    private var demand = KeyframeDemand(interval: .milliseconds(500))
    /// Asked for, but not sent yet.
    private var demandIsDue = false
    var reception: Reception
    var rate = RateMeter()
    /// The last word of its sender about its clocks, and when it came.
    var report: (info: SenderInfo, at: Instant)?
    /// What the publisher last said of how its pictures stand on each other; AV1 alone needs it.
    var dependencies = DependencyDescriptor.Structure()
    /// The last packet of the last picture.
    private var pictureEnd: UInt64?
    /// When its publisher's way last lost something of it.
    private(set) var lostAt: Instant?
    /// Sounds are not sent again.
    private(set) var buffer: PacketBuffer?

    init(_ place: UInt8, isVideo: Bool) {
        self.place = place
        buffer = isVideo ? PacketBuffer(capacity: Self.bufferLength) : nil
        reception = Reception(clock: isVideo ? 90_000 : 48_000)
    }

    /// Whether to ask for a whole picture now.
    func isDemanded(at now: Instant) -> Bool {
        let isUrgent = demandIsDue
        demandIsDue = false
        return demand.poll(at: now) || isUrgent
    }

    /// What a packet says of its picture, and whether a whole picture begins with it; nil for one that is none of this codec.
    func describe(_ payload: RawSpan, _ packet: Publication.Packet, number: UInt64) -> (descriptor: PictureDescriptor, isKey: Bool)? {
        defer { if packet.marker, number > pictureEnd ?? 0 { pictureEnd = number } }
        switch packet.codec {
        case .vp8: return VP8Descriptor(parsing: payload).map { (.vp8($0), $0.beginsKeyframe(in: payload)) }
        case .vp9: return VP9Descriptor(parsing: payload).map { (.vp9($0), $0.beginsKeyframe) }
        case .av1:
            return AV1Payload.beginsSequence(payload).map { (.av1(packet.dependencies), packet.dependencies?.beginsKeyframe ?? $0) }
        case .h264:
            // Parameters come first where there are some; a picture without may be begun with only if none of it came before.
            let isFirst = pictureEnd.map { number == $0 + 1 } ?? false
            return H264Payload.beginning(of: payload).map {
                (.h264, $0.contains(.parameters) || isFirst && $0.contains(.keyPicture))
            }
        case .opus, .red: return nil
        }
    }

    /// Reports what arrived of it (RFC 3550 §6.4.1); nil before it has begun.
    func receptionReport(at now: Instant) -> ReceptionReport? {
        guard let source, let said = reception.report(of: source, last: report, at: now) else { return nil }
        if said.fractionLost >= LossMeter.leastThatMatters { lostAt = now }
        return said
    }

    /// A whole picture came.
    func fulfil() {
        demand.fulfil()
        demandIsDue = false
    }

    /// Somebody needs a whole picture; it is asked for with the next tick.
    func want(urgently isUrgent: Bool = false, at now: Instant) {
        if demand.want(urgently: isUrgent, at: now) { demandIsDue = true }
    }

    /// The encoding comes from this source from now on. True if it came from another before.
    func begin(_ source: UInt32) -> Bool {
        guard let old = self.source, old != source else {
            self.source = source
            return false
        }
        self.source = source
        numbers = Unwrapper()
        seen = ReplayWindow()
        missing = MissingPackets()
        reception = Reception(clock: reception.clock)
        report = nil
        (dependencies, pictureEnd) = (.init(), nil)
        // The old packets bear numbers that are higher than the next.
        if buffer != nil { buffer = PacketBuffer(capacity: Self.bufferLength) }
        return true
    }
}

/// How a source arrives (RFC 3550 §A.3, §A.8).
struct Reception: Sendable {
    let clock: UInt32
    private var base: UInt64?
    private var highest: UInt64 = 0
    private var received: UInt64 = 0
    private var expectedBefore: UInt64 = 0
    private var receivedBefore: UInt64 = 0
    private var transit: UInt32?
    /// In sixteenths of a tick.
    private var jitter: UInt64 = 0

    init(clock: UInt32) {
        self.clock = clock
    }

    mutating func note(_ number: UInt64, timestamp: UInt32, at now: Instant) {
        base = base ?? number
        highest = max(highest, number)
        received &+= 1
        let ticks = UInt32(truncatingIfNeeded: now.nanoseconds / 1000 * Int64(clock / 1000) / 1000)
        let transit = ticks &- timestamp
        if let before = self.transit {
            let change = UInt64(Int32(bitPattern: transit &- before).magnitude)
            jitter = jitter &+ min(change, UInt64(clock)) &- (jitter &+ 8) >> 4
        }
        self.transit = transit
    }

    /// What is reported since the last time; nil before anything came.
    mutating func report(of source: UInt32, last: (info: SenderInfo, at: Instant)?, at now: Instant) -> ReceptionReport? {
        guard let base else { return nil }
        let expected = highest &- base &+ 1
        let (wanted, got) = (expected &- expectedBefore, received &- receivedBefore)
        (expectedBefore, receivedBefore) = (expected, received)
        let lost = wanted > got ? wanted - got : 0
        let delay = last.map { (now - $0.at) / .nanoseconds(1) * 65_536 / 1e9 } ?? 0
        return ReceptionReport(
            source: source, fractionLost: wanted == 0 ? 0 : UInt8(min(255, lost * 256 / wanted)),
            lost: Int32(clamping: Int64(clamping: expected) - Int64(clamping: received)), highest: UInt32(truncatingIfNeeded: highest),
            jitter: UInt32(clamping: jitter >> 4), lastReport: last?.info.middleTime ?? 0,
            delay: UInt32(min(max(delay, 0), Double(UInt32.max - 1))))
    }
}

/// How many bits a second go by, over windows of half a second.
struct RateMeter: Sendable {
    static let window: Duration = .milliseconds(500)

    private var start: Instant?
    private var bytes: UInt64 = 0
    private var last: UInt64 = 0
    private var end: Instant?

    mutating func note(_ count: Int, at now: Instant) {
        turn(at: now)
        if start == nil { start = now }
        bytes &+= UInt64(count)
    }

    /// Of the last whole window; before the first has ended, of what it has so far. Zero once nothing came for two windows.
    mutating func bitsPerSecond(at now: Instant) -> UInt64 {
        turn(at: now)
        if last == 0, bytes > 0 { return bytes &* 16 }
        return last
    }

    private mutating func turn(at now: Instant) {
        guard let start, now - start >= Self.window else { return }
        let seconds = (now - start) / .seconds(1)
        last = now - start >= Self.window * 3 ? 0 : UInt64(min(Double(bytes) * 8 / seconds, 1e12))
        (self.start, bytes) = (now, 0)
    }
}
