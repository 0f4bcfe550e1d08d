import Testing

@testable import Media

/// A publisher's encoder of one size, with three temporal layers (in H.264, none).
private struct Encoder {
    struct Sent {
        let packet: VideoRewriter.Packet
        let group: Int
        let step: Int
        let startsPicture: Bool
    }

    let encoding: UInt8
    private let codec: Codec
    private(set) var number: UInt64
    private var timestamp: UInt32
    private var picture: UInt16
    private var base: UInt8
    private var key: UInt8
    private var step = 0
    private var group = 0
    private var structure = DependencyDescriptor.Structure()

    init(_ encoding: UInt8, _ codec: Codec = .vp8, using random: inout SeededGenerator) {
        self.encoding = encoding
        self.codec = codec
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
        picture = codec == .av1 ? picture &+ 1 : (picture + 1) & 0x7FFF
        if layer == 0 {
            base &+= 1
            group += 1
        }
        let count = Int.random(in: 1...5, using: &random)
        var packets: [Sent] = []
        for place in 0..<count {
            let descriptor = descriptor(layer, isKeyframe, isFirst: place == 0)
            let packet = VideoRewriter.Packet(
                encoding: encoding, number: number + UInt64(place), timestamp: timestamp, descriptor: descriptor,
                beginsKeyframe: isKeyframe && place == 0)
            packets.append(Sent(packet: packet, group: group, step: step, startsPicture: place == 0))
        }
        number += UInt64(count)
        step = (step + 1) % 4
        return packets
    }

    private mutating func descriptor(_ layer: UInt8, _ isKeyframe: Bool, isFirst: Bool) -> PictureDescriptor {
        let synchronised = step == 1 || step == 2
        let number: [UInt8] = [UInt8(picture >> 8) | 0x80, UInt8(picture & 0xFF)]
        switch codec {
        case .vp9:
            let flags: UInt8 = 0xA0 | (isKeyframe ? 0 : 0x40) | (isFirst ? 0x08 : 0)
            let layers: UInt8 = layer << 5 | (synchronised ? 0x10 : 0)
            let bytes: [UInt8] = [flags] + number + [layers, base, 0]
            return .vp9(VP9Descriptor(parsing: bytes.span.bytes)!)
        case .av1:
            let bytes = Dependencies.bytes([0, 2, 1, 3][step], picture: picture, begins: isFirst, structure: isKeyframe && isFirst)
            return .av1(DependencyDescriptor(parsing: bytes.span.bytes, by: &structure)!)
        case .h264: return .h264
        default:
            // S, X and all fields.
            let layers: UInt8 = layer << 6 | (synchronised ? 0x20 : 0) | key
            let bytes: [UInt8] = [isFirst ? 0x90 : 0x80, 0xF0] + number + [base, layers, 0]
            return .vp8(VP8Descriptor(parsing: bytes.span.bytes)!)
        }
    }
}

/// A packet as the receiver gets it.
private struct Received {
    let number: UInt64
    let timestamp: UInt32
    let descriptor: PictureDescriptor?
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

