/// What a participant can send; the order of its offer says which is which.
package enum TrackName: UInt8, CaseIterable, Sendable {
    case microphone, camera, screen, screenSound

    package var isVideo: Bool { self == .camera || self == .screen }

    /// The names of an offer's lines, in its order: the first sound is the microphone, the second what is heard with the screen. Nil for
    /// what is nobody's meeting any more.
    static func names(of kinds: some Sequence<Bool>) -> [TrackName?] {
        var left = [TrackName.microphone, .camera, .screen, .screenSound]
        return kinds.map { isVideo in left.firstIndex { $0.isVideo == isVideo }.map { left.remove(at: $0) } }
    }
}

/// One sound or picture that a participant sends, and the slots of others that it fills.
final class Publication {
    let name: TrackName
    let track: PublishOffer.Track
    let encodings: [Encoding]
    private(set) var slots: [Slot] = []
    /// What the last packet of it was in.
    private(set) var codec: Codec?
    var voice = VoiceActivity()
    /// Whether a host took the word: what comes is dropped. **Nobody is given the word back from afar**, the participant does it.
    /// What is heard with a screen begins silenced: it takes nobody's slot before it is said to be there.
    var isSilenced: Bool

    init(_ name: TrackName, _ track: PublishOffer.Track) {
        self.name = name
        self.track = track
        isSilenced = name == .screenSound
        encodings = (0..<max(1, track.layers.count)).map { Encoding(UInt8($0), isVideo: track.isVideo) }
    }

    /// Who stops an encoding may be asked for it a moment later.
    static let demandPatience: Duration = .seconds(5)
    private(set) var told: Int?
    private var lessSince: Instant?

    /// How many encodings anybody wants, if that has changed: more at once, fewer after a while.
    func demandNews(at now: Instant) -> Int? {
        guard track.isVideo, !track.layers.isEmpty else { return nil }
        let wanted = slots.map { min(Int($0.wanted) + 1, encodings.count) }.max() ?? 0
        let before = told ?? encodings.count
        guard wanted < before else {
            lessSince = nil
            guard wanted > before else { return nil }
            told = wanted
            return wanted
        }
        guard let since = lessSince else {
            lessSince = now
            return nil
        }
        guard now - since >= Self.demandPatience else { return nil }
        (told, lessSince) = (wanted, nil)
        return wanted
    }

    /// Its publisher is asked once in so long to go over to another codec: those who come and go with other codecs wait for it.
    static let codecPatience: Duration = .seconds(30)
    /// Which codec its publisher was last asked to go over to, and when.
    private var askedFor: Codec?
    private var askedAt: Instant?

    /// Which codec it is to be in from now on, where somebody cannot decode what it is in; nil where there is nothing new to say.
    ///
    /// - Parameter common: what everybody can decode.
    func codecNews(_ common: CodecSet, at now: Instant) -> Codec? {
        guard slots.contains(where: \.isForeign) else {
            askedFor = nil
            return nil
        }
        guard let better = track.formats.first(where: { common.has($0.codec) })?.codec, better != askedFor else { return nil }
        if let askedAt, now - askedAt < Self.codecPatience { return nil }
        (askedFor, askedAt) = (better, now)
        return better
    }

    func fill(_ slot: Slot) { slots.append(slot) }

    func leave(_ slot: Slot) { slots.removeAll { $0 === slot } }

    /// A packet as its publisher meant it: read, authentic, and not seen before.
    struct Packet {
        let codec: Codec
        var sequence: UInt16
        var timestamp: UInt32
        var marker: Bool
        /// Level and voice as they came (RFC 6464 §3).
        var level: UInt8?
        var orientation: UInt8?
        /// Whether it came by itself, and not again.
        var isFirst: Bool
        /// What was said of its picture beside it.
        var dependencies: DependencyDescriptor?
    }

    /// The longest payload that is forwarded: with another head, another descriptor, the number of a repetition and the tag it still goes
    /// out in one piece. Browsers send 1,200 bytes at most.
    static let longestPayload = 1400

    /// Forwards the packet to all slots. Nil if it was taken, else why not.
    func take(_ packet: Packet, of encoding: Encoding, _ payload: RawSpan, at now: Instant) -> MediaDrop? {
        guard payload.byteCount <= Self.longestPayload else { return .tooLong }
        let number = encoding.numbers.place(of: packet.sequence)
        guard encoding.seen.admits(number) else { return .duplicate }
        encoding.seen.note(number)
        _ = encoding.numbers.unwrap(packet.sequence)
        encoding.rate.note(payload.byteCount, at: now)
        if packet.isFirst { encoding.reception.note(number, timestamp: packet.timestamp, at: now) }
        if isSilenced { return nil }
        guard track.isVideo else {
            if name == .microphone, let level = packet.level { voice.note(level: level & 0x7F, at: now) }
            return forwardSound(packet, number, payload, at: now)
        }
        if encoding.missing.note(packet.sequence, at: now) == .beyondRepair { encoding.want(at: now) }
        return forwardPicture(packet, number, of: encoding, payload, at: now)
    }

    private func forwardSound(_ packet: Packet, _ number: UInt64, _ payload: RawSpan, at now: Instant) -> MediaDrop? {
        guard packet.codec == .red else {
            if payload.byteCount > 0 { for slot in slots { slot.takeSound(packet, number: number, payload, at: now) } }
            return nil
        }
        guard let opus = track.formats.last, let blocks = REDPayload(parsing: payload, of: opus.payloadType) else { return .foreign }
        for slot in slots { slot.takeSounds(packet, number: number, blocks, payload, at: now) }
        return nil
    }

    private func forwardPicture(_ packet: Packet, _ number: UInt64, of encoding: Encoding, _ payload: RawSpan, at now: Instant)
        -> MediaDrop?
    {
        guard payload.byteCount > 0 else {
            for slot in slots { slot.takeEmpty(encoding: encoding.place, number: number, timestamp: packet.timestamp, at: now) }
            return nil
        }
        guard let (descriptor, beginsKeyframe) = encoding.describe(payload, packet, number: number) else { return .foreign }
        if codec != packet.codec { codec = packet.codec }
        if beginsKeyframe {
            encoding.fulfil()
            encoding.missing.forget(before: packet.sequence)
        }
        encoding.buffer?.keep(payload, as: number)
        let rest = payload.extracting(descriptor.length..<payload.byteCount)
        let picture = VideoRewriter.Packet(
            encoding: encoding.place, number: number, timestamp: packet.timestamp, descriptor: descriptor, beginsKeyframe: beginsKeyframe)
        for slot in slots { slot.takePicture(picture, packet, rest, at: now) }
        return nil
    }

    /// A slot shows the encoding anew after its numbers began again.
    func restart(_ encoding: Encoding) {
        for slot in slots { slot.restart(encoding.place) }
    }
}
