import Testing

@testable import Media

@Suite struct RTCPTests {
    /// The packets of a datagram.
    static func blocks(_ bytes: [UInt8]) throws(RTCPFault) -> [RTCPBlock] {
        var compound = try RTCPCompound(parsing: bytes.span.bytes)
        var blocks: [RTCPBlock] = []
        while let block = compound.next(in: bytes.span.bytes) { blocks.append(block) }
        return blocks
    }

    /// The only packet of a datagram, read as this.
    private func only<Message>(_ bytes: [UInt8], _ read: (RTCPBlock, RawSpan) -> Message?) throws -> Message {
        let blocks = try Self.blocks(bytes)
        let message = blocks.first.flatMap { read($0, bytes.span.bytes) }
        #expect(blocks.count == 1)
        return try #require(message)
    }

    @Test func aCompoundIsTakenApart() throws {
        let bytes = hex("80c90001 00000001 81ce0002 00000001 00000002 a1cb0002 00000001 00000004")
        let blocks = try Self.blocks(bytes)
        #expect(blocks.map(\.type) == [201, 206, 203] && blocks.map(\.count) == [0, 1, 1])
        #expect(blocks.map(\.body) == [4..<8, 12..<20, 24..<28])
    }

    @Test(arguments: [
        ("", RTCPFault.short), ("80c900", .short), ("80c90001", .short), ("40c90000", .version), ("80c90001 00000000 00", .short),
        ("a0c90000", .padding), ("a0c90001 00000000", .padding), ("a0c90001 00000005", .padding),
        ("a0c90001 00000004 80c90001 00000001", .padding),
    ])
    func aDamagedCompoundIsRefusedWhole(bytes: String, fault: RTCPFault) {
        #expect(throws: fault) { try Self.blocks(hex(bytes)) }
    }

