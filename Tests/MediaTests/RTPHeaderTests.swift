import Testing

@testable import Media

@Suite struct RTPHeaderTests {
    private func header(_ bytes: [UInt8]) throws(RTPFault) -> RTPHeader { try RTPHeader(parsing: bytes.span.bytes) }

    private func payload(_ bytes: [UInt8]) throws(RTPFault) -> Range<Int> {
        try RTPHeader(parsing: bytes.span.bytes).payload(in: bytes.span.bytes)
    }

    private func extensions(_ bytes: [UInt8], as ids: HeaderExtensionIDs = .ours) throws -> HeaderExtensions {
        HeaderExtensions(of: try header(bytes), in: bytes.span.bytes, as: ids)
    }

    /// A head whose extension has these bytes.
    private func packet(profile: UInt16 = 0xBEDE, _ elements: [UInt8]) -> [UInt8] {
        let padded = elements + [UInt8](repeating: 0, count: (4 - elements.count % 4) % 4)
        return hex("90600001 00000002 00000003") + [UInt8(profile >> 8), UInt8(profile & 0xFF), 0, UInt8(padded.count / 4)] + padded + [
            0xAA
        ]
    }

    @Test func theFieldsOfAHeadAreRead() throws {
        let header = try header(hex("82e0f17b 8041f8d3 5501a0b2 00000001 00000002 aabb"))
        #expect(header.marker && header.payloadType == 96 && header.sequence == 0xF17B)
        #expect(header.timestamp == 0x8041_F8D3 && header.source == 0x5501_A0B2)
        #expect(header.contributors == 2 && header.length == 20 && header.extensions.isEmpty)
    }

    @Test(arguments: [
        ("80600000 00000000 000000", RTPFault.short), ("40600000 00000000 00000000", .version), ("81600000 00000000 00000000", .short),
        ("90600000 00000000 00000000 bede00", .short), ("90600000 00000000 00000000 bede0001", .short),
        ("9f600000 00000000 00000000 bedeffff", .short),
    ])
    func aHeadThatPromisesMoreThanThereIsIsRefused(bytes: String, fault: RTPFault) {
        #expect(throws: fault) { try header(hex(bytes)) }
    }

    @Test func paddingIsTakenOffAndNeverBelievedBlindly() throws {
        let head = hex("a0600000 00000000 00000000")
        #expect(try payload(head + [1, 2, 3, 0, 2]) == 12..<15)
        #expect(try payload(head + [0, 0, 3]) == 12..<12)
        #expect(throws: RTPFault.padding) { try payload(head) }
        #expect(throws: RTPFault.padding) { try payload(head + [1, 0]) }
        #expect(throws: RTPFault.padding) { try payload(head + [1, 3]) }
    }

    @Test func extensionsWithShortHeadsAreRead() throws {
        let bytes = packet(hex("10 30 00 21 6869 41 1234 52 010203 60 9f 70 03 00 87 0102030405060708 9f"))
        let found = try extensions(bytes)
        #expect(found.mid.map { Array(bytes[$0]) } == [0x30])
        #expect(found.streamID.map { Array(bytes[$0]) } == [0x68, 0x69])
        #expect(found.transportSequence == 0x1234 && found.absoluteSendTime == 0x010203)
        #expect(found.audioLevel == 0x1F && found.isVoice && found.videoOrientation == 3)
    }

    @Test func extensionsWithLongHeadsAreRead() throws {
        let descriptor = [UInt8](repeating: 0xD5, count: 20)
        let bytes = packet(profile: 0x1000, hex("01 02 3130 00 06 01 05") + [8, 20] + descriptor + hex("04 02 ffff"))
        let found = try extensions(bytes)
        #expect(found.mid.map { Array(bytes[$0]) } == [0x31, 0x30])
        #expect(found.audioLevel == 5 && !found.isVoice && found.transportSequence == 0xFFFF)
        #expect(found.dependencyDescriptor.map { Array(bytes[$0]) } == descriptor)
    }

