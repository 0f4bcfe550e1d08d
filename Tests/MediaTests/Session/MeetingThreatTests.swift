import Testing

@testable import Media

/// The traps of the threat list that only the whole path can show.
@Suite struct MeetingThreatTests {
    /// 1: nothing is sent to whom no authenticated check came from, whatever it sends.
    @Test func strangersGetNoAnswer() throws {
        let meeting = try Meeting()
        try meeting.join(1)
        let stranger = Meeting.path(66, port: 6)
        var random = SeededGenerator(seed: 6)
        for first in 0...255 as ClosedRange<UInt8> {
            meeting.hand([first] + random.bytes(.random(in: 0...1400, using: &random)), on: stranger)
        }
        #expect(meeting.sent[stranger] == nil && meeting.engine.strangers > 200)
    }

    /// 1: whoever takes part and gives a forged address has no handshake poured over it, said again and again.
    @Test func aForgedAddressIsSentLittleMoreThanCameFromIt() throws {
        let meeting = try Meeting()
        let mallory = try meeting.join(1)
        (mallory.publishing.isSilent, mallory.receiving.isSilent) = (true, true)
        let victim = Meeting.path(66, port: 6)
        let opening = mallory.publishing.opening(.zero)
        for bytes in opening { meeting.hand(bytes, on: victim) }
        meeting.run(for: .seconds(30))
        let (came, went) = (opening.reduce(0) { $0 + $1.count }, meeting.sentBytes[victim] ?? 0)
        #expect((500...came * Connection.amplification).contains(went), "\(came) bytes came, \(went) went")
        let publisher = try #require(meeting.engine.rooms[Meeting.room]?.member(mallory.id)?.publisher)
        #expect(publisher.drops[.unproved] > 0)
    }

    /// 2: a ClientHello from elsewhere is not even read.
    @Test func aHandshakeFromElsewhereIsNotRead() throws {
        let meeting = try Meeting()
        let ana = try meeting.join(1)
        guard let identity = DTLSIdentity(secondsSince1970: 1_800_000_000),
            let mallory = DTLSSession(.client, as: identity, expecting: meeting.server.fingerprint)
        else { throw DTLSEnd.failed }
        mallory.begin(at: .at(.zero))
        for hello in mallory.takeDatagrams() { meeting.hand(hello, on: Meeting.path(66, port: 6)) }
        meeting.run(for: .seconds(1))
        #expect(ana.publishing.isConnected && meeting.sent[Meeting.path(66, port: 6)] == nil)
    }

    /// 3: what comes before the handshake is done is dropped and counted, and nothing of it is heard afterwards.
    @Test func mediaBeforeTheHandshakeAreDropped() throws {
        let meeting = try Meeting()
        let (ana, ben) = (try meeting.join(1), try meeting.join(2))
        (ana.publishing.greetsAt, ana.receiving.greetsAt) = (.seconds(1), .seconds(1))
        meeting.everybodyWatchesAll()
        meeting.run(for: .milliseconds(500))
        let publisher = try #require(meeting.engine.rooms[Meeting.room]?.member(ana.id)?.publisher)
        #expect(meeting.engine.knows(ana.publishing.path) && !ana.publishing.isConnected && ben.receiving.isConnected)
        let mark: UInt8 = 66
        for number in 0..<100 as Range<UInt16> {
            let header = OutgoingHeader(payloadType: 111, sequence: number, timestamp: 960 * UInt32(number), source: 1100)
            meeting.hand(written { _ = header.write(into: &$0) } + [mark] + [UInt8](repeating: 7, count: 30), on: ana.publishing.path)
            meeting.hand(written { _ = Report.write(1100, sent: nil, about: [], into: &$0) }, on: ana.publishing.path)
        }
        #expect(publisher.drops[.tooEarly] == 200)
        meeting.run(for: .seconds(2))
        #expect(ben.shown.values.contains { $0.authors == [1] } && !ben.shown.values.contains { $0.authors.contains(mark) })
    }

    /// 3 and 4: recorded media from another address are dropped, and move nothing.
    @Test func mediaFromElsewhereMoveNothing() throws {
        let meeting = try Meeting()
        let (ana, ben) = (try meeting.join(1), try meeting.join(2))
        meeting.everybodyWatchesAll()
        meeting.run(for: .seconds(1))
        let stranger = Meeting.path(66, port: 6)
        meeting.run(for: .seconds(1)) { _ in
            for bytes in ana.publishing.recorded { meeting.hand(bytes, on: stranger) }
        }
        #expect(meeting.sent[stranger] == nil && meeting.engine.strangers > 100)
        #expect(ben.shown.values.contains { !$0.isVideo && $0.numbers.count > 80 })
        #expect(ben.shown.values.allSatisfy { Set($0.numbers).count == $0.numbers.count })
    }

