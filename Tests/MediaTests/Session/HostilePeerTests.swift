import Testing

@testable import Media

/// Somebody who joined, has the keys, and means harm: whatever it sends, nobody crashes, and nobody else is sent rubbish.
@Suite struct HostilePeerTests {
    @Test(arguments: 0..<5 as Range<UInt64>)
    func whoHasTheKeysHarmsNobody(seed: UInt64) throws {
        let meeting = try Meeting(seed: seed)
        let (mallory, ben) = (try meeting.join(1), try meeting.join(2))
        meeting.everybodyWatchesAll()
        meeting.run(for: .seconds(1))
        var random = SeededGenerator(seed: seed)
        meeting.run(for: .seconds(2)) { _ in
            if Bool.random(using: &random) { mallory.publishing.send(Self.packet(using: &random), head: 12) }
            let rubbish = Self.compound(using: &random)
            let side = Bool.random(using: &random) ? mallory.publishing : mallory.receiving
            side.sendControl { $0.append(copying: rubbish.span.bytes) }
        }
        // What Ben got through it all is still one unbroken sound and one picture.
        let sounds = ben.shown.values.filter { !$0.isVideo }
        #expect(ben.receiving.isConnected && sounds.count == 1)
        #expect(ben.shown.values.allSatisfy { Set($0.numbers).count == $0.numbers.count })
        // And Mallory's own connection is still there: bad input ends nothing.
        let before = mallory.shown.values.reduce(0) { $0 + $1.numbers.count }
        meeting.run(for: .seconds(1))
        #expect(mallory.shown.values.reduce(0) { $0 + $1.numbers.count } > before)
    }

    /// A head that may be sealed, of any source and kind, and any payload.
    private static func packet(using random: inout SeededGenerator) -> [UInt8] {
        let types: [UInt8] = [96, 97, 111, 0, 127]
        let sources: [UInt32] = [1100, 1200, 1201, 1300, .random(in: 0 ... .max, using: &random)]
        let header = OutgoingHeader(
            payloadType: types.randomElement(using: &random) ?? 0, sequence: .random(in: 0 ... .max, using: &random),
            timestamp: .random(in: 0 ... .max, using: &random), source: sources.randomElement(using: &random) ?? 0)
        var head = written { _ = header.write(into: &$0) }
        // Padding and contributors that may not be there.
        if Int.random(in: 0..<4, using: &random) == 0 { head[0] |= 0x20 }
        return head + random.bytes(.random(in: 0...300, using: &random))
    }

    /// A compound whose outside is right, so that its inside is looked at.
    private static func compound(using random: inout SeededGenerator) -> [UInt8] {
        let words = Int.random(in: 1...40, using: &random)
        let type = [200, 201, 202, 203, 205, 206, 207].randomElement(using: &random) ?? 200
        let head = [0x80 | UInt8.random(in: 0...31, using: &random), UInt8(type), 0, UInt8(words)]
        return head + random.bytes(4 * words)
    }

    /// 6: a source that nobody agreed to is not taken, and of those that were only so many.
    @Test func sourcesAreLimited() throws {
        let meeting = try Meeting()
        let (mallory, ben) = (try meeting.join(1), try meeting.join(2))
        meeting.everybodyWatchesAll()
        meeting.run(for: .seconds(1))
        let before = ben.shown.count
        meeting.run(for: .seconds(1)) { elapsed in
            let source = UInt32(5_000_000 + Int(elapsed / .milliseconds(1)))
            let header = OutgoingHeader(payloadType: 111, sequence: 1, timestamp: 1, source: source)
            let head = written { _ = header.write(into: &$0) }
            mallory.publishing.send(head + [1, 2, 3], head: head.count)
        }
        #expect(ben.shown.count == before)
    }

