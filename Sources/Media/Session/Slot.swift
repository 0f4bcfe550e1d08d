/// One place in a participant's receiving connection: an unbroken stream, whoever fills it.
final class Slot {
    let line: SlotOffer.Line
    unowned let subscriber: Subscriber
    private(set) var publication: Publication?
    /// Which participant that is.
    private(set) var owner: MediaPeerID?
    /// The largest encoding that its place on the screen is worth.
    var wanted: UInt8 = 2
    /// Who is cut last when there is little room: the lowest.
    var priority = 0
    /// Whose it is.
    private(set) weak var publisher: Publisher?
    /// What makes an unbroken stream, from the first that fills the slot on: most slots of a page stay empty.
    private var picture: Picture?
    private var sound: Sound?
    /// Where that begins.
    private let first: (number: UInt16, timestamp: UInt32)
    private var repeated: UInt16
    private var times = SlotTimes()
    /// What was last sent in it.
    private var codec = Codec.vp8

    init(_ line: SlotOffer.Line, of subscriber: Subscriber, firstNumber: UInt16, firstTimestamp: UInt32) {
        self.line = line
        self.subscriber = subscriber
        first = (firstNumber, firstTimestamp)
        repeated = firstNumber & 0x7FFF
    }

    private final class Picture {
        var rewriter: VideoRewriter
        /// Only while somebody fills the slot.
        var sent: SentPackets?

        init(_ rewriter: VideoRewriter) {
            self.rewriter = rewriter
        }
    }

    private final class Sound {
        var rewriter: AudioRewriter

        init(_ rewriter: AudioRewriter) {
            self.rewriter = rewriter
        }
    }

    /// Whether anything of what it was sent is remembered, and whether it ever was filled.
    var remembers: Bool { picture?.sent != nil }
    var hasBegun: Bool { picture != nil || sound != nil }

    /// What was last said of `isPaused` and `isForeign`.
    var told = (isPaused: false, isForeign: false)

    var target: VideoRewriter.Target? { picture?.rewriter.target }
    /// Whether there is no room on the way for even the smallest picture. Before anybody is there to receive it, nobody knows.
    var isPaused: Bool { line.isVideo && publication != nil && target == nil && subscriber.isReady && !isForeign }
    /// Whether the picture is in a codec that the receiver has not; then nothing of it is sent.
    var isForeign: Bool { line.isVideo && publication?.codec.map { !subscriber.codecs.has($0) } ?? false }
    /// Which encoding the receiver sees now.
    var encoding: UInt8? { picture?.rewriter.encoding }

    func bind(_ publication: Publication, of publisher: Publisher, _ owner: MediaPeerID) {
        guard self.publication !== publication else { return }
        unbind()
        self.publication = publication
        self.owner = owner
        self.publisher = publisher
        publication.fill(self)
        if line.isVideo {
            picture = picture ?? Picture(VideoRewriter(firstNumber: first.number, firstTimestamp: first.timestamp))
            picture?.sent = SentPackets(capacity: 512)
        } else {
            sound = sound ?? Sound(AudioRewriter(firstNumber: first.number, firstTimestamp: first.timestamp))
            sound?.rewriter.isNew = true
        }
    }

    func unbind() {
        publication?.leave(self)
        publication = nil
        owner = nil
        publisher = nil
        picture?.rewriter.target = nil
        picture?.sent = nil
    }

    /// Shows this encoding from its next whole picture on; nil for none.
    func show(_ encoding: UInt8?, at now: Instant) {
        guard let publication, let encoding, Int(encoding) < publication.encodings.count else {
            picture?.rewriter.target = nil
            return
        }
        if target?.encoding != encoding { picture?.rewriter.target = .init(encoding: encoding, layer: 3) }
        guard self.encoding != encoding else { return }
        publication.encodings[Int(encoding)].want(urgently: self.encoding == nil, at: now)
    }

    /// The numbers of the encoding began again: it is joined anew at its next whole picture.
    func restart(_ encoding: UInt8) {
        sound?.rewriter.isNew = true
        guard let picture, picture.rewriter.encoding == encoding, let target = picture.rewriter.target else { return }
        // What has its numbers from now on is something else.
        picture.sent?.forget()
        picture.rewriter.target = nil
        picture.rewriter.target = target
    }

    /// The receiver cannot go on without a whole picture.
    func wantKeyframe(at now: Instant) {
        guard let publication, let target, Int(target.encoding) < publication.encodings.count else { return }
        publication.encodings[Int(target.encoding)].want(at: now)
    }
}

// MARK: - Forwarding

extension Slot {
    /// A sound with earlier ones beside it, which are sent on only **where something was lost of late**: they are as large as itself.
    func takeSounds(_ packet: Publication.Packet, number: UInt64, _ blocks: REDPayload, _ payload: RawSpan, at now: Instant) {
        guard subscriber.repeatsSounds(of: publication, at: now) else {
            if !blocks.newest.isEmpty { takeSound(packet, number: number, payload.extracting(blocks.newest), at: now) }
            return
        }
        subscriber.batch.compose(
            { _ = blocks.write(payload, as: Codec.opus.slotType, into: &$0) },
            then: { takeSound(packet, number: number, $0, as: .red, at: now) })
    }

