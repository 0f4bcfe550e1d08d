import Testing

@testable import Media

/// A publisher's encoder of one size, with three temporal layers.
private struct Encoder {
    struct Sent {
        let packet: VideoRewriter.Packet
        let group: Int
        let step: Int
    }

    let encoding: UInt8
    private(set) var number: UInt64
    private var timestamp: UInt32
    private var picture: UInt16
    private var base: UInt8
    private var key: UInt8
    private var step = 0
    private var group = 0

    init(_ encoding: UInt8, using random: inout SeededGenerator) {
        self.encoding = encoding
        number = .random(in: 65_536..<131_072, using: &random)
        timestamp = .random(in: 0 ... .max, using: &random)
        picture = .random(in: 0...0x7FFF, using: &random)
        base = .random(in: 0 ... .max, using: &random)
        key = .random(in: 0...31, using: &random)
    }

    /// The packets of the next picture. The third of four stands on the first, the second too, and the fourth on the third.
    mutating func next(isKeyframe: Bool, using random: inout SeededGenerator) -> [Sent] {
        if isKeyframe { step = 0 }
        let layer: UInt8 = [0, 2, 1, 2][step]
        timestamp &+= 3_000
        picture = (picture + 1) & 0x7FFF
        if layer == 0 {
            base &+= 1
            group += 1
        }
        let count = Int.random(in: 1...5, using: &random)
        let packets = (0..<count).map { place in
            // S, X and all fields.
            let synchronised: UInt8 = step == 1 || step == 2 ? 0x20 : 0
            let bytes: [UInt8] =
                [
                    place == 0 ? 0x90 : 0x80, 0xF0, UInt8(picture >> 8) | 0x80, UInt8(picture & 0xFF), base,
                    layer << 6 | synchronised | key, 0,
                ]
            let descriptor = VP8Descriptor(parsing: bytes.span.bytes)!
            return Sent(
                packet: .init(
                    encoding: encoding, number: number + UInt64(place), timestamp: timestamp, descriptor: descriptor,
                    beginsKeyframe: isKeyframe && place == 0), group: group, step: step)
        }
        number += UInt64(count)
        step = (step + 1) % 4
        return packets
    }
}

/// A packet as the receiver gets it.
private struct Received {
    let number: UInt64
    let timestamp: UInt32
    let descriptor: VP8Descriptor?
    let origin: Encoder.Sent
}

extension VideoRewriter.Outcome {
    fileprivate var number: UInt64? { if case .forward(let number, _, _) = self { number } else { nil } }
}

@Suite struct VideoRewriterTests {
    /// Three encoders at thirty pictures a second, and a receiver that is given other sizes and layers all the time.
    private struct Run {
        var received: [Received] = []
        var offered = 0
        /// Packets of the encoding in view that never came.
        var lost = 0
        var target = VideoRewriter.Target(encoding: 0, layer: 2)