    /// 6: whoever uses the source, the line or the layer of another's stream is heard as themselves.
    @Test func nobodyTakesAnothersStream() throws {
        let meeting = try Meeting()
        let (_, mallory, ben) = (try meeting.join(1), try meeting.join(2), try meeting.join(3))
        mallory.isQuiet = true
        meeting.everybodyWatchesAll()
        meeting.run(for: .seconds(1))
        meeting.run(for: .seconds(1)) { elapsed in
            guard Int(elapsed / .milliseconds(1)) % 20 == 0 else { return }
            // Ana's microphone and the smallest of her pictures.
            mallory.publishing.send(Self.sound(from: 1100, on: "0", elapsed), head: 20)
            mallory.publishing.send(Self.picture(from: 1200, layer: "q", elapsed), head: 20)
        }
        for slot in ben.shown.values where slot.authors.contains(1) { #expect(slot.authors == [1]) }
        #expect(ben.shown.values.contains { $0.authors == [Self.mark] }, "she is heard, as herself")
    }

    /// 6: a source that was taken for one line or layer is not taken for another.
    @Test func aSourceStaysWhereItWasTaken() throws {
        let meeting = try Meeting()
        let mallory = try meeting.join(1)
        try meeting.join(2)
        meeting.run(for: .seconds(1))
        let publisher = try #require(meeting.engine.rooms[Meeting.room]?.member(mallory.id)?.publisher)
        #expect(publisher.drops[.stranger] == 0)
        mallory.isQuiet = true
        meeting.run(for: .milliseconds(500)) { elapsed in
            guard Int(elapsed / .milliseconds(1)) % 20 == 0 else { return }
            mallory.publishing.send(Self.sound(from: 1100, on: "1", elapsed), head: 20)
            mallory.publishing.send(Self.picture(from: 1200, layer: "f", elapsed), head: 20)
        }
        #expect((44...50).contains(publisher.drops[.stranger]), "\(publisher.drops[.stranger]) were dropped")
    }

    private static let mark: UInt8 = 66

    /// With the extensions of a browser's first packets: which line it belongs to.
    private static func sound(from source: UInt32, on mid: Character, _ elapsed: Duration) -> [UInt8] {
        let number = UInt16(truncatingIfNeeded: Int(elapsed / .milliseconds(20)) + 30_000)
        let header = OutgoingHeader(payloadType: 111, sequence: number, timestamp: UInt32(number) * 960, source: source)
        var head = written { _ = header.write(into: &$0) }
        head[0] = 0x90
        return head + [0xBE, 0xDE, 0, 1, 4 << 4, mid.asciiValue ?? 0, 0, 0] + [UInt8](repeating: mark, count: 40)
    }

    private static func picture(from source: UInt32, layer: Character, _ elapsed: Duration) -> [UInt8] {
        let number = UInt16(truncatingIfNeeded: Int(elapsed / .milliseconds(20)) + 30_000)
        let header = OutgoingHeader(payloadType: 96, sequence: number, timestamp: UInt32(number) * 1800, source: source)
        var head = written { _ = header.write(into: &$0) }
        head[0] = 0x90
        let payload = PicturePacket.bytes(.vp8, picture: number & 0x7FFF, isFirst: true, isKey: true, author: mark, layer: 0)
        return head + [0xBE, 0xDE, 0, 1, 4 << 4, UInt8(ascii: "1"), 10 << 4, layer.asciiValue ?? 0] + payload
    }

    /// 10: who asks for everything again, all the time, is sent half as much again and what was saved up, not five times as much.
    @Test func askingAgainDoesNotMultiply() throws {
        let meeting = try Meeting()
        let (_, mallory, ben) = (try meeting.join(1), try meeting.join(2), try meeting.join(3))
        for person in [mallory, ben] {
            person.isQuiet = true
            meeting.engine.watch(Meeting.room, person.id, [PictureWish(MediaPeerID(1), .camera)], at: .at(.zero))
        }
        meeting.run(for: .seconds(10)) { elapsed in
            guard Int(elapsed / .milliseconds(1)) % 10 == 0 else { return }
            for (source, slot) in mallory.shown where slot.isVideo {
                let last = UInt16(truncatingIfNeeded: slot.numbers.last ?? 0)
                let wanted = (0..<32 as Range<UInt16>).map { last &- 31 &+ $0 }
                mallory.receiving.sendControl { _ = NACK.write(wanted[...], of: source, from: 1, into: &$0) }
            }
        }
        #expect(ben.bytesHeard > 400_000, "Ben sees the large picture")
        let limit = ben.bytesHeard * 8 / 5 + RepeatBudget.most
        #expect((ben.bytesHeard + RepeatBudget.most...limit).contains(mallory.bytesHeard), "\(mallory.bytesHeard) of \(ben.bytesHeard)")
        let subscriber = try #require(meeting.engine.rooms[Meeting.room]?.member(mallory.id)?.subscriber)
        #expect(subscriber.drops[.flood] > 0)
    }

    /// 10: who asks for a whole picture all the time makes its publisher send two a second at most.
    @Test func requestsForPicturesAreJoined() throws {
        let meeting = try Meeting()
        let (ana, mallory) = (try meeting.join(1), try meeting.join(2))
        meeting.everybodyWatchesAll()
        meeting.run(for: .seconds(2))
        let found = mallory.shown.first { $0.value.isVideo }?.key
        let source = try #require(found)
        let before = mallory.shown[source]?.keyframes ?? 0
        meeting.run(for: .seconds(5)) { _ in
            mallory.receiving.sendControl { _ = KeyframeRequest.writePictureLoss(of: source, from: 1, into: &$0) }
        }
        let count = (mallory.shown[source]?.keyframes ?? 0) - before
        #expect((1...11).contains(count), "\(count) whole pictures in five seconds")
        #expect(ana.publishing.isConnected)
    }

    /// Who leaps over more than half of all numbers goes on behind a small hole: what follows could not be told from what is long past, and
    /// the slot would be mute for whoever fills it next.
    @Test func leapsMuteNobody() throws {
        let meeting = try Meeting()
        let mallory = try meeting.join(1, sounds: 0, pictures: 0)
        let ben = try meeting.join(2, sounds: 1, pictures: 0)
        meeting.run(for: .seconds(2))
        func heard() throws -> [UInt64] { try #require(ben.shown.values.first { !$0.isVideo }).numbers }
        for _ in 0..<4 {
            let before = try heard().count
            for _ in 0..<3 { mallory.leap(by: 20_000) }
            meeting.run(for: .seconds(2))
            #expect(try heard().count > before + 50)
        }
        for (one, next) in zip(try heard(), try heard().dropFirst()) { #expect(next > one && next <= one + SequenceMap.mostLeap) }
        #expect(meeting.engine.outgoing.failures == 0)
    }

    @Test("What could not be forwarded in one piece is not taken", arguments: [Publication.longestPayload, Publication.longestPayload + 1])
    func tooLong(_ length: Int) throws {
        let meeting = try Meeting()
        let mallory = try meeting.join(1, sounds: 0, pictures: 0)
        mallory.soundLength = length
        let ben = try meeting.join(2, sounds: 1, pictures: 0)
        meeting.run(for: .seconds(2))
        let fits = length <= Publication.longestPayload
        let drops = try #require(meeting.engine.rooms[Meeting.room]?.member(mallory.id)?.publisher).drops
        #expect((drops[.tooLong] == 0) == fits)
        #expect(ben.shown.values.contains { !$0.numbers.isEmpty } == fits)
        #expect(meeting.engine.outgoing.failures == 0)
    }
}
