/// The connection on which a participant receives: its slots, and what it says of how they arrive.
package final class Subscriber: Connection {
    /// What one receiver may ask for again in a second, beyond which it is an attack or beyond repair.
    static let mostRepeats = 400
    /// How often in a second it may say when packets came; browsers do twenty times. Each makes us look at up to 4,096 numbers.
    static let mostFeedbacks = 100
    /// What sealing, UDP and IP add to a packet.
    private static let overhead = 16 + 28

    let offer: SlotOffer
    private let timeOfDay: NetworkClock
    private(set) var slots: [Slot] = []
    private var bySource: [UInt32: Slot] = [:]
    private(set) var roundTrip = RoundTrip()
    /// By what it says of the sum; not used where it says when each packet arrives.
    private(set) var budget = Budget()
    private(set) var arrivals: ArrivalBudget?
    /// What the other side can decode; everything until it has said so.
    private(set) var codecs = CodecSet.all
    private(set) var hasAccepted = false
    /// When it last said that something was lost on its way.
    private var lostAt: Instant?
    private var departures = Departures()
    /// Of its pictures, where repetitions are paid with room.
    private var losses = LossMeter()
    /// Of all that it is sent, by its own words of each packet: reports of a source also count what never reached us from whoever sends it.
    var loss = LossWindow()
    private var sentRate = RateMeter()
    private var repeatsLeft = mostRepeats
    var repeats = RepeatBudget()
    private var feedbacksLeft = mostFeedbacks
    private var nextReport: Instant?
    private var nextAllocation: Instant?
    /// Whether the last allocation left something out that was wanted.
    private var isShort = false
    /// Whom its slots show was changed since the last time it was told.
    var hasNews = false

    init?(
        _ local: ICECredentials, offer: SlotOffer, timeOfDay: NetworkClock, version: SessionVersion, identity: DTLSIdentity,
        batch: OutgoingBatch, using random: inout MediaRandom
    ) {
        self.offer = offer
        self.timeOfDay = timeOfDay
        super.init(local, version: version, identity: identity, batch: batch)
        for line in offer.lines {
            let (number, timestamp) = (UInt16.random(in: 0...0x7FFF, using: &random), UInt32.random(in: 0 ... .max, using: &random))
            let slot = Slot(line, of: self, firstNumber: number, firstTimestamp: timestamp)
            slots.append(slot)
            bySource[line.source] = slot
        }
    }

    /// The other side takes these slots; the others stay empty for ever. False for somebody else than before.
    func accept(_ answer: SlotOffer.Acceptance) -> Bool {
        guard expect(answer.transport) else { return false }
        for slot in slots where !answer.taken.contains(slot.line.mid) { slot.unbind() }
        slots.removeAll { !answer.taken.contains($0.line.mid) }
        // What a browser can decode it can from the first: somebody who said otherwise again and again would have all others change.
        if !hasAccepted { codecs = answer.codecs }
        hasAccepted = true
        if answer.hasTransportFeedback, arrivals == nil { arrivals = ArrivalBudget() }
        return true
    }

    @discardableResult
    func send(_ head: OutgoingHeader, _ payload: RawSpan, at now: Instant) -> Bool {
        var head = head
        // 6.18 fixed point seconds, which the receiver's estimate is made of.
        let nanoseconds = UInt64(max(0, now.nanoseconds)) % 64_000_000_000
        head.extensions.absoluteSendTime = UInt32(truncatingIfNeeded: nanoseconds << 18 / 1_000_000_000) & 0xFF_FFFF
        if arrivals != nil {
            head.extensions.transportSequence = departures.note(head.length + payload.byteCount + Self.overhead, at: now)
        }
        guard send(head, payload) else { return false }
        sentRate.note(payload.byteCount + 40, at: now)
        return true
    }

    func sentBitsPerSecond(at now: Instant) -> UInt64 { sentRate.bitsPerSecond(at: now) }

    // MARK: What comes in

    override func control(_ bytes: RawSpan, at now: Instant) {
        guard var compound = try? RTCPCompound(parsing: bytes) else { return count(.foreign) }
        while let block = compound.next(in: bytes) {
            if let report = Report(block, in: bytes) {
                for place in 0..<report.count { if let heard = report.report(place, in: bytes) { note(heard, at: now) } }
            } else if let missing = NACK(block, in: bytes) {
                repeatPackets(missing, in: bytes, at: now)
            } else if let request = KeyframeRequest(block, in: bytes) {
                request.forEach(in: bytes) { source, _ in bySource[source]?.wantKeyframe(at: now) }
            } else if let estimate = REMB(block, in: bytes) {
                let sent = sentBitsPerSecond(at: now)
                budget.note(
                    estimate: estimate.bitsPerSecond, sent: sent, isShowing: isShowing, isQueued: roundTrip.isQueued, at: now)
            } else if let feedback = TransportFeedback(block, in: bytes) {
                note(feedback, in: bytes, at: now)
            }
        }
    }

    /// Whether most pictures that are looked at there are not sent, as the
    /// way carries next to none. One that is too large by itself, sent by
    /// somebody who has no smaller one, says nothing about the way.
    var isNarrow: Bool {
        guard (arrivals?.forPictures ?? budget.forPictures) < Budget.doubted else { return false }
        let (wished, paused) = (slots.count { $0.line.isVideo && $0.publication != nil }, slots.count(where: \.isPaused))
        return paused * 2 > wished
    }

    private var isShowing: Bool { slots.contains { $0.line.isVideo && $0.encoding != nil } }

    private func note(_ feedback: TransportFeedback, in bytes: RawSpan, at now: Instant) {
        guard let before = arrivals?.bitsPerSecond else { return }
        guard feedbacksLeft > 0 else { return count(.flood) }
        feedbacksLeft -= 1
        feedback.forEach(in: bytes) { number, arrival in
            guard let arrival else { return loss.note(expected: 1, arrived: 0, at: now) }
            guard let packet = departures.take(number, at: now) else { return }
            loss.note(expected: 1, arrived: 1, at: now)
            arrivals?.note(
                number, sentAt: packet.sentAt, arrival: arrival * TransportFeedback.microseconds, bytes: packet.bytes, at: now)
        }
        arrivals?.look(isShowing: isShowing, sent: sentBitsPerSecond(at: now), roundTrip: roundTrip.latest, at: now)
        // Each moment that too much is sent makes the queue longer that sound waits in.
        if let arrivals, arrivals.bitsPerSecond < before { allot(at: now) }
    }

    private func repeatPackets(_ missing: NACK, in bytes: RawSpan, at now: Instant) {
        guard let slot = bySource[missing.source] else { return count(.stranger) }
        missing.forEach(in: bytes) { sequence in
            guard repeatsLeft > 0, !repeats.isSpent else {
                count(.flood)
                return false
            }
            repeatsLeft -= 1
            _ = slot.sendAgain(sequence, roundTrip: roundTrip.latest, at: now)
            return true
        }
    }

    private func note(_ report: ReceptionReport, at now: Instant) {
        guard let slot = bySource[report.source] else { return }
        if report.fractionLost >= LossMeter.leastThatMatters { lostAt = now }
        if slot.line.isVideo, let lost = losses.note(report, at: now) {
            budget.note(lost: lost, at: now)
            arrivals?.note(lost: lost, at: now)
        }
        guard report.lastReport != 0 else { return }
        // RFC 3550 §6.4.1: when it came, less when ours was sent, less how long it lay there.
        let middle = UInt32(truncatingIfNeeded: timeOfDay.time(at: now) >> 16)
        let ticks = middle &- report.lastReport &- report.delay
        if ticks < 65_536 * 5 { roundTrip.note(.nanoseconds(Int64(ticks) * 1_000_000_000 / 65_536), at: now) }
    }

    /// For so long after a loss sounds are sent twice.
    static let lossMemory: Duration = .seconds(10)

    /// Whether sounds are to be sent with those before them, in case those were lost: on the way of who speaks, or on the way here.
    func repeatsSounds(of publication: Publication?, at now: Instant) -> Bool {
        guard codecs.has(.red) else { return false }
        func isRecent(_ loss: Instant?) -> Bool { loss.map { now - $0 < Self.lossMemory } ?? false }
        return isRecent(lostAt) || isRecent(publication?.encodings.first?.lostAt)
    }

    // MARK: What is due

    override func tick(at now: Instant) {
        if nextAllocation.map({ $0 <= now }) ?? true {
            nextAllocation = now + .milliseconds(200)
            budget.grow(sent: sentBitsPerSecond(at: now), isShort: isShort, at: now)
            arrivals?.grow(sent: sentBitsPerSecond(at: now), isShort: isShort, at: now)
            allot(at: now)
            if arrivals?.wantsProbe(isShort: isShort, at: now) ?? false { probe(at: now) }
        }
        guard nextReport.map({ $0 <= now }) ?? true else { return }
        nextReport = now + .seconds(1)
        repeatsLeft = Self.mostRepeats
        feedbacksLeft = Self.mostFeedbacks
        let (name, moment) = (Array(offer.name.utf8), timeOfDay.time(at: now))
        for slot in slots {
            guard let info = slot.info(at: moment) else { continue }
            sendControl { output in
                _ = Report.write(slot.line.source, sent: info, about: [], into: &output)
                _ = SourceDescription.write(slot.line.source, name: name, into: &output)
            }
        }
    }

    /// Sends padding, all of it at once, as something that is repeated: browsers put it aside.
    private func probe(at now: Instant) {
        guard let slot = slots.first(where: { $0.line.isVideo }) else { return }
        arrivals?.begin(ArrivalBudget.Probe(first: departures.next, at: now))
        for _ in 0..<ArrivalBudget.Probe.packets { slot.sendPadding(at: now) }
    }

    /// Gives each picture the encoding that there is room for: sound first, then who was asked for first.
    func allot(at now: Instant) {
        guard isReady else { return }
        let pictures = slots.filter { $0.line.isVideo && $0.publication != nil && !$0.isForeign }
        let sounds = slots.reduce(0 as UInt64) { $0 + $1.soundRate(at: now) }
        budget.sounds = sounds
        arrivals?.sounds = sounds
        for slot in slots where slot.isForeign { slot.show(nil, at: now) }
        let ordered = pictures.sorted { $0.priority < $1.priority }
        let wishes = ordered.map { $0.wish(at: now) }
        let chosen = Allocator.allot(wishes, in: arrivals?.forPictures ?? budget.forPictures)
        for (slot, encoding) in zip(ordered, chosen) { slot.show(encoding, at: now) }
        isShort = zip(wishes, chosen).contains { $0.wantsMore(than: $1) }
    }
}
