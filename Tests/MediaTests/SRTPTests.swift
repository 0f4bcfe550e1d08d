import Testing

@testable import Media

@Suite struct SRTPTests {
    @Test(arguments: SRTPProfile.allCases)
    func whatIsSealedOpensAsItWas(profile: SRTPProfile) throws {
        let line = try SealedLine(profile)
        var random = SeededGenerator(seed: 2)
        for sequence in 0..<300 as Range<UInt16> {
            let plain = packet(sequence: sequence, payload: random.bytes(Int(sequence) * 4))
            let sealed = try line.seal(plain)
            #expect(sealed.count == plain.count + profile.tagLength && sealed[..<12] == plain[..<12])
            #expect(plain.count < 60 || !sealed[12...].starts(with: plain[12..<24]))
            #expect(try line.open(sealed) == plain)
        }
    }

    @Test(arguments: SRTPProfile.allCases)
    func extensionsStayReadableButCannotBeChanged(profile: SRTPProfile) throws {
        let line = try SealedLine(profile)
        let plain = hex("90e00007 00000001 cafebabe bede0001 411234 00 aabbccdd")
        var sealed = try line.seal(plain)
        #expect(sealed[..<20] == plain[..<20])
        sealed[18] ^= 1
        #expect(throws: SRTPFault.notAuthentic) { try line.open(sealed) }
    }

    /// §4.13 of the threat list, 7 and 8: no bit may change, and what failed leaves no trace.
    @Test(arguments: SRTPProfile.allCases)
    func noBitOfAPacketMayChange(profile: SRTPProfile) throws {
        let line = try SealedLine(profile)
        let plain = packet(sequence: 7, payload: [1, 2, 3, 4, 5])
        let sealed = try line.seal(plain)
        let report = hex("80c80001 cafebabe 01020304")
        let sealedReport = try line.sealControl(report)
        for bit in 0..<sealed.count * 8 {
            var bytes = sealed
            bytes[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: SRTPFault.self, "bit \(bit)") { try line.open(bytes) }
        }
        for bit in 0..<sealedReport.count * 8 {
            var bytes = sealedReport
            bytes[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: SRTPFault.self, "bit \(bit) of the report") { try line.openControl(bytes) }
        }
        #expect(try line.open(sealed) == plain)
        #expect(try line.openControl(sealedReport) == report)
        #expect(line.receiver.drops[.notAuthentic] > 0)
    }

    @Test(arguments: SRTPProfile.allCases)
    func aPacketCountsOnce(profile: SRTPProfile) throws {
        let line = try SealedLine(profile)
        let sealed = try line.seal(packet(sequence: 1, payload: [1]))
        _ = try line.open(sealed)
        #expect(throws: SRTPFault.replayed) { try line.open(sealed) }
        let report = try line.sealControl(hex("80c90001 cafebabe"))
        _ = try line.openControl(report)
        #expect(throws: SRTPFault.replayed) { try line.openControl(report) }
        #expect(line.receiver.drops[.replayed] == 2 && line.receiver.drops.total == 2)
    }

    @Test func whatIsOlderThanTheWindowIsRefused() throws {
        let line = try SealedLine(.galois128)
        let sealed = try (0...1024 as ClosedRange<UInt16>).map { try line.seal(packet(sequence: $0, payload: [1])) }
        _ = try line.open(sealed[1024])
        #expect(throws: SRTPFault.replayed) { try line.open(sealed[0]) }
        #expect(try line.open(sealed[1]).count == 13)
    }

    /// A nonce used twice would give away the key of Galois mode.
    @Test(arguments: SRTPProfile.allCases)
    func thePlaceOfAPacketIsSealedOnce(profile: SRTPProfile) throws {
        let line = try SealedLine(profile)
        _ = try line.seal(packet(sequence: 5, payload: [1]))
        #expect(throws: SRTPFault.replayed) { try line.seal(packet(sequence: 5, payload: [2])) }
        // Another source and a place that was left free are no repetition.
        _ = try line.seal(packet(sequence: 5, source: 6, payload: [2]))
        _ = try line.seal(packet(sequence: 4, payload: [2]))
    }

    /// Three turns of the sequence number with loss, duplicates and disorder: what was sent is opened once, as it was.
    @Test(arguments: SRTPProfile.allCases)
    func aLongStreamSurvivesABadNetwork(profile: SRTPProfile) throws {
        let line = try SealedLine(profile)
        var random = SeededGenerator(seed: 3)
        var inFlight: [(due: Int, number: Int, bytes: [UInt8])] = []
        var opened = Set<Int>()
        // Strides make three turns of 65,536 out of fewer packets.
        var number = 60_000
        for tick in 0..<9_000 {
            number += tick % 10 == 0 ? Int.random(in: 1...400, using: &random) : 1
            let payload = withUnsafeBytes(of: UInt64(number).bigEndian) { Array($0) }
            let sealed = try line.seal(packet(sequence: UInt16(truncatingIfNeeded: number), payload: payload))
            if Int.random(in: 0..<100, using: &random) >= 10 || tick == 0 {
                inFlight.append((tick + (tick == 0 ? 0 : .random(in: 0...20, using: &random)), number, sealed))
            }
            if Int.random(in: 0..<100, using: &random) < 5 { inFlight.append((tick + .random(in: 0...20, using: &random), number, sealed)) }
            for arrival in inFlight where arrival.due <= tick {
                do throws(SRTPFault) {
                    let plain = try line.open(arrival.bytes)
                    #expect(Array(plain[12...]) == withUnsafeBytes(of: UInt64(arrival.number).bigEndian) { Array($0) })
                    #expect(opened.insert(arrival.number).inserted, "opened twice")
                } catch {
                    // Older than the window because of a stride, or opened already.
                    #expect(error == .replayed)
                }
            }
            inFlight.removeAll { $0.due <= tick }
        }
        #expect(number > 3 * 65_536 && opened.count > 6_000)
    }

