@testable import Media

extension Fuzzer {
    /// The input as what somebody does who joined and means harm, and what the others do meanwhile: packets, feedback, checks, datagrams of
    /// their own making, repetitions, and time that goes by.
    static let meeting = Fuzzer(name: "meeting") { bytes in play(bytes)?.close() }

    /// The meeting after all of it; nil when there is no memory.
    static func play(_ bytes: [UInt8]) -> HostileMeeting? {
        guard let meeting = HostileMeeting() else { return nil }
        var input = FuzzInput(bytes)
        var streams = HostileStreams()
        // What takes longer finds nothing that is not found sooner.
        var steps = 0
        while steps < 400, let action = input.byte() {
            steps += 1
            meeting.act(action, &input, &streams)
        }
        meeting.wait(1000)
        return meeting
    }
}

extension HostileMeeting {
    /// One step; the upper bits of the action choose its side.
    fileprivate func act(_ action: UInt8, _ input: inout FuzzInput, _ streams: inout HostileStreams) {
        let isPublishing = action & 0x10 != 0
        let who = [Who.mallory, .ben, .eve, .zoe][Int(action >> 5 & 3)]
        switch action & 0x0F {
        case 0, 1, 2: send(streams.packet(&input), by: isPublishing ? .ben : .mallory)
        case 3: send(input.bytes(input.number()), by: who)
        case 4: control(input.bytes(input.number()), by: who, publishing: isPublishing)
        case 5: control(missing(who, &input), by: who, publishing: false)
        case 6: control(words(who, &input), by: who, publishing: false)
        case 7: control(arrivals(&input), by: who, publishing: false)
        case 8: hand(input.bytes(input.number() * (isPublishing ? 8 : 1)), on: path(&input))
        case 9: repeatOne(&input)
        case 10: check(who, publishing: isPublishing, on: path(&input), draw: UInt8(input.number()), nominating: action & 0x80 != 0)
        case 11: wait(input.number())
        case 12: wait(input.number() * input.number())
        case 13:
            let choice = input.number()
            watch(who == .eve ? .ben : who, wishes(choice))
        case 14: engine.silence(Self.room, who.id, TrackName(rawValue: UInt8(input.number() & 3)) ?? .camera, isPublishing)
        case 15 where action & 0x80 != 0:
            let place = path(&input)
            answer(at: place, from: isPublishing ? path(&input) : place, changing: input.number())
        default: engine.remind(Self.room, who.id)
        }
    }

    private func path(_ input: inout FuzzInput) -> Path { Self.paths[input.number() % Self.paths.count] }

    private func wishes(_ choice: Int) -> [PictureWish] {
        var wishes: [PictureWish] = []
        for (bit, peer) in [Who.mallory, .ben, .zoe].enumerated() {
            if choice >> bit & 1 == 1 { wishes.append(PictureWish(peer.id, .camera, encoding: UInt8(choice >> 4 & 3))) }
            if choice >> bit & 8 == 8 { wishes.append(PictureWish(peer.id, .screen, encoding: UInt8(choice >> 6))) }
        }
        return wishes
    }

    /// What was recorded comes again: from elsewhere, or with one byte of it changed.
    private func repeatOne(_ input: inout FuzzInput) {
        let (choice, place) = (input.number(), path(&input))
        guard !recorded.isEmpty else { return }
        var datagram = recorded[choice % recorded.count]
        if choice & 0x80 != 0, !datagram.isEmpty { datagram[input.number() % datagram.count] ^= UInt8(input.number()) }
        hand(datagram, on: place)
    }

    /// Asks for the last packets of a slot, or for others.
    private func missing(_ who: Who, _ input: inout FuzzInput) -> [UInt8] {
        let (choice, count, back) = (input.number(), input.number() % 64, UInt16(input.number()))
        let slots = slots(of: who)
        let source = slots.isEmpty ? 1 : slots[choice % slots.count].line.source
        let first = (last[source] ?? 0) &- back
        return Fuzzer.written { output in
            let all = (0..<UInt16(count + 1)).map { first &+ $0 }
            _ = NACK.write(all[...], of: source, from: 1, into: &output)
        }
    }