        init(seed: UInt64, _ codec: Codec, pictures: Int = 900, switching: Bool = true, loss: Int = 0, delay: Int = 0) {
            var random = SeededGenerator(seed: seed)
            var encoders = (0..<3 as Range<UInt8>).map { Encoder($0, codec, using: &random) }
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

    @Test(arguments: Codec.pictures, 0..<10 as Range<UInt64>)
    func onAPerfectNetworkEverythingGoesOnByOne(codec: Codec, seed: UInt64) throws {
        let run = Run(seed: seed, codec)
        #expect(run.received.count > 500 && run.received.count < run.offered)
        if codec != .h264 { #expect(run.received.contains { ($0.descriptor?.layer ?? 0) == 2 }) }
        for (before, after) in zip(run.received, run.received.dropFirst()) {
            #expect(after.number == before.number + 1)
            guard let old = before.descriptor, let new = after.descriptor else {
                Issue.record("a hole was filled where there is none")
                continue
            }
            guard after.origin.startsPicture else {
                #expect(new.picture?.number == old.picture?.number && new.base == old.base && after.timestamp == before.timestamp)
                continue
            }
            #expect(Int32(bitPattern: after.timestamp &- before.timestamp) > 0)
            let isSwitch = after.origin.packet.encoding != before.origin.packet.encoding
            if isSwitch { #expect(after.origin.packet.beginsKeyframe) }
            // AV1 and H.264 are passed on as they are.
            guard codec == .vp8 || codec == .vp9 else { continue }
            #expect(new.base == (new.layer == 0 ? (old.base ?? 0) &+ 1 : old.base))
            let step = (try #require(new.picture?.number) &- #require(old.picture?.number)) & 0x7FFF
            if codec == .vp8 || isSwitch {
                #expect(step == 1)
                if let key = old.key, isSwitch { #expect(new.key == (key + 1) & 0x1F) }
            } else {
                // In VP9 pictures say what they stand on by how far it is away, so that must stay.
                let origins = try [after, before].map { try #require($0.origin.packet.descriptor.picture?.number) }
                #expect(step == (origins[0] &- origins[1]) & 0x7FFF)
            }
        }
    }

    /// A picture of the fourth step stands on that of the third.
    @Test(arguments: [Codec.vp8, .vp9, .av1], 0..<10 as Range<UInt64>)
    func everyPictureHasWhatItStandsOn(codec: Codec, seed: UInt64) {
        var thirds = Set<[Int]>()
        for received in Run(seed: seed, codec).received {
            let place = [Int(received.origin.packet.encoding), received.origin.group]
            if received.origin.step == 2 { thirds.insert(place) }
            if received.origin.step == 3 { #expect(thirds.contains(place)) }
        }
    }

    /// When packets only come late, nothing stays missing: the receiver need ask for nothing.
    @Test(arguments: Codec.pictures, 0..<10 as Range<UInt64>)
    func lateComersFillTheirHoles(codec: Codec, seed: UInt64) {
        let run = Run(seed: seed, codec, switching: false, delay: 30)
        let numbers = Set(run.received.map(\.number))
        #expect(numbers.count == run.received.count, "a place was given twice")
        // Those that are on their way at the end would still come.
        let reached = numbers.sorted().dropLast(60)
        for (before, after) in zip(reached, reached.dropFirst()) { #expect(after == before + 1) }
    }

    @Test(arguments: [Codec.vp8, .vp9], 0..<10 as Range<UInt64>)
    func onABadNetworkEachPlaceAndEachPictureIsOneOfTheirs(codec: Codec, seed: UInt64) throws {
        let run = Run(seed: seed, codec, loss: 30, delay: 30)
        #expect(Set(run.received.map(\.number)).count == run.received.count, "a place was given twice")
        var theirs: [UInt64: [UInt64]] = [:]
        var unwrapper = Unwrapper<UInt16>()
        for received in run.received {
            guard let picture = received.descriptor?.picture?.number else { continue }
            let ours = unwrapper.unwrap(picture << 1) >> 1
            let origin = [UInt64(received.origin.packet.encoding), UInt64(try #require(received.origin.packet.descriptor.picture?.number))]
            #expect(theirs[ours, default: origin] == origin, "two pictures became one")
            theirs[ours] = origin
        }
        // Whatever came in whichever order, pictures stand in the order of their packets.
        let inOrder = run.received.filter { $0.descriptor != nil }.sorted { $0.number < $1.number }
        for (before, after) in zip(inOrder, inOrder.dropFirst()) {
            let ahead = (after.descriptor?.picture?.number ?? 0) &- (before.descriptor?.picture?.number ?? 0) & 0x7FFF
            #expect(ahead < 0x4000)
        }
    }

    /// Holes are what was lost and, at each switch, what was on its way: never more.
    @Test(arguments: Codec.pictures, 0..<10 as Range<UInt64>)
    func onlyWhatWasLostIsMissing(codec: Codec, seed: UInt64) throws {
        let run = Run(seed: seed, codec, switching: false, loss: 30)
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

    /// Its numbers are never much further on than what was sent, however far a publisher leaps and whatever it leaps with.
    @Test func leapsAreCutShort() throws {
        var random = SeededGenerator(seed: 1)
        var encoder = Encoder(0, using: &random)
        var rewriter = VideoRewriter(firstNumber: 10, firstTimestamp: 1)
        rewriter.target = .init(encoding: 0, layer: 2)
        var packet = encoder.next(isKeyframe: true, using: &random)[0].packet
        #expect(rewriter.rewrite(packet, at: .at(.zero)).number == 10)
        packet.number += SequenceMap.mostLeap
        #expect(rewriter.rewrite(packet, at: .at(.zero)).number == 10 + SequenceMap.mostLeap, "as far as that a hole stays open")
        packet.number += SequenceMap.mostLeap + 1
        #expect(rewriter.rewrite(packet, at: .at(.zero)).number == 12 + SequenceMap.mostLeap, "beyond it there is a hole of one")
        // By packets without payload, which close up, and with one that comes late.
        #expect(rewriter.rewriteEmpty(encoding: 0, number: packet.number + 30_000, timestamp: packet.timestamp) == .drop)
        #expect(rewriter.rewriteEmpty(encoding: 0, number: packet.number + 20_000, timestamp: packet.timestamp) == .drop)
        packet.number += 60_000
        #expect(rewriter.rewrite(packet, at: .at(.zero)).number == 14 + SequenceMap.mostLeap)
        packet.number += 1
        #expect(rewriter.rewrite(packet, at: .at(.zero)).number == 15 + SequenceMap.mostLeap)
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
    /// A publisher goes over to another codec in the middle: nobody sees a hole, and what comes late of the old one is left out.
    @Test func anotherCodecGoesOnByOne() throws {
        var random = SeededGenerator(seed: 3)
        var rewriter = VideoRewriter(firstNumber: 10, firstTimestamp: 1)
        rewriter.target = .init(encoding: 0, layer: 2)
        var (old, new) = (Encoder(0, .vp9, using: &random), Encoder(0, .h264, using: &random))
        var first = old.next(isKeyframe: true, using: &random)[0].packet
        #expect(rewriter.rewrite(first, at: .at(.zero)).number == 10)
        var other = new.next(isKeyframe: false, using: &random)[0].packet
        other.number = first.number + 9
        #expect(rewriter.rewrite(other, at: .at(.zero)) == .drop, "it begins with a whole picture")
        other.beginsKeyframe = true
        #expect(rewriter.rewrite(other, at: .at(.zero)).number == 11)
        first.number += 1
        #expect(rewriter.rewrite(first, at: .at(.zero)) == .drop)
        other.number += 1
        #expect(rewriter.rewrite(other, at: .at(.zero)).number == 12)
    }
}