    @Test func theOffererNumbersTheExtensions() throws {
        var ids = HeaderExtensionIDs()
        #expect(ids.agree(9, means: .transportSequence) && ids.agree(14, means: .audioLevel))
        #expect(!ids.agree(9, means: .mid) && !ids.agree(0, means: .mid) && !ids.agree(15, means: .mid) && !ids.agree(255, means: .mid))
        let found = try extensions(packet(hex("91 0007 10 30 e0 11")), as: ids)
        #expect(found.transportSequence == 7 && found.mid == nil && found.audioLevel == 0x11)
    }

    @Test(arguments: ["4f 00", "40 12", "4f", "1f", "f0 41 1234", "43 12345678"])
    func anElementThatIsWrongCountsAsNotThere(elements: String) throws {
        let found = try extensions(packet(hex(elements)))
        #expect(found.transportSequence == nil)
    }

    @Test func anotherProfileIsPassedOver() throws {
        #expect(try extensions(packet(profile: 0xABCD, hex("41 1234"))).transportSequence == nil)
    }

    @Test func aHeadIsReadAsItWasWritten() throws {
        var random = SeededGenerator(seed: 8)
        for _ in 0..<500 {
            var outgoing = OutgoingHeader(
                payloadType: UInt8.random(in: 0...127, using: &random), sequence: .random(in: 0 ... .max, using: &random),
                timestamp: .random(in: 0 ... .max, using: &random), source: .random(in: 0 ... .max, using: &random))
            outgoing.marker = Bool.random(using: &random)
            if Bool.random(using: &random) { outgoing.extensions.mid = (0x31, Bool.random(using: &random) ? 0x32 : 0) }
            if Bool.random(using: &random) { outgoing.extensions.transportSequence = .random(in: 0 ... .max, using: &random) }
            if Bool.random(using: &random) { outgoing.extensions.absoluteSendTime = .random(in: 0..<1 << 24, using: &random) }
            if Bool.random(using: &random) { outgoing.extensions.audioLevel = .random(in: 0 ... .max, using: &random) }
            if Bool.random(using: &random) { outgoing.extensions.videoOrientation = .random(in: 0...7, using: &random) }
            if Bool.random(using: &random) { outgoing.extensions.absoluteCaptureTime = .random(in: 0 ... .max, using: &random) }
            let bytes = written { _ = outgoing.write(into: &$0) }
            #expect(bytes.count == outgoing.length && bytes.count % 4 == 0)
            let header = try header(bytes)
            #expect(header.length == bytes.count && header.marker == outgoing.marker && header.payloadType == outgoing.payloadType)
            #expect(header.sequence == outgoing.sequence && header.timestamp == outgoing.timestamp && header.source == outgoing.source)
            let found = try extensions(bytes)
            let expected = outgoing.extensions
            #expect(found.mid.map { Array(bytes[$0]) } == expected.mid.map { $0.second == 0 ? [$0.first] : [$0.first, $0.second] })
            #expect(found.transportSequence == expected.transportSequence && found.absoluteSendTime == expected.absoluteSendTime)
            #expect(found.audioLevel == expected.audioLevel.map { $0 & 0x7F } && found.videoOrientation == expected.videoOrientation)
            #expect((found.absoluteCaptureTime == nil) == (expected.absoluteCaptureTime == nil))
        }
    }

    @Test func aHeadWithoutRoomIsNotBegun() {
        let outgoing = OutgoingHeader(payloadType: 96, sequence: 1, timestamp: 2, source: 3)
        #expect(written(capacity: 11) { _ = outgoing.write(into: &$0) }.isEmpty)
    }
}

@Suite struct UnwrapperTests {
    @Test func numbersGoOnAcrossTheirTurn() {
        var unwrapper = Unwrapper<UInt16>()
        let wide = [65_534, 65_535, 0, 1, 65_533, 2].map { unwrapper.unwrap(UInt16($0)) }
        #expect(wide == [131_070, 131_071, 131_072, 131_073, 131_069, 131_074])
        #expect(unwrapper.highest == 131_074)
    }

    /// Whatever comes in whatever order, a number stays itself and nothing traps.
    @Test func aNumberIsAlwaysItsOwnLowerBits() {
        var random = SeededGenerator(seed: 9)
        var unwrapper = Unwrapper<UInt16>()
        for _ in 0..<1_000 {
            let number = UInt16.random(in: 0 ... .max, using: &random)
            #expect(UInt16(truncatingIfNeeded: unwrapper.unwrap(number)) == number)
        }
    }
}
