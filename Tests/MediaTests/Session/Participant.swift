@testable import Media

/// A participant of a simulated meeting: sound of 20 ms, three sizes of a picture at twenty-five a second, and everything that it is shown.
final class Participant {
    struct Shown {
        /// The numbers of a slot as they came, without repetition, at full width.
        var numbers: [UInt64] = []
        var unwrapper = Unwrapper<UInt16>()
        var missing = MissingPackets()
        var isVideo = false
        var keyframes = 0
        /// The next packet that the picture needs, those that came before their turn, and since when it waits.
        var needed: UInt64?
        var ahead: Set<UInt64> = []
        var movedAt: Duration = .zero
        /// For how long the picture stood still, beyond the 190 ms that nobody takes for standing still.
        var frozen: Duration = .zero
        /// Who was seen, by the mark in its payload, in turns.
        var authors: [UInt8] = []
        var lastSize = 0
        var reports = 0
        /// In how many of its packets earlier sounds stood beside the newest.
        var redundant = 0
        /// By which numbers of our offers.
        var types: Set<UInt8> = []
    }

    /// Looks only; its microphone and camera are not there.
    var isQuiet = false
    let id: MediaPeerID
    let publishing: BrowserEnd
    let receiving: BrowserEnd
    var isSpeaking = false
    var sendsPictures = true
    /// Whether a loud film is heard with its screen; its payload has a mark of its own.
    var playsFilm = false
    /// What its pictures are in, and whether each of its sounds goes out twice.
    var codec = Codec.vp8
    var sendsRedundantly = false
    /// Bytes of each of its sounds.
    var soundLength = 60
    /// What it says its way carries; nil says nothing.
    var estimate: UInt64?
    /// Bytes of RTP that came.
    private(set) var bytesHeard = 0
    private var arrivals = ArrivalLog()
    /// The longest time between two packets of the same sound.
    private(set) var longestGap: Duration = .zero
    private var lastSound: [UInt32: Duration] = [:]
    /// How many of a hundred packets of each picture it says were lost.
    var saysLost = 0
    /// The last report of each source that it was sent, and when that came.
    private var heardReports: [UInt32: (middleTime: UInt32, at: Int)] = [:]
    private var said: (highest: UInt32, lost: Int32) = (0, 0)
    private(set) var shown: [UInt32: Shown] = [:]
    private(set) var feedbacks = 0
    private var numbers: [UInt32: UInt16] = [:]
    private var history: [UInt32: [(number: UInt16, packet: [UInt8], head: Int)]] = [:]
    private var wantsKeyframe: Set<UInt32> = []
    private var repeated: UInt16 = 500
    private var transportNumber: UInt16 = 65_000
    private var picture: UInt16 = 0

    init(_ id: UInt64, _ publishing: BrowserEnd, _ receiving: BrowserEnd) {
        self.id = MediaPeerID(id)
        self.publishing = publishing
        self.receiving = receiving
    }

    private var base: UInt32 { UInt32(id.number) * 1000 }

    func tick(_ elapsed: Duration) {
        publishing.tick(elapsed)
        receiving.tick(elapsed)
        let milliseconds = Int(elapsed / .milliseconds(1))
        if publishing.isConnected, !isQuiet {
            if milliseconds % 20 == 0 { sendSound(milliseconds) }
            if milliseconds % 20 == 0, playsFilm { sendFilm(milliseconds) }
            if milliseconds % 40 == 0, sendsPictures { for layer in 0..<3 { sendPicture(layer, milliseconds) } }
            if milliseconds % 1000 == 500 { sendReports(milliseconds) }
        }
        if receiving.isConnected {
            for (source, shown) in shown where shown.isVideo { ask(source, elapsed) }
            if milliseconds % 1000 == 700 { answerReports(milliseconds) }
            if milliseconds % 200 == 0, saysLost > 0 {
                said = (said.highest + 100, said.lost + Int32(saysLost))
                let reports = shown.filter(\.value.isVideo).keys.map { ReceptionReport(source: $0, lost: said.lost, highest: said.highest) }
                receiving.sendControl { _ = Report.write(1, sent: nil, about: reports[...], into: &$0) }
            }
            if milliseconds % 100 == 0, let source = shown.keys.first {
                while arrivals.hasNews { receiving.sendControl { _ = arrivals.write(of: source, from: 1, into: &$0) } }
            }
            if milliseconds % 200 == 0, let estimate, let source = shown.keys.first {
                receiving.sendControl { _ = REMB.write(estimate, for: [source], from: 1, into: &$0) }
            }
        }
    }

    // MARK: Sending