    func takeSound(_ packet: Publication.Packet, number: UInt64, _ payload: RawSpan, as codec: Codec = .opus, at now: Instant) {
        // Once: each look at what is not owned counts up and down.
        let subscriber = subscriber
        guard subscriber.isReady, let place = sound?.rewriter.rewrite(number, packet.timestamp, at: now) else { return }
        var head = OutgoingHeader(
            payloadType: codec.slotType, sequence: UInt16(truncatingIfNeeded: place.number), timestamp: place.timestamp,
            source: line.source)
        head.marker = packet.marker
        head.extensions.audioLevel = packet.level
        send(head, payload, to: subscriber, at: now)
        times.note(packet.timestamp, as: place.timestamp)
    }

    func takePicture(_ picture: VideoRewriter.Packet, _ packet: Publication.Packet, _ rest: RawSpan, at now: Instant) {
        let subscriber = subscriber
        // Who is not there yet begins with a whole picture, not in the middle of one.
        guard subscriber.isReady, subscriber.codecs.has(packet.codec), let own = self.picture else { return }
        switch own.rewriter.rewrite(picture, at: now) {
        case .drop: break
        case .fill(let number, let timestamp): sendEmpty(number, timestamp, at: now)
        case .forward(let number, let timestamp, let descriptor):
            codec = packet.codec
            var head = OutgoingHeader(
                payloadType: codec.slotType, sequence: UInt16(truncatingIfNeeded: number), timestamp: timestamp, source: line.source)
            head.marker = packet.marker
            head.extensions.videoOrientation = packet.orientation
            compose(descriptor, rest, asAgain: nil, in: subscriber.batch) { send(head, $0, to: subscriber, at: now) }
            let kept = SentPackets.Packet(
                number: number, timestamp: timestamp, marker: packet.marker, descriptor: descriptor, encoding: picture.encoding,
                origin: picture.number)
            own.sent?.note(kept, beginsKeyframe: picture.beginsKeyframe, at: now)
            times.note(packet.timestamp, as: timestamp)
        }
    }

    func takeEmpty(encoding: UInt8, number: UInt64, timestamp: UInt32, at now: Instant) {
        guard let picture,
            case .fill(let place, let timestamp) = picture.rewriter.rewriteEmpty(encoding: encoding, number: number, timestamp: timestamp)
        else { return }
        sendEmpty(place, timestamp, at: now)
    }

    private func sendEmpty(_ number: UInt64, _ timestamp: UInt32, at now: Instant) {
        let head = OutgoingHeader(
            payloadType: codec.slotType, sequence: UInt16(truncatingIfNeeded: number), timestamp: timestamp, source: line.source)
        subscriber.batch.compose({ _ in }, then: { send(head, $0, to: subscriber, at: now) })
    }

    private func compose(
        _ descriptor: PictureDescriptor, _ rest: RawSpan, asAgain original: UInt16?, in batch: OutgoingBatch, then use: (RawSpan) -> Void
    ) {
        batch.compose(
            { output in
                guard output.freeCapacity >= rest.byteCount + descriptor.writtenLength + Retransmission.headLength else { return }
                if let original { _ = Retransmission.begin(original, into: &output) }
                _ = descriptor.write(into: &output)
                output.append(copying: rest)
            }, then: use)
    }

    private func send(_ head: OutgoingHeader, _ payload: RawSpan, to subscriber: Subscriber, at now: Instant) {
        guard subscriber.send(head, payload, at: now) else { return }
        times.count(payload.byteCount)
        subscriber.repeats.earn(payload.byteCount)
    }

    /// Sends a packet again as one of the source that repeats (RFC 4588); false if that is not worth it or not possible.
    func sendAgain(_ sequence: UInt16, roundTrip: Duration, at now: Instant) -> Bool {
        guard let again = line.repeats, let packet = picture?.sent?.again(sequence, roundTrip: roundTrip, at: now), let publication,
            Int(packet.encoding) < publication.encodings.count, let buffer = publication.encodings[Int(packet.encoding)].buffer
        else { return false }
        guard let type = packet.descriptor.codec.slotRepeatedType else { return false }
        var head = OutgoingHeader(
            payloadType: type, sequence: repeated, timestamp: packet.timestamp, source: again)
        head.marker = packet.marker
        let isKept = buffer.withPacket(packet.origin) { payload -> Bool in
            guard packet.descriptor.length <= payload.byteCount else { return false }
            let rest = payload.extracting(packet.descriptor.length..<payload.byteCount)
            compose(packet.descriptor, rest, asAgain: sequence, in: subscriber.batch) { payload in
                if subscriber.send(head, payload, at: now) { subscriber.repeats.spend(payload.byteCount) }
            }
            return true
        }
        guard isKept == true else { return false }
        repeated &+= 1
        return true
    }

    /// Sends a packet of nothing but padding (RFC 3550 §5.1) as one of the source that repeats.
    func sendPadding(at now: Instant) {
        guard let again = line.repeats, let type = codec.slotRepeatedType else { return }
        var head = OutgoingHeader(payloadType: type, sequence: repeated, timestamp: 0, source: again)
        head.hasPadding = true
        repeated &+= 1
        subscriber.batch.compose(
            { output in
                for _ in 0..<254 { output.append(0) }
                output.append(255)
            }, then: { subscriber.send(head, $0, at: now) })
    }

    /// What is said about the slot: its clock by the publisher's, and how much was sent.
    func info(at now: UInt64) -> SenderInfo? {
        guard let publication, let clock = publisher?.clock else { return nil }
        let place = line.isVideo ? encoding.map(Int.init) : 0
        guard let place, place < publication.encodings.count, let report = publication.encodings[place].report else { return nil }
        return times.info(at: now, by: report.info, clock, rate: line.isVideo ? 90_000 : 48_000)
    }
}
