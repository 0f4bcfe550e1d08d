/// Makes one unbroken stream, for one receiver, of the encodings that a publisher sends of the same picture in several sizes.
///
/// Whatever is left out or switched to, the receiver sees sequence numbers, timestamps and pictures go on by one, as if there were a single
/// encoder, whichever codec they are in. **Each packet comes here once**, whether by
/// itself or by retransmission; so each place is given to one packet, and a switch
/// happens at a whole picture alone.
package struct VideoRewriter: Sendable {
    /// What is to be forwarded: one encoding, up to one temporal layer.
    package struct Target: Equatable, Sendable {
        package var encoding: UInt8
        package var layer: UInt8

        package init(encoding: UInt8, layer: UInt8) {
            self.encoding = encoding
            self.layer = layer
        }
    }

    /// What the rewriter has to know of a packet.
    package struct Packet: Sendable {
        package var encoding: UInt8
        /// The sequence number at full width.
        package var number: UInt64
        package var timestamp: UInt32
        package var descriptor: PictureDescriptor
        package var beginsKeyframe: Bool

        package init(encoding: UInt8, number: UInt64, timestamp: UInt32, descriptor: PictureDescriptor, beginsKeyframe: Bool) {
            self.encoding = encoding
            self.number = number
            self.timestamp = timestamp
            self.descriptor = descriptor
            self.beginsKeyframe = beginsKeyframe
        }
    }

    package enum Outcome: Equatable, Sendable {
        case forward(number: UInt64, timestamp: UInt32, PictureDescriptor)
        /// A packet without payload, in a hole that nobody else will fill: the receiver would ask for it for ever.
        case fill(number: UInt64, timestamp: UInt32)
        case drop
    }

    static let ticksPerSecond: Int64 = 90_000

    /// Nil while nothing is to be forwarded.
    package var target: Target? {
        didSet { if target == nil { (source, encoding) = (nil, nil) } }
    }

    private var source: Source?
    /// Which encoding the receiver sees now.
    package private(set) var encoding: UInt8?
    private var nextNumber: UInt64
    private var last: Sent

    /// The numbers begin where they are told to, below half a turn: receivers of SRTP could otherwise lose count at the first turn.
    package init(firstNumber: UInt16, firstTimestamp: UInt32) {
        nextNumber = UInt64(firstNumber & 0x7FFF)
        last = Sent(timestamp: firstTimestamp &- 1, time: nil, picture: 0x7FFF, base: 0xFF, key: 0x1F)
    }

    /// The highest of what was given out.
    private struct Sent {
        var timestamp: UInt32
        var time: Instant?
        var picture: UInt64
        var base: UInt8
        var key: UInt8
    }

    /// How the packets of the encoding become ours.
    fileprivate struct Source {
        let codec: Codec
        var sequences: SequenceMap
        var pictures: PictureMap?
        var pictureNumbers = Unwrapper<UInt16>()
        let timestampOffset: UInt32
        let baseOffset: UInt8
        let keyOffset: UInt8
        /// The highest temporal layer that is forwarded.
        var layer: UInt8
    }
}

extension VideoRewriter {
    package mutating func rewrite(_ packet: Packet, at now: Instant) -> Outcome {
        guard let target else { return .drop }
        if packet.encoding != encoding || packet.descriptor.codec != source?.codec {
            guard packet.encoding == target.encoding, packet.beginsKeyframe, !isLate(packet) else { return .drop }
            source = begin(packet, layer: target.layer, at: now)
            encoding = packet.encoding
        }
        // Taken out, not copied: its arrays would be copied with it.
        guard var source = self.source.take() else { return .drop }
        defer { self.source = source }
        let isNew = packet.number > source.sequences.highest
        guard let picture = source.judge(packet, isNew: isNew, wanted: target.layer) else { return .drop }
        if picture.isLeftOut, isNew {
            source.sequences.leaveOut(packet.number)
            return .drop
        }
        guard let number = place(of: packet.number, isNew: isNew, in: &source) else { return .drop }
        source.sequences.note(packet.number)
        nextNumber = max(nextNumber, number + 1)
        let timestamp = packet.timestamp &- source.timestampOffset
        if picture.isLeftOut { return .fill(number: number, timestamp: timestamp) }
        let descriptor = packet.descriptor.counted(picture: picture.place, lessBase: source.baseOffset, lessKey: source.keyOffset)
        note(descriptor, timestamp: timestamp, picture: picture.place, at: now)
        return .forward(number: number, timestamp: timestamp, descriptor)
    }