    @Test func reportsAreReadAsTheyWereWritten() throws {
        let sent = SenderInfo(networkTime: 0x0102_0304_0506_0708, timestamp: 9, packets: 10, octets: 11)
        #expect(sent.middleTime == 0x0304_0506)
        let reports = [
            ReceptionReport(source: 1, fractionLost: 255, lost: -3, highest: 0x0001_FFFF, jitter: 4, lastReport: 5, delay: 6),
            ReceptionReport(source: 2, lost: 0x7F_FFFF),
        ]
        for info in [sent, nil] {
            let bytes = written { _ = Report.write(7, sent: info, about: reports[...], into: &$0) }
            let report = try only(bytes) { Report($0, in: $1) }
            #expect(report.source == 7 && report.sent == info && report.count == 2)
            let read = (0..<3).map { report.report($0, in: bytes.span.bytes) }
            #expect(read == [reports[0], reports[1], nil])
        }
        let tooMuch = written {
            _ = Report.write(7, sent: nil, about: [.init(source: 1, lost: .max), .init(source: 1, lost: .min)], into: &$0)
        }
        let clamped = try only(tooMuch) { Report($0, in: $1) }
        #expect(
            clamped.report(0, in: tooMuch.span.bytes)?.lost == 0x7F_FFFF && clamped.report(1, in: tooMuch.span.bytes)?.lost == -0x80_0000)
    }

    @Test func aReportThatPromisesMoreThanThereIsIsNone() throws {
        for bytes in ["82c90007 00000001 00000002 00000000 00000000 00000000 00000000 00000000", "80c80001 00000001", "80c90000"] {
            let blocks = try Self.blocks(hex(bytes))
            #expect(Report(blocks[0], in: hex(bytes).span.bytes) == nil)
        }
    }

    @Test func aNameEndsInZeroOnAMultipleOfFour() throws {
        for length in 0...255 {
            let bytes = written { _ = SourceDescription.write(1, name: [UInt8](repeating: 0x61, count: length), into: &$0) }
            let blocks = try Self.blocks(bytes)
            #expect(blocks.count == 1 && bytes.count % 4 == 0 && bytes[9] == length && bytes[10 + length] == 0)
        }
        #expect(written { _ = SourceDescription.write(1, name: [UInt8](repeating: 0x61, count: 256), into: &$0) }.isEmpty)
    }

    @Test func aGoodbyeNamesItsSources() throws {
        let bytes = written { _ = Goodbye.write(9, into: &$0) }
        let goodbye = try only(bytes) { Goodbye($0, in: $1) }
        let sources = (0..<2).map { goodbye.source($0, in: bytes.span.bytes) }
        #expect(goodbye.count == 1 && sources == [9, nil])
        let short = hex("82cb0001 00000001")
        #expect(Goodbye(try Self.blocks(short)[0], in: short.span.bytes) == nil)
    }

    @Test func aNACKNamesEachMissingPacketOnce() throws {
        let bytes = hex("81cd0004 00000001 00000002 ffff8001 00100000")
        let nack = try only(bytes) { NACK($0, in: $1) }
        #expect(nack.sender == 1 && nack.source == 2)
        var missing: [UInt16] = []
        nack.forEach(in: bytes.span.bytes) {
            missing.append($0); return true
        }
        #expect(missing == [65_535, 0, 15, 16])
        missing = []
        nack.forEach(in: bytes.span.bytes) {
            missing.append($0); return missing.count < 2
        }
        #expect(missing == [65_535, 0])
    }

    /// Whatever is missing, across the turn of the numbers too, is asked for as it is; what has no room waits.
    @Test func aNACKIsReadAsItWasWritten() throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<300 {
            var sequence = UInt16.random(in: 0 ... .max, using: &random)
            let missing = (0..<Int.random(in: 1...60, using: &random)).map { _ in
                sequence &+= .random(in: 1...30, using: &random)
                return sequence
            }
            let capacity = Int.random(in: 0...120, using: &random)
            var named = 0
            let bytes = written(capacity: capacity) { named = NACK.write(missing[...], of: 2, from: 1, into: &$0) }
            guard named > 0 else {
                #expect(bytes.isEmpty && capacity < 16)
                continue
            }
            let nack = try only(bytes) { NACK($0, in: $1) }
            var read: [UInt16] = []
            nack.forEach(in: bytes.span.bytes) {
                read.append($0); return true
            }
            #expect(read == Array(missing.prefix(named)))
            #expect(named == missing.count || bytes.count + 4 > capacity)
        }
    }

    @Test func bothRequestsForAWholePictureAreRead() throws {
        let loss = written { _ = KeyframeRequest.writePictureLoss(of: 2, from: 1, into: &$0) }
        #expect(loss == hex("81ce0002 00000001 00000002"))
        #expect(try only(loss) { KeyframeRequest($0, in: $1) } == .pictureLoss(sender: 1, source: 2))
        let full = written { _ = KeyframeRequest.writeFull(of: 2, number: 9, from: 1, into: &$0) }
        #expect(full == hex("84ce0004 00000001 00000000 00000002 09000000"))
        let request = try only(full) { KeyframeRequest($0, in: $1) }
        request.forEach(in: full.span.bytes) { source, number in
            #expect(source == 2 && number == 9)
        }
        for bytes in [
            "81ce0001 00000001", "81ce0003 00000001 00000002 00000003", "84ce0002 00000001 00000000", "84ce0003 00000001 00000000 00000002",
        ] {
            #expect(KeyframeRequest(try Self.blocks(hex(bytes))[0], in: hex(bytes).span.bytes) == nil)
        }
    }

    @Test func anEstimateIsReadAsItWasWritten() throws {
        for bits in [0, 1, 0x3FFFF, 0x40000, 2_500_000, 1 << 40, UInt64.max] {
            let bytes = written { _ = REMB.write(bits, for: [5, 6], from: 1, into: &$0) }
            let remb = try only(bytes) { REMB($0, in: $1) }
            // Eighteen bits of it are sent, so it may be rounded down by one part in 2^17.
            #expect(remb.sender == 1 && remb.bitsPerSecond <= bits && bits - remb.bitsPerSecond <= bits >> 17)
        }
        let libwebrtc = hex("8fce0005 00000001 00000000 52454d42 010bddd0 00000002")
        #expect(try only(libwebrtc) { REMB($0, in: $1) }.bitsPerSecond == 0x3DDD0 << 2)
    }

    /// 2^18 − 1 shifted by 63 fits no number.
    @Test func anEstimateBeyondAllNumbersIsNoLimit() throws {
        let bytes = hex("8fce0004 00000001 00000000 52454d42 00ffffff")
        #expect(try only(bytes) { REMB($0, in: $1) }.bitsPerSecond == .max)
        let short = hex("8fce0004 00000001 00000000 52454d42 01ffffff")
        #expect(REMB(try Self.blocks(short)[0], in: short.span.bytes) == nil)
    }

    @Test func nothingIsWrittenWithoutRoom() {
        for capacity in 0..<8 {
            #expect(
                written(capacity: capacity) {
                    _ = Report.write(1, sent: nil, about: [], into: &$0)
                    _ = Goodbye.write(1, into: &$0)
                    _ = NACK.write([1], of: 1, from: 1, into: &$0)
                    _ = KeyframeRequest.writePictureLoss(of: 1, from: 1, into: &$0)
                    _ = KeyframeRequest.writeFull(of: 1, number: 1, from: 1, into: &$0)
                    _ = REMB.write(1, for: [], from: 1, into: &$0)
                    _ = SourceDescription.write(1, name: [], into: &$0)
                }.isEmpty)
        }
    }
}