    /// 7: who sends everything twice is heard once.
    @Test func replayedPacketsAreNotForwarded() throws {
        let meeting = try Meeting()
        try meeting.join(1)
        let ben = try meeting.join(2)
        meeting.everybodyWatchesAll()
        meeting.line.duplicates = 100
        meeting.run(for: .seconds(2))
        #expect(ben.shown.count == 2 && ben.shown.values.allSatisfy { Set($0.numbers).count == $0.numbers.count })
    }

    /// 15: two rooms know nothing of each other, even under the same numbers.
    @Test func roomsAreApart() throws {
        let meeting = try Meeting()
        let other = MediaRoomID(2)
        meeting.engine.open(other)
        try meeting.join(1)
        let ben = try meeting.join(2, room: other)
        meeting.engine.watch(other, ben.id, [PictureWish(MediaPeerID(1), .camera)], at: .at(.zero))
        meeting.run(for: .seconds(2))
        #expect(ben.shown.isEmpty && ben.receiving.isConnected)
    }

    /// A host takes the word: nothing of it is forwarded.
    @Test func theSilencedAreNotHeard() throws {
        let meeting = try Meeting()
        try meeting.join(1)
        let ben = try meeting.join(2)
        meeting.engine.silence(Meeting.room, MediaPeerID(1), .microphone, true)
        meeting.run(for: .seconds(2))
        #expect(ben.shown.values.allSatisfy { $0.numbers.isEmpty || $0.isVideo })
    }

    /// Lies about when packets came, a thousand a second: most are not looked at, and they cost nobody but the liar a picture.
    @Test func whoLiesAboutArrivalsHarmsThemselvesAlone() throws {
        let meeting = try Meeting()
        let (mallory, ben) = (try meeting.join(1), try meeting.join(2))
        try meeting.join(3)
        meeting.everybodyWatchesAll()
        meeting.run(for: .seconds(2))
        let liar = try #require(meeting.engine.rooms[Meeting.room]?.member(mallory.id)?.subscriber)
        var random = SeededGenerator(seed: 4)
        meeting.run(for: .seconds(4)) { now in
            var log = ArrivalLog()
            let last = UInt16(truncatingIfNeeded: Int(now / .milliseconds(1)))
            for place in 0..<20 as Range<UInt16> {
                log.note(last &- place, at: .at(now + .milliseconds(Int.random(in: 0...2000, using: &random))))
            }
            mallory.receiving.sendControl { _ = log.write(of: 1, from: 1, into: &$0) }
        }
        #expect(liar.drops[.flood] > 3_000)
        #expect(liar.arrivals.map { $0.bitsPerSecond <= Budget.most } ?? false)
        #expect(mallory.shown.values.contains { !$0.isVideo && $0.numbers.count > 250 }, "they still hear")
        #expect(ben.shown.values.filter(\.isVideo).allSatisfy { $0.lastSize == 2 && $0.numbers.count > 400 })
    }

    @Test func joiningHasLimits() throws {
        let meeting = try Meeting()
        try meeting.join(1)
        #expect(throws: JoinFault.taken) { try meeting.join(1) }
        #expect(throws: JoinFault.noRoom) { try meeting.join(2, room: MediaRoomID(9)) }
        #expect(throws: JoinFault.offer(.transport)) {
            try meeting.engine.join(Meeting.room, MediaPeerID(3), offer: "v=0\r\n", sounds: 1, pictures: 1)
        }
        meeting.engine.close(Meeting.room)
        #expect(meeting.engine.isIdle)
    }

    /// What a muted microphone sends is dropped, and whoever hears it again afterwards has missed nothing.
    @Test func aMicrophoneThatIsSwitchedOnAgainLeavesNoHole() throws {
        let meeting = try Meeting()
        try meeting.join(1, sounds: 0, pictures: 0)
        let ben = try meeting.join(2, sounds: 1, pictures: 0)
        meeting.run(for: .seconds(4))
        func heard() throws -> [UInt64] { try #require(ben.shown.values.first { !$0.isVideo }).numbers }
        let before = try heard().count
        meeting.engine.silence(Meeting.room, MediaPeerID(1), .microphone, true)
        meeting.run(for: .seconds(3))
        let muted = try heard().count
        #expect(before > 50 && muted < before + 5)
        meeting.engine.silence(Meeting.room, MediaPeerID(1), .microphone, false)
        meeting.run(for: .seconds(2))
        let numbers = try heard()
        #expect(numbers.count > muted + 50)
        for (one, next) in zip(numbers, numbers.dropFirst()) { #expect(next == one + 1) }
    }
}