    /// Leaves out a packet without payload, by which browsers probe how much their way carries. Its number is one like all others, so the
    /// receiver would miss it.
    package mutating func rewriteEmpty(encoding: UInt8, number: UInt64, timestamp: UInt32) -> Outcome {
        guard encoding == self.encoding, var source = self.source.take() else { return .drop }
        defer { self.source = source }
        if number > source.sequences.highest {
            source.sequences.leaveOut(number)
            return .drop
        }
        guard let place = place(of: number, isNew: false, in: &source) else { return .drop }
        nextNumber = max(nextNumber, place + 1)
        return .fill(number: place, timestamp: timestamp &- source.timestampOffset)
    }

    /// Where the packet stands in our stream. **Never much further on than
    /// what was sent**: whoever leaps ahead goes on behind a hole of one,
    /// so that something is seen to be missing. Otherwise the slot would be mute for whoever fills it next, too.
    private func place(of number: UInt64, isNew: Bool, in source: inout Source) -> UInt64? {
        guard let place = source.sequences.place(of: number) else { return nil }
        if place < nextNumber + SequenceMap.mostLeap { return place }
        guard isNew else { return nil }
        source.sequences = SequenceMap(from: number, at: nextNumber + 1)
        return nextNumber + 1
    }

    /// Whether the packet is from before its publisher went over to another codec.
    private func isLate(_ packet: Packet) -> Bool {
        packet.encoding == encoding && packet.number <= source?.sequences.highest ?? 0
    }

    /// Joins a source to what was sent before.
    private func begin(_ packet: Packet, layer: UInt8, at now: Instant) -> Source {
        let elapsed = last.time.map { (now - $0) / .nanoseconds(1) * Double(Self.ticksPerSecond) / 1e9 } ?? 0
        let timestamp = last.timestamp &+ max(1, UInt32(min(max(elapsed, 0), Double(UInt32.max / 4))))
        var source = Source(
            codec: packet.descriptor.codec, sequences: SequenceMap(from: packet.number, at: nextNumber),
            timestampOffset: packet.timestamp &- timestamp,
            baseOffset: (packet.descriptor.base ?? 0) &- (last.base &+ 1), keyOffset: (packet.descriptor.key ?? 0) &- (last.key &+ 1),
            layer: layer)
        if let number = source.number(of: packet.descriptor) {
            source.pictures = PictureMap(from: number, at: last.picture + 1, closingUp: packet.descriptor.closesUp)
        }
        return source
    }

    private mutating func note(_ descriptor: PictureDescriptor, timestamp: UInt32, picture: UInt64, at now: Instant) {
        if Int32(bitPattern: timestamp &- last.timestamp) > 0 { (last.timestamp, last.time) = (timestamp, now) }
        guard descriptor.picture != nil, picture >= last.picture else { return }
        last.picture = picture
        last.base = descriptor.base ?? last.base
        last.key = descriptor.key ?? last.key
    }
}

extension VideoRewriter.Source {
    /// The number of the picture at full width. Short and long ones are counted in the upper bits, where they turn over as numbers do.
    mutating func number(of descriptor: PictureDescriptor) -> UInt64? {
        guard let (picture, bits) = descriptor.picture else { return nil }
        return pictureNumbers.unwrap(picture << UInt16(16 - bits)) >> UInt64(16 - bits)
    }

    /// Whether the picture of the packet is left out; nil if it is too old to tell. **All packets of a picture share its fate.**
    mutating func judge(_ packet: VideoRewriter.Packet, isNew: Bool, wanted: UInt8) -> (isLeftOut: Bool, place: UInt64)? {
        guard let number = number(of: packet.descriptor), pictures != nil else { return (false, 0) }
        if let known = pictures?.picture(number) { return (known.isLeftOut, known.place) }
        if isNew { choose(wanted, at: packet) }
        let isLeftOut = isNew && packet.descriptor.layer ?? 0 > layer
        return pictures?.add(number, leavingOut: isLeftOut).map { ($0.isLeftOut, $0.place) }
    }

    /// Down at once; up at a picture that does not stand on one that was left out.
    private mutating func choose(_ wanted: UInt8, at packet: VideoRewriter.Packet) {
        guard let next = packet.descriptor.layer, !packet.beginsKeyframe else {
            layer = wanted
            return
        }
        if wanted < layer { layer = wanted }
        if next > layer, next <= wanted, packet.descriptor.isSynchronised { layer = next }
    }
}