    private func extensions(_ elements: [(number: UInt8, value: [UInt8])]) -> [UInt8] {
        transportNumber &+= 1
        var bytes: [UInt8] = []
        for (number, value) in elements + [(3, [UInt8(transportNumber >> 8), UInt8(transportNumber & 0xFF)])] {
            bytes += [number << 4 | UInt8(value.count - 1)] + value
        }
        bytes += [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
        return [0xBE, 0xDE, 0, UInt8(bytes.count / 4)] + bytes
    }

    private func send(
        _ source: UInt32, type: UInt8, marker: Bool, timestamp: UInt32, _ elements: [(UInt8, [UInt8])], _ payload: [UInt8],
        again: UInt16? = nil
    ) {
        let number = again.map { _ in repeated } ?? numbers[source, default: UInt16(truncatingIfNeeded: 65_400 + source)]
        if again != nil { repeated &+= 1 } else { numbers[source] = number &+ 1 }
        var header = OutgoingHeader(payloadType: type, sequence: number, timestamp: timestamp, source: source)
        header.marker = marker
        var head = written { _ = header.write(into: &$0) }
        head[0] = 0x90
        head += extensions(elements)
        let packet = head + payload
        if BrowserOffer.types[codec]?.first == type { history[source, default: []].append((number, packet, head.count)) }
        publishing.send(packet, head: head.count)
    }

    private func sendSound(_ milliseconds: Int) {
        let level: UInt8 = isSpeaking ? 0x80 | 20 : 100
        let sound = [UInt8(id.number)] + [UInt8](repeating: 7, count: soundLength - 1)
        // The one before is 960 ticks older and as long.
        let twice: [UInt8] = [0x80 | 111, 0x0F, 0x00, 60, 111]
        send(
            100 + base, type: sendsRedundantly ? 63 : 111, marker: false, timestamp: UInt32(truncatingIfNeeded: milliseconds * 48),
            [(4, [0x30]), (1, [level])], sendsRedundantly ? twice + sound + sound : sound)
    }

    /// Its sound goes on so many numbers later, with a packet in which there is nothing.
    func leap(by step: UInt16) {
        numbers[100 + base, default: 0] &+= step
        send(100 + base, type: 111, marker: false, timestamp: 0, [(4, [0x30])], [])
    }

    static func film(of id: UInt64) -> UInt8 { 100 + UInt8(id) }

    private func sendFilm(_ milliseconds: Int) {
        send(
            400 + base, type: 111, marker: false, timestamp: UInt32(truncatingIfNeeded: milliseconds * 48),
            [(4, [0x34]), (1, [0x80 | 10])],
            [Self.film(of: id.number)] + [UInt8](repeating: 7, count: 200))
    }

    private func sendPicture(_ layer: Int, _ milliseconds: Int) {
        let source = 200 + base + UInt32(layer)
        let isKeyframe = numbers[source] == nil || wantsKeyframe.remove(source) != nil
        if layer == 0 { picture = (picture + 1) & 0x7FFF }
        for part in 0...layer {
            let payload = PicturePacket.bytes(
                codec, picture: picture, isFirst: part == 0, isKey: isKeyframe, author: UInt8(id.number), layer: UInt8(layer))
            send(
                source, type: BrowserOffer.types[codec]?[0] ?? 0, marker: part == layer,
                timestamp: UInt32(truncatingIfNeeded: milliseconds * 90),
                [(4, [0x31]), (10, [Array("qhf".utf8)[layer]])], payload)
        }
    }

    /// Its next pictures are whole ones.
    func beginAnew() { wantsKeyframe.formUnion((0..<3).map { 200 + base + $0 }) }

    private func sendReports(_ milliseconds: Int) {
        for (source, rate) in [(100 + base, 48), (200 + base, 90), (201 + base, 90), (202 + base, 90)] where numbers[source] != nil {
            let info = SenderInfo(
                networkTime: 9_000 << 32 + UInt64(milliseconds) << 32 / 1000, timestamp: UInt32(milliseconds * rate), packets: 1, octets: 1)
            publishing.sendControl { _ = Report.write(source, sent: info, about: [], into: &$0) }
        }
    }

    /// What the server says of what it was sent.
    func heed() {
        for (bytes, isControl) in publishing.heard where isControl {
            guard var compound = try? RTCPCompound(parsing: bytes.span.bytes) else { continue }
            while let block = compound.next(in: bytes.span.bytes) {
                if let request = KeyframeRequest(block, in: bytes.span.bytes) {
                    request.forEach(in: bytes.span.bytes) { source, _ in wantsKeyframe.insert(source) }
                } else if let missing = NACK(block, in: bytes.span.bytes) {
                    missing.forEach(in: bytes.span.bytes) { number in
                        sendAgain(missing.source, number)
                        return true
                    }
                } else if TransportFeedback(block, in: bytes.span.bytes) != nil {
                    feedbacks += 1
                }
            }
        }
        publishing.heard = []
    }

    private func sendAgain(_ source: UInt32, _ number: UInt16) {
        guard let kept = history[source]?.last(where: { $0.number == number }), source >= 200 + base else { return }
        let layer = Int(source - 200 - base)
        send(
            source + 100, type: BrowserOffer.types[codec]?[1] ?? 0, marker: false,
            timestamp: kept.packet[4..<8].reduce(0) { $0 << 8 | UInt32($1) },
            [(4, [0x31]), (11, [Array("qhf".utf8)[layer]])], [UInt8(number >> 8), UInt8(number & 0xFF)] + kept.packet[kept.head...],
            again: number)
    }

    // MARK: Receiving

    func look(_ elapsed: Duration) {
        for (bytes, isControl) in receiving.heard {
            if isControl { readControl(bytes, elapsed) } else { read(bytes, elapsed) }
        }
        receiving.heard = []
    }

    /// Says when the server's reports came, so that it can tell how long the way takes.
    private func answerReports(_ now: Int) {
        let reports = heardReports.map { source, heard in
            ReceptionReport(source: source, lastReport: heard.middleTime, delay: UInt32((now - heard.at) * 65_536 / 1000))
        }
        guard saysLost == 0, !reports.isEmpty else { return }
        receiving.sendControl { _ = Report.write(1, sent: nil, about: reports[...], into: &$0) }
    }

    private func readControl(_ bytes: [UInt8], _ elapsed: Duration) {
        guard var compound = try? RTCPCompound(parsing: bytes.span.bytes), let block = compound.next(in: bytes.span.bytes),
            let report = Report(block, in: bytes.span.bytes), let sent = report.sent
        else { return }
        heardReports[report.source] = (sent.middleTime, Int(elapsed / .milliseconds(1)))
        shown[report.source, default: Shown()].reports += 1
    }

    private func read(_ bytes: [UInt8], _ elapsed: Duration) {
        guard let head = try? RTPHeader(parsing: bytes.span.bytes), let place = try? head.payload(in: bytes.span.bytes) else { return }
        bytesHeard += bytes.count
        let extensions = HeaderExtensions(of: head, in: bytes.span.bytes, as: .ours)
        if let number = extensions.transportSequence { arrivals.note(number, at: .at(elapsed)) }
        var payload = Array(bytes[place])
        var (source, sequence) = (head.source, head.sequence)
        if Codec.pictures.contains(where: { $0.slotRepeatedType == head.payloadType }) {
            guard payload.count > 2 else { return }
            // Offered in pairs: what repeats a source is told by the description.
            guard let original = repeats[source] else { return }
            (source, sequence) = (original, UInt16(payload[0]) << 8 | UInt16(payload[1]))
            payload.removeFirst(2)
        }
        var slot = shown[source, default: Shown()]
        slot.isVideo = head.payloadType != Codec.opus.slotType && head.payloadType != Codec.red.slotType
        slot.types.insert(head.payloadType)
        _ = slot.missing.note(sequence, at: .at(elapsed))
        let number = slot.unwrapper.unwrap(sequence)
        slot.numbers.append(number)
        var author = payload.first
        if slot.isVideo, let found = PicturePacket.read(payload, type: head.payloadType) {
            (author, slot.lastSize) = (found.author, Int(found.layer))
            if found.isKey { slot.keyframes += 1 }
            slot.move(number, beginsAnew: found.isKey, at: elapsed)
        } else if head.payloadType == Codec.red.slotType,
            let blocks = REDPayload(parsing: payload.span.bytes, of: Codec.opus.slotType)
        {
            author = payload[blocks.newest.lowerBound]
            slot.redundant += blocks.count - 1
        }
        if let author, slot.authors.last != author { slot.authors.append(author) }
        shown[source] = slot
        guard !slot.isVideo else { return }
        longestGap = max(longestGap, lastSound.updateValue(elapsed, forKey: source).map { elapsed - $0 } ?? .zero)
    }

    func forgetGaps() { longestGap = .zero }

    /// Which source repeats which, from the offer of slots.
    var repeats: [UInt32: UInt32] = [:]

    private func ask(_ source: UInt32, _ elapsed: Duration) {
        // As browsers do: what cannot be mended is begun anew.
        if let slot = shown[source], slot.needed != nil, !slot.ahead.isEmpty, elapsed - slot.movedAt > .milliseconds(400),
            Int(elapsed / .milliseconds(1)) % 200 == 0
        {
            receiving.sendControl { _ = KeyframeRequest.writePictureLoss(of: source, from: 1, into: &$0) }
        }
        guard var slot = shown[source], slot.missing.deadline.map({ $0 <= .at(elapsed) }) ?? false else { return }
        var lost: [UInt16] = []
        _ = slot.missing.ask(at: .at(elapsed), roundTrip: .milliseconds(20), into: &lost)
        shown[source] = slot
        if !lost.isEmpty { receiving.sendControl { _ = NACK.write(lost[...], of: source, from: 1, into: &$0) } }
    }
}

extension Participant.Shown {
    /// Counts how the picture moves on: each packet in its turn, or a whole picture that needs none of those before.
    fileprivate mutating func move(_ number: UInt64, beginsAnew: Bool, at elapsed: Duration) {
        if beginsAnew, needed.map({ number > $0 }) ?? true {
            if needed == nil { movedAt = elapsed }
            needed = number
            ahead = ahead.filter { $0 > number }
        }
        guard let needed, number >= needed else { return }
        ahead.insert(number)
        var next = needed
        while ahead.remove(next) != nil { next += 1 }
        guard next > needed else { return }
        if elapsed - movedAt > .milliseconds(190) { frozen += elapsed - movedAt }
        (self.needed, movedAt) = (next, elapsed)
    }
}
