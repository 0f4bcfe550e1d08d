import Testing

@testable import Media

/// Meetings of people whose browsers differ in what they have.
@Suite struct CodecTests {
    private func views(_ meeting: Meeting, of id: UInt64) -> [SlotView] {
        for event in meeting.events.reversed() {
            if case .slots(_, MediaPeerID(id), let views) = event { return views }
        }
        return []
    }

    private func pictures(_ person: Participant) -> [Participant.Shown] { person.shown.values.filter(\.isVideo) }

    /// AV1 is wanted most, but one who is there has not got it: who comes after sends what both have.
    @Test func whoComesSendsWhatAllWhoAreThereCanDecode() throws {
        let meeting = try Meeting(codecs: [.av1, .vp8, .h264])
        let ana = try meeting.join(1)
        #expect(ana.codec == .av1)
        try meeting.join(2, decoding: [.opus, .h264, .vp8])
        #expect(try meeting.join(3).codec == .vp8)
        meeting.engine.leave(Meeting.room, MediaPeerID(2))
        #expect(try meeting.join(4).codec == .av1)
    }

    /// What somebody cannot decode is not sent to them, is asked of nobody, and they are told why they see nothing.
    @Test func whatSomebodyCannotDecodeIsNotSent() throws {
        let meeting = try Meeting()
        let (ana, ben) = (try meeting.join(1), try meeting.join(2, decoding: [.opus, .vp8]))
        try meeting.join(3)
        ana.codec = .av1
        meeting.everybodyWatchesAll()
        meeting.run(for: .seconds(2))
        #expect(pictures(ben).allSatisfy { $0.types == [Codec.vp8.slotType] && $0.authors == [3] } && pictures(ben).count == 1)
        let foreign = views(meeting, of: 2).filter(\.isForeign)
        #expect(foreign.map(\.peer) == [ana.id] && foreign.allSatisfy { !$0.isPaused })
        #expect(pictures(meeting.people[2]).count == 2 && views(meeting, of: 3).allSatisfy { !$0.isForeign })
        // Ana is told once what all of them can decode.
        let asked = meeting.events.filter { if case .codec = $0 { true } else { false } }
        #expect(asked == [.codec(Meeting.room, ana.id, .camera, .vp8)])
        // Her page goes over to it, and they see her, from the first packet on without a hole.
        ana.codec = .vp8
        ana.beginAnew()
        meeting.run(for: .seconds(2))
        #expect(views(meeting, of: 2).allSatisfy { !$0.isForeign } && pictures(ben).flatMap(\.authors).sorted() == [1, 3])
        for shown in pictures(ben) + pictures(meeting.people[2]) {
            let numbers = shown.numbers.sorted()
            #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 + 1 == $1 })
        }
    }

    /// What this person was asked to go over to.
    private func asked(_ person: Participant, in meeting: Meeting) -> [Codec] {
        meeting.events.compactMap { if case .codec(_, person.id, .camera, let codec) = $0 { codec } else { nil } }
    }

    /// Each change costs a publisher a key frame, and everybody the picture for a moment.
    @Test func nobodyMakesOthersChangeTheirCodecAgainAndAgain() throws {
        let meeting = try Meeting()
        let (ana, ben) = (try meeting.join(1), try meeting.join(2))
        ana.codec = .av1
        meeting.everybodyWatchesAll()
        for codec in [Codec.vp8, .h264, .vp8, .h264] {
            try meeting.acceptAgain(ben, decoding: [.opus, codec])
            meeting.run(for: .seconds(1))
        }
        #expect(asked(ana, in: meeting).isEmpty, "what a browser can decode it has said at first")
        // By coming anew, each time with less.
        try meeting.join(3, decoding: [.opus, .vp8])
        meeting.everybodyWatchesAll()
        meeting.run(for: .seconds(2))
        #expect(asked(ana, in: meeting) == [.vp8])
        meeting.engine.leave(Meeting.room, MediaPeerID(3))
        try meeting.join(4, decoding: [.opus, .h264])
        meeting.everybodyWatchesAll()
        meeting.run(for: .seconds(25))
        #expect(asked(ana, in: meeting) == [.vp8])
        meeting.run(for: .seconds(5))
        #expect(asked(ana, in: meeting) == [.vp8, .h264])
    }

    /// While nothing is lost, everybody gets each sound once, whatever its
    /// sender does; afterwards those get it twice who can make use of it.
    @Test func soundsAreSentTwiceWhereSomethingIsLost() throws {
        let meeting = try Meeting(seed: 5)
        let ana = try meeting.join(1)
        ana.sendsRedundantly = true
        let (ben, eva) = (try meeting.join(2), try meeting.join(3, decoding: [.opus, .vp8]))
        for person in [ana, ben, eva] { person.sendsPictures = false }
        meeting.run(for: .seconds(3))
        func sounds(_ person: Participant) -> [Participant.Shown] { person.shown.values.filter { $0.authors == [1] } }
        #expect([ben, eva].allSatisfy { sounds($0).map(\.redundant) == [0] && sounds($0)[0].numbers.count > 120 })
        meeting.line = .init(loss: 10, delay: 5...5)
        meeting.run(for: .seconds(4))
        #expect(sounds(ben)[0].redundant > 100 && sounds(eva).map(\.redundant) == [0])
        #expect(sounds(eva)[0].types == [Codec.opus.slotType] && sounds(ben)[0].types == [Codec.opus.slotType, Codec.red.slotType])
        meeting.line = .init()
        meeting.run(for: .seconds(12))
        let before = sounds(ben)[0].redundant
        meeting.run(for: .seconds(2))
        #expect(sounds(ben)[0].redundant == before)
    }
}
