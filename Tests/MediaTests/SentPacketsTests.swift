import Testing

@testable import Media

// What changes when it is asked cannot stand in an expectation by itself.

private final class Sent {
    var value: SentPackets

    init(capacity: Int, beginningWith least: Int = 64) {
        value = SentPackets(capacity: capacity, beginningWith: least)
    }

    func again(_ sequence: UInt16, roundTrip: Duration, at now: Instant) -> SentPackets.Packet? {
        value.again(sequence, roundTrip: roundTrip, at: now)
    }
}

@Suite struct SentPacketsTests {
    private func packet(_ number: UInt64) throws -> SentPackets.Packet {
        let bytes: [UInt8] = [0x10, 0]
        let parsed = VP8Descriptor(parsing: bytes.span.bytes)
        let descriptor = try #require(parsed)
        return .init(
            number: number, timestamp: 7, marker: false, descriptor: .vp8(descriptor), encoding: 1, origin: number + 1_000)
    }

    @Test func aPacketIsSentAgainAFewTimesAndNotAtOnce() throws {
        let sent = Sent(capacity: 256)
        let first = try packet(65_536)
        sent.value.note(first, beginsKeyframe: true, at: .at(.zero))
        #expect(sent.again(0, roundTrip: .zero, at: .at(.milliseconds(5))) == first)
        #expect(sent.again(0, roundTrip: .zero, at: .at(.milliseconds(34))) == nil)
        #expect(sent.again(0, roundTrip: .milliseconds(300), at: .at(.milliseconds(304))) == nil)
        #expect(sent.again(0, roundTrip: .milliseconds(300), at: .at(.milliseconds(305))) != nil)
        for second in 2...4 { #expect(sent.again(0, roundTrip: .zero, at: .at(.seconds(second))) != nil) }
        #expect(sent.again(0, roundTrip: .zero, at: .at(.seconds(9))) == nil)
    }

    @Test("Two seconds are remembered, as far as there may be room, and a small picture takes no more room for that than it needs")
    func itGrowsWithThePicture() throws {
        for (packets, kept) in [(30, 64), (100, 256), (200, 512), (1000, 512)] {
            let sent = Sent(capacity: 512)
            // Five seconds of so many packets in each.
            let last = UInt64(packets * 5)
            for number in 1...last {
                let now = Instant.at(.microseconds(Int(number) * 1_000_000 / packets))
                sent.value.note(try packet(number), beginsKeyframe: number == 1, at: now)
            }
            let answered = (0...UInt16(last)).filter { sent.again($0, roundTrip: .zero, at: .at(.seconds(9))) != nil }
            #expect(answered.count == min(kept, packets * 5) && answered.last == UInt16(last), "\(packets) a second")
            #expect(answered.count >= min(2 * packets, 512))
        }
    }

    @Test func whatIsOlderThanAWholePictureOrForgottenIsNotSentAgain() throws {
        let sent = Sent(capacity: 4)
        for number in 1...9 as ClosedRange<UInt64> { sent.value.note(try packet(number), beginsKeyframe: number == 7, at: .at(.zero)) }
        let answered = (0...12 as ClosedRange<UInt16>).filter { sent.again($0, roundTrip: .zero, at: .at(.seconds(1))) != nil }
        #expect(answered == [7, 8, 9])
    }

    /// All that a publisher may do to the numbers, against a memory that keeps everything as it was.
    @Test(
        "Whatever the numbers do, a packet comes back as it was or not at all, and each does that is young enough",
        arguments: 0..<40 as Range<UInt64>)
    func nothingIsMistaken(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let sent = Sent(capacity: 512, beginningWith: 512)
        var known: [UInt64: SentPackets.Packet] = [:]
        var spent = Set<UInt64>()
        var codec = Codec.vp8
        var encoding: UInt8 = 0
        var (number, origin) = (UInt64.random(in: 0...200_000, using: &random), UInt64.random(in: 65_536...200_000, using: &random))
        var (start, highest, asked, answered) = (number, number, 0, 0)
        // Within the last second before the milliseconds turn over.
        var now = Instant(nanoseconds: Int64(UInt32.max) * 1_000_000 - .random(in: 0...1_000_000_000, using: &random))
        for step in 0..<4_000 {
            let beginsKeyframe = step == 0 || Int.random(in: 0..<300, using: &random) == 0
            if beginsKeyframe, Bool.random(using: &random) {
                codec = try #require(Codec.pictures.randomElement(using: &random))
                encoding = .random(in: 0...2, using: &random)
                origin = .random(in: 65_536...400_000, using: &random)
                known = [:]
            }
            // Some are lost, some of the source left out, and now and then so many that sixteen bits cannot tell.
            let steps = [1, 1, 1, 1, 2, 7, 600] as [UInt64]
            number += try #require(steps[..<(Int.random(in: 0..<200, using: &random) == 0 ? 7 : 6)].randomElement(using: &random))
            let leaps = [32_767, 32_768, 32_769, 65_535, 65_536, 65_537, 131_072, 300_000] as [UInt64]
            let leap = Int.random(in: 0..<1000, using: &random) == 0 ? leaps.randomElement(using: &random) : nil
            origin += leap ?? .random(in: 1...4, using: &random)
            let packet = SentPackets.Packet(
                number: number, timestamp: UInt32(truncatingIfNeeded: random.next()), marker: .random(using: &random),
                descriptor: try descriptor(codec, &random), encoding: encoding, origin: origin)
            // A few come late.
            if Int.random(in: 0..<20, using: &random) == 0 { number -= min(number, 3) }
            guard known[packet.number] == nil, !spent.contains(packet.number), !beginsKeyframe || packet.number > highest || step == 0
            else { continue }
            sent.value.note(packet, beginsKeyframe: beginsKeyframe, at: now)
            known[packet.number] = packet
            if beginsKeyframe { start = packet.number }
            highest = max(highest, packet.number)
            now = now + .microseconds(.random(in: 0...2_000, using: &random))
            let behind = UInt64.random(in: 0...min(700, highest), using: &random)
            guard spent.insert(highest - behind).inserted else { continue }
            let again = sent.again(UInt16(truncatingIfNeeded: highest - behind), roundTrip: .zero, at: now)
            guard let expected = known[highest - behind], behind < 512, expected.number >= start else {
                #expect(again == nil)
                continue
            }
            asked += 1
            if again != nil { answered += 1 }
            #expect(again == nil || again == expected, "\(step)")
            // A buffer of its publisher's keeps 512.
            let top = known.values.map(\.origin).max() ?? 0
            #expect(again != nil || expected.origin + 32_768 < max(top, expected.origin), "\(step)")
        }
        #expect(asked > 300 && answered > asked / 2)
    }

    /// What is written of it comes back; what AV1 says beside its packets does not.
    private func descriptor(_ codec: Codec, _ random: inout SeededGenerator) throws -> PictureDescriptor {
        while true {
            let bytes = random.bytes(12)
            let found: PictureDescriptor? =
                switch codec {
                case .vp8: VP8Descriptor(parsing: bytes.span.bytes).map { .vp8($0) }
                case .vp9: VP9Descriptor(parsing: bytes.span.bytes).map { .vp9($0) }
                case .av1: .av1(nil)
                default: .h264
                }
            guard let found else { continue }
            guard Bool.random(using: &random) else { return found }
            return found.counted(picture: random.next(), lessBase: UInt8.random(in: 0 ... .max, using: &random), lessKey: 3)
        }
    }

    @Test(
        "The number of what it was made of is told by sixteen bits, up to the last that they can tell and no further",
        arguments: [(32_767, true), (32_768, true), (65_535, true), (65_536, false), (65_537, false), (1 << 32, false)] as [(UInt64, Bool)])
    func theOriginIsToldAtItsEdges(distance: UInt64, isKept: Bool) throws {
        for first in [0, 1, 32_767, 32_768, 65_535, 65_536, 1 << 32 - 1, 1 << 48] as [UInt64] {
            let sent = Sent(capacity: 64)
            var (one, other) = (try packet(10), try packet(11))
            (one.origin, other.origin) = (first, first + distance)
            sent.value.note(one, beginsKeyframe: true, at: .at(.zero))
            sent.value.note(other, beginsKeyframe: false, at: .at(.zero))
            let found = sent.again(10, roundTrip: .zero, at: .at(.zero))
            // What is kept lies around the first one, or half of it behind the last.
            #expect(found == nil || found == one)
            if distance < 32_768 { #expect(found != nil) }
            if !isKept { #expect(found == nil) }
            #expect(sent.again(11, roundTrip: .zero, at: .at(.zero)) == other)
        }
    }

    @Test("A place belongs to one number: neither one a whole turn older nor one a whole memory older is taken for it")
    func aPlaceIsNotMistaken() throws {
        for distance in [4, 8, 65_532, 65_536, 65_540, 131_072, 1 << 32] as [UInt64] {
            let sent = Sent(capacity: 4)
            sent.value.note(try packet(100), beginsKeyframe: true, at: .at(.zero))
            // The next one to stand in its place was never sent; only one behind it was.
            sent.value.note(try packet(100 + distance + 1), beginsKeyframe: false, at: .at(.zero))
            #expect(sent.again(UInt16(truncatingIfNeeded: 100 + distance), roundTrip: .zero, at: .at(.seconds(1))) == nil, "\(distance)")
            // One that comes too late for its place displaces nobody.
            sent.value.note(try packet(100 + distance + 1 - 4), beginsKeyframe: false, at: .at(.zero))
            let last = try packet(100 + distance + 1)
            #expect(sent.again(UInt16(truncatingIfNeeded: last.number), roundTrip: .zero, at: .at(.seconds(1))) == last)
        }
    }

    @Test("Pauses are kept while the clock's milliseconds turn over")
    func pausesAtTheTurnOfTheClock() throws {
        let sent = Sent(capacity: 64)
        let turn = Instant(nanoseconds: (Int64(UInt32.max) + 1) * 1_000_000)
        let first = try packet(1)
        sent.value.note(first, beginsKeyframe: true, at: turn + .milliseconds(-20))
        #expect(sent.again(1, roundTrip: .zero, at: turn + .milliseconds(-10)) == first)
        #expect(sent.again(1, roundTrip: .zero, at: turn + .milliseconds(19)) == nil)
        #expect(sent.again(1, roundTrip: .zero, at: turn + .milliseconds(20)) == first)
        #expect(sent.again(1, roundTrip: .microseconds(40_500), at: turn + .milliseconds(60)) == nil)
        #expect(sent.again(1, roundTrip: .microseconds(40_500), at: turn + .milliseconds(61)) == first)
    }

    @Test("What is kept of each is sixteen bytes")
    func anEntryIsSmall() {
        #expect(SentPackets.entrySize == 16)
    }

    @Test("Once its source has begun anew nothing of before is made again, as its numbers are those of something else")
    func nothingIsMadeOfAnotherSource() throws {
        let sent = Sent(capacity: 64)
        sent.value.note(try packet(1), beginsKeyframe: true, at: .at(.zero))
        sent.value.forget()
        #expect(sent.again(1, roundTrip: .zero, at: .at(.zero)) == nil)
        sent.value.note(try packet(2), beginsKeyframe: false, at: .at(.zero))
        #expect(sent.again(1, roundTrip: .zero, at: .at(.zero)) == nil && sent.again(2, roundTrip: .zero, at: .at(.zero)) != nil)
    }
}

@Suite struct PackedDescriptorTests {
    private func expectWhole(_ descriptor: PictureDescriptor) {
        let again = PictureDescriptor(descriptor.packed, of: descriptor.codec)
        #expect(again == descriptor)
        #expect(descriptor.packed.rest >> PictureDescriptor.Packed.bits == 0)
        let (bytes, same) = (written { _ = descriptor.write(into: &$0) }, written { _ = again?.write(into: &$0) })
        #expect(bytes == same)
    }

    @Test("Each field of VP8 comes back, at both of its ends")
    func vp8() {
        for first in 0...255 as ClosedRange<UInt8> {
            for has in (0..<16 as Range<UInt8>).map({ $0 << 4 }) {
                for pictures in [[0x00], [0x7F], [0x80, 0x00], [0xFF, 0xFF], [0xAA, 0x55]] as [[UInt8]] {
                    for (base, layers) in [(0, 0), (255, 255), (0xAA, 0x5F), (0x55, 0xA0)] as [(UInt8, UInt8)] {
                        let bytes =
                            [first] + (first & 0x80 == 0 ? [] : [has]) + (has & 0x80 == 0 ? [] : pictures)
                            + (has & 0x40 == 0 ? [] : [base]) + (has & 0x30 == 0 ? [] : [layers]) + [1]
                        guard let found = VP8Descriptor(parsing: bytes.span.bytes) else { continue }
                        expectWhole(.vp8(found))
                        expectWhole(PictureDescriptor.vp8(found).counted(picture: 0x7FFF, lessBase: 1, lessKey: 1))
                    }
                }
            }
        }
    }

    @Test("Each field of VP9 comes back, at both of its ends")
    func vp9() {
        for flags in 0...255 as ClosedRange<UInt8> {
            for pictures in [[0x00], [0x7F], [0x80, 0x00], [0xFF, 0xFF], [0xAA, 0x55]] as [[UInt8]] {
                for (layers, base) in [(0, 0), (255, 255), (0xAA, 0x55), (0x55, 0xAA)] as [(UInt8, UInt8)] {
                    let bytes = [flags] + (flags & 0x80 == 0 ? [] : pictures) + [layers, base] + [0, 0, 0, 0, 0, 0, 0, 0]
                    guard let found = VP9Descriptor(parsing: bytes.span.bytes) else { continue }
                    expectWhole(.vp9(found))
                    expectWhole(PictureDescriptor.vp9(found).counted(picture: 0x7FFF, lessBase: 1, lessKey: 1))
                }
            }
        }
    }

    @Test("What is not written is not kept")
    func others() {
        expectWhole(.h264)
        expectWhole(.av1(nil))
        #expect(PictureDescriptor(.init(), of: .opus) == nil)
    }
}