    /// Turns are counted from authentic packets alone: a forged one from far ahead must not lose us the stream.
    @Test func aForgedPacketDoesNotTurnTheCounter() throws {
        let line = try SealedLine(.galois128)
        let real = try [65_000, 65_001, 10].map { try line.seal(packet(sequence: $0, payload: [7])) }
        _ = try line.open(real[0])
        for sequence in stride(from: 0 as UInt16, to: 60_000, by: 500) {
            #expect(throws: SRTPFault.self) { try line.open(packet(sequence: sequence, payload: [UInt8](repeating: 0, count: 30))) }
        }
        #expect(try line.open(real[1]).last == 7)
        #expect(try line.open(real[2]).last == 7)
    }

    @Test func aPeerCannotHaveUsRememberSourcesWithoutEnd() throws {
        let line = try SealedLine(.galois128)
        let other = try SealedLine(.galois128)
        for source in 0..<UInt32(SRTPSources.mostReceived) {
            _ = try line.open(line.seal(packet(sequence: 1, source: source, payload: [1])))
        }
        #expect(throws: SRTPFault.tooManySources) { try line.open(other.seal(packet(sequence: 1, source: 1000, payload: [1]))) }
        #expect(try line.open(line.seal(packet(sequence: 2, source: 3, payload: [1]))).count == 13)
    }

    @Test func aReportThatSaysItIsNotEncryptedIsRefused() throws {
        let line = try SealedLine(.galois128)
        var sealed = try line.sealControl(hex("80c90001 cafebabe"))
        sealed[sealed.count - 4] &= 0x7F
        #expect(throws: SRTPFault.notEncrypted) { try line.openControl(sealed) }
    }

    @Test(arguments: SRTPProfile.allCases)
    func whatIsTooShortIsRefused(profile: SRTPProfile) throws {
        let line = try SealedLine(profile)
        for length in 0..<12 + profile.tagLength {
            let bytes = Array((packet(sequence: 1, payload: []) + [UInt8](repeating: 0, count: 30)).prefix(length))
            #expect(throws: SRTPFault.malformed) { try line.open(bytes) }
        }
        for length in 0..<8 + profile.tagLength + 4 {
            #expect(throws: SRTPFault.malformed) { try line.openControl([UInt8](repeating: 0x80, count: length)) }
        }
        #expect(throws: SRTPFault.noRoom) { try line.seal(packet(sequence: 1, payload: []), [1], capacity: 12 + profile.tagLength) }
        #expect(throws: SRTPFault.malformed) { try line.seal([0x80], [1]) }
        #expect(throws: SRTPFault.noRoom) { try line.sealControl(hex("80c90001 cafebabe"), capacity: 8 + profile.tagLength + 3) }
    }

    @Test func theKeysOfBothDirectionsStandInTheirOrder() throws {
        let pair = try #require(SRTPMasterKey.pair(.galois128, exported: (0..<56).map(UInt8.init)))
        #expect(pair.client.key == (0..<16).map(UInt8.init) && pair.server.key == (16..<32).map(UInt8.init))
        #expect(pair.client.salt == (32..<44).map(UInt8.init) && pair.server.salt == (44..<56).map(UInt8.init))
        #expect(SRTPMasterKey.pair(.galois128, exported: [UInt8](repeating: 0, count: 60)) == nil)
        #expect("\(pair.client)" == "•")
    }
}

@Suite struct ReplayWindowTests {
    /// The window against a set that remembers everything.
    @Test func theWindowAgreesWithASetThatForgetsNothing() {
        var random = SeededGenerator(seed: 10)
        for _ in 0..<20 {
            var window = ReplayWindow()
            var seen = Set<UInt64>()
            var centre: UInt64 = 5_000
            for _ in 0..<2_000 {
                if Int.random(in: 0..<200, using: &random) == 0 { centre += .random(in: 0...3_000, using: &random) }
                centre += .random(in: 0...3, using: &random)
                let index = centre - .random(in: 0...1_500, using: &random) + .random(in: 0...200, using: &random)
                let isOld = window.highest.map { index + ReplayWindow.width <= $0 } ?? false
                let isAdmitted = window.admits(index)
                if isAdmitted != (!isOld && !seen.contains(index)) { Issue.record("\(index) below \(window.highest ?? 0)") }
                if isAdmitted {
                    window.note(index)
                    seen.insert(index)
                }
            }
        }
    }
}