    /// Says how much it is, that a picture is damaged, or how much came.
    private func words(_ who: Who, _ input: inout FuzzInput) -> [UInt8] {
        let (choice, value) = (input.number(), input.number())
        let slots = slots(of: who)
        let source = slots.isEmpty ? 1 : slots[choice % slots.count].line.source
        return Fuzzer.written { output in
            switch choice >> 4 & 3 {
            case 0: _ = KeyframeRequest.writePictureLoss(of: source, from: 1, into: &output)
            case 1: _ = KeyframeRequest.writeFull(of: source, number: UInt8(value), from: 1, into: &output)
            case 2: _ = REMB.write(UInt64(input.pair()) << (value & 47), for: [source], from: 1, into: &output)
            default:
                let report = ReceptionReport(
                    source: source, fractionLost: UInt8(value), lost: Int32(input.pair()), highest: UInt32(input.pair()),
                    lastReport: UInt32(input.pair()) << 8, delay: UInt32(input.pair()))
                _ = Report.write(1, sent: nil, about: [report][...], into: &output)
            }
        }
    }

    /// Says when packets came, true or not.
    private func arrivals(_ input: inout FuzzInput) -> [UInt8] {
        var log = ArrivalLog()
        let (first, count) = (input.pair(), input.number() % 64)
        var arrival = now
        for place in 0...UInt16(count) {
            let word = input.number()
            arrival = arrival + .microseconds(Int64(word & 0x7F) * 250)
            if word & 0x80 == 0 { log.note(first &+ place, at: arrival) }
        }
        return Fuzzer.written { output in
            if log.hasNews { _ = log.write(of: 1, from: 1, into: &output) }
        }
    }
}

/// The streams of those who send, by which a few bytes are a packet that goes on where the last one ended.
private struct HostileStreams {
    /// A microphone, three sizes of a camera and what repeats them, a screen and what repeats it, and a source that nobody agreed to.
    private static let sources: [UInt32] = [10, 11, 12, 13, 14, 15, 16, 17]
    private static let types: [UInt8] = [111, 63, 96, 97, 98, 99, 100, 0]
    private var numbers = [UInt16](repeating: 65_500, count: 8)
    private var timestamps = [UInt32](repeating: .max - 5000, count: 8)
    private var transport: UInt16 = 65_000

    /// What is sent, which source, how far it goes on, what its head says, and the bytes behind it.
    mutating func packet(_ input: inout FuzzInput) -> [UInt8] {
        let (choice, step, words) = (input.number(), Int8(truncatingIfNeeded: input.number()), input.number())
        let place = choice & 7
        numbers[place] = numbers[place] &+ UInt16(bitPattern: Int16(step))
        if words & 1 == 1 { timestamps[place] &+= 3000 }
        var header = OutgoingHeader(
            payloadType: Self.types[choice >> 3 & 7], sequence: numbers[place], timestamp: timestamps[place], source: Self.sources[place])
        header.marker = choice & 0x40 != 0
        header.hasPadding = choice & 0x80 != 0
        var elements: [UInt8] = []
        func add(_ number: UInt8, _ value: [UInt8]) { elements += [number << 4 | UInt8(value.count - 1)] + value }
        if words & 2 != 0 { add(1, Array("012x".utf8.dropFirst(words >> 6).prefix(1))) }
        if words & 4 != 0 { add(2, Array("qhfx".utf8.dropFirst(words >> 4 & 3).prefix(1))) }
        if words & 8 != 0 {
            transport &+= 1
            add(4, [UInt8(transport >> 8), UInt8(transport & 0xFF)])
        }
        let length = input.number()
        if choice & 0x38 == 0 { add(6, [UInt8(length)]) }
        if choice & 0x38 == 0x28 {
            let descriptor = input.bytes(min(16, input.number()))
            if !descriptor.isEmpty { add(8, descriptor) }
        }
        elements += [UInt8](repeating: 0, count: (4 - elements.count % 4) % 4)
        var head = Fuzzer.written { _ = header.write(into: &$0) }
        head[0] |= 0x10
        return head + [0xBE, 0xDE, 0, UInt8(elements.count / 4)] + elements + input.bytes(length)
    }
}