        init(seed: UInt64, pictures: Int = 900, switching: Bool = true, loss: Int = 0, delay: Int = 0) {
            var random = SeededGenerator(seed: seed)
            var encoders = (0..<3 as Range<UInt8>).map { Encoder($0, using: &random) }
            var rewriter = VideoRewriter(firstNumber: .random(in: 0 ... .max, using: &random), firstTimestamp: 77)
            var onTheWay: [(due: Int, sent: Encoder.Sent)] = []
            rewriter.target = target
            var time = 0
            for picture in 0..<pictures {
                if Int.random(in: 0..<20, using: &random) == 0 {
                    target.layer = .random(in: 0...2, using: &random)
                    if switching { target.encoding = .random(in: 0...2, using: &random) }
                    rewriter.target = target
                }
                for place in encoders.indices {
                    let isAskedFor = picture == 0 || target.encoding == place && rewriter.encoding != target.encoding
                    for sent in encoders[place].next(isKeyframe: isAskedFor, using: &random) {
                        time += 1
                        if picture > 0, Int.random(in: 0..<1_000, using: &random) < loss {
                            if rewriter.encoding == UInt8(place) { lost += 1 }
                            continue
                        }
                        let late = picture > 0 && Int.random(in: 0..<10, using: &random) == 0
                        onTheWay.append((time + (late ? .random(in: 0...delay, using: &random) : 0), sent))
                    }
                }
                let now = Instant.at(.milliseconds(33 * picture))
                for (_, sent) in onTheWay.filter({ $0.due <= time }).sorted(by: { $0.due < $1.due }) {
                    offered += 1
                    switch rewriter.rewrite(sent.packet, at: now) {
                    case .forward(let number, let timestamp, let descriptor):
                        received.append(Received(number: number, timestamp: timestamp, descriptor: descriptor, origin: sent))
                    case .fill(let number, let timestamp):
                        received.append(Received(number: number, timestamp: timestamp, descriptor: nil, origin: sent))
                    case .drop: break
                    }
                }
                onTheWay.removeAll { $0.due <= time }
            }
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func onAPerfectNetworkEverythingGoesOnByOne(seed: UInt64) {
        let run = Run(seed: seed)
        #expect(run.received.count > 500 && run.received.count < run.offered)
        for (before, after) in zip(run.received, run.received.dropFirst()) {
            #expect(after.number == before.number + 1)
            guard let old = before.descriptor, let new = after.descriptor else {
                Issue.record("a hole was filled where there is none")
                continue
            }
            guard new.startsPicture else {
                #expect(new.picture == old.picture && new.base == old.base && after.timestamp == before.timestamp)
                continue
            }
            #expect(new.picture == ((old.picture ?? 0) + 1) & 0x7FFF)
            #expect(new.base == (new.layer == 0 ? (old.base ?? 0) &+ 1 : old.base))
            #expect(Int32(bitPattern: after.timestamp &- before.timestamp) > 0)
            if after.origin.packet.encoding != before.origin.packet.encoding {
                #expect(after.origin.packet.beginsKeyframe && new.key == ((old.key ?? 0) + 1) & 0x1F)
            }
        }
    }

    /// A picture of the fourth step stands on that of the third.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func everyPictureHasWhatItStandsOn(seed: UInt64) {
        var thirds = Set<[Int]>()
        for received in Run(seed: seed).received {
            let place = [Int(received.origin.packet.encoding), received.origin.group]
            if received.origin.step == 2 { thirds.insert(place) }
            if received.origin.step == 3 { #expect(thirds.contains(place)) }
        }
    }

    /// When packets only come late, nothing stays missing: the receiver need ask for nothing.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func lateComersFillTheirHoles(seed: UInt64) {
        let run = Run(seed: seed, switching: false, delay: 30)
        let numbers = Set(run.received.map(\.number))
        #expect(numbers.count == run.received.count, "a place was given twice")
        // Those that are on their way at the end would still come.
        let reached = numbers.sorted().dropLast(60)
        for (before, after) in zip(reached, reached.dropFirst()) { #expect(after == before + 1) }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func onABadNetworkEachPlaceAndEachPictureIsOneOfTheirs(seed: UInt64) throws {
        let run = Run(seed: seed, loss: 30, delay: 30)
        #expect(Set(run.received.map(\.number)).count == run.received.count, "a place was given twice")
        var theirs: [UInt64: [UInt64]] = [:]
        var unwrapper = Unwrapper<UInt16>()
        for received in run.received {
            guard let picture = received.descriptor?.picture else { continue }
            let ours = unwrapper.unwrap(picture << 1) >> 1
            let origin = [UInt64(received.origin.packet.encoding), UInt64(try #require(received.origin.packet.descriptor.picture))]
            #expect(theirs[ours, default: origin] == origin, "two pictures became one")
            theirs[ours] = origin
        }
        // Whatever came in whichever order, pictures stand in the order of their packets.
        let inOrder = run.received.filter { $0.descriptor != nil }.sorted { $0.number < $1.number }
        for (before, after) in zip(inOrder, inOrder.dropFirst()) {
            let ahead = (after.descriptor?.picture ?? 0) &- (before.descriptor?.picture ?? 0) & 0x7FFF
            #expect(ahead < 0x4000)
        }
    }

    /// Holes are what was lost and, at each switch, what was on its way: never more.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func onlyWhatWasLostIsMissing(seed: UInt64) throws {
        let run = Run(seed: seed, switching: false, loss: 30)
        let first = try #require(run.received.map(\.number).min())
        let last = try #require(run.received.map(\.number).max())
        #expect(Int(last - first + 1) - run.received.count <= run.lost)
    }

    /// Chromium probes with packets without payload on the source of the picture itself when it has none for retransmissions.
    @Test func packetsWithoutPayloadLeaveNoHoles() throws {
        var random = SeededGenerator(seed: 1)
        var encoder = Encoder(0, using: &random)
        var rewriter = VideoRewriter(firstNumber: 10, firstTimestamp: 1)
        rewriter.target = .init(encoding: 0, layer: 2)
        var packet = encoder.next(isKeyframe: true, using: &random)[0].packet
        #expect(rewriter.rewrite(packet, at: .at(.zero)).number == 10)
        let first = packet.number
        // Two in their order, then one that comes later than the picture behind it.
        #expect(rewriter.rewriteEmpty(encoding: 0, number: first + 1, timestamp: packet.timestamp) == .drop)
        #expect(rewriter.rewriteEmpty(encoding: 0, number: first + 2, timestamp: packet.timestamp) == .drop)
        packet.number = first + 4
        #expect(rewriter.rewrite(packet, at: .at(.zero)).number == 12)
        #expect(rewriter.rewriteEmpty(encoding: 0, number: first + 3, timestamp: packet.timestamp) == .fill(number: 11, timestamp: 1))
        #expect(rewriter.rewriteEmpty(encoding: 1, number: first + 5, timestamp: 0) == .drop)
        packet.number = first + 5
        #expect(rewriter.rewrite(packet, at: .at(.zero)).number == 13)
        // A place that was filled is not given away again by a switch.
        #expect(rewriter.rewriteEmpty(encoding: 0, number: first + 8, timestamp: 0) == .drop)
        #expect(rewriter.rewriteEmpty(encoding: 0, number: first + 7, timestamp: packet.timestamp) == .fill(number: 15, timestamp: 1))
        (packet.encoding, packet.number) = (1, 90_000)
        rewriter.target = .init(encoding: 1, layer: 2)
        #expect(rewriter.rewrite(packet, at: .at(.zero)).number == 16)
    }

    @Test func nothingIsForwardedWithoutATarget() throws {
        var random = SeededGenerator(seed: 1)
        var encoder = Encoder(0, using: &random)
        var rewriter = VideoRewriter(firstNumber: 1, firstTimestamp: 1)
        let first = encoder.next(isKeyframe: true, using: &random)[0].packet
        #expect(rewriter.rewrite(first, at: .at(.zero)) == .drop)
        rewriter.target = .init(encoding: 0, layer: 2)
        #expect(rewriter.rewrite(encoder.next(isKeyframe: false, using: &random)[0].packet, at: .at(.zero)) == .drop)
        #expect(rewriter.rewrite(encoder.next(isKeyframe: true, using: &random)[0].packet, at: .at(.zero)) != .drop)
        // After a pause it begins with a whole picture again, and later by as much as the pause was.
        rewriter.target = nil
        rewriter.target = .init(encoding: 0, layer: 2)
        #expect(rewriter.rewrite(encoder.next(isKeyframe: false, using: &random)[0].packet, at: .at(.seconds(2))) == .drop)
        let resumed = rewriter.rewrite(encoder.next(isKeyframe: true, using: &random)[0].packet, at: .at(.seconds(2)))
        guard case .forward(2, 180_001, _) = resumed else { return #expect(Bool(false), "\(resumed)") }
    }
}
