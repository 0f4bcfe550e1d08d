import Testing

@testable import Media

extension Participant.Shown {
    /// Whether each number came once, without a hole.
    var isUnbroken: Bool {
        let sorted = numbers.sorted()
        guard let first = sorted.first, let last = sorted.last else { return false }
        return Set(numbers).count == numbers.count && Int(last - first) + 1 == numbers.count
    }
}

extension Meeting {
    /// Whom the slots of somebody show, as it was told last.
    fileprivate func views(of id: UInt64) -> [SlotView] {
        for event in events.reversed() {
            if case .slots(_, MediaPeerID(id), let views) = event { return views }
        }
        return []
    }
}

/// What there was of a participant, if it is still there.
private final class Remnants {
    private weak var publisher: Publisher?
    private weak var subscriber: Subscriber?
    private weak var publication: Publication?
    private weak var slot: Slot?

    init(_ member: Room.Member?) {
        (publisher, subscriber) = (member?.publisher, member?.subscriber)
        (publication, slot) = (member?.publisher?.publications.first, member?.subscriber.slots.first)
    }

    var areAllThere: Bool { publisher != nil && subscriber != nil && publication != nil && slot != nil }
    var areGone: Bool { publisher == nil && subscriber == nil && publication == nil && slot == nil }
}

/// Whole meetings through the engine, as browsers would have them.
@Suite struct MeetingTests {
    private func meeting(of count: UInt64, seed: UInt64 = 1, _ change: (Meeting) -> Void = { _ in }) throws -> Meeting {
        let meeting = try Meeting(seed: seed)
        change(meeting)
        for id in 1...count { try meeting.join(id) }
        meeting.everybodyWatchesAll()
        return meeting
    }

    @Test(arguments: Codec.pictures) func everybodySeesAndHearsEverybodyElse(codec: Codec) throws {
        let meeting = try meeting(of: 3)
        for person in meeting.people { person.codec = codec }
        meeting.people[1].isSpeaking = true
        meeting.run(for: .seconds(5))
        for person in meeting.people {
            let others = Set(meeting.people.map { UInt8($0.id.number) }).subtracting([UInt8(person.id.number)])
            let (sounds, pictures) = (person.shown.values.filter { !$0.isVideo }, person.shown.values.filter(\.isVideo))
            #expect(Set(sounds.flatMap(\.authors)) == others && Set(pictures.flatMap(\.authors)) == others)
            #expect(person.shown.values.allSatisfy { $0.isUnbroken && $0.authors.count == 1 && $0.reports >= 2 })
            #expect(sounds.allSatisfy { $0.numbers.count > 220 } && pictures.allSatisfy { $0.numbers.count > 90 && $0.keyframes > 0 })
            #expect(pictures.allSatisfy { $0.types == [codec.slotType] })
            // Feedback that the browser's own estimate lives on.
            #expect(person.feedbacks > 50)
        }
        #expect(meeting.events.contains(.speakers(Meeting.room, [MediaPeerID(2)])))
        #expect(meeting.events.contains(.connection(Meeting.room, MediaPeerID(3), .receiving, .connected)))
        let views = meeting.views(of: 1)
        #expect(views.compactMap(\.peer).map(\.number).sorted() == [2, 2, 3, 3])
    }

    @Test(
        "Whose check and greeting come before their description is connected with it, and sends neither again", arguments: [false, true])
    func checksBeforeTheDescription(isPassive: Bool) throws {
        let meeting = try Meeting()
        try meeting.join(1)
        let pia = try meeting.join(2, isPassive: isPassive, accepts: false)
        pia.receiving.greetsAt = .milliseconds(30)
        meeting.run(for: .milliseconds(20))
        // Somebody who knows the address, and no key, sends the end of a handshake that has not begun, and rubbish.
        let alert: [UInt8] = [21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 40]
        for _ in 1...5 { meeting.hand(alert, on: pia.receiving.path) }
        meeting.hand([22] + [UInt8](repeating: 0xFF, count: 40), on: pia.receiving.path)
        meeting.run(for: .milliseconds(20))
        pia.receiving.isSilent = true
        #expect(!pia.receiving.isConnected)
        try meeting.accept(pia, isPassive: isPassive)
        meeting.run(for: .milliseconds(60))
        #expect(pia.receiving.isConnected)
    }

    @Test("Whoever checked under another name than the description's has taken nobody's place")
    func checksUnderAnotherName() throws {
        let meeting = try Meeting()
        let pia = try meeting.join(1, accepts: false)
        meeting.run(for: .milliseconds(20))
        #expect(throws: JoinFault.offer(.mismatch)) { try meeting.accept(pia, as: "other") }
        meeting.run(for: .seconds(2))
        #expect(!pia.receiving.isConnected)
    }

    /// Some that answer an ICE-lite side wait to be spoken to (Pion does): then the server begins the handshake, on either connection.
    @Test func whoWaitsForTheHandshakeIsSpokenTo() throws {
        let meeting = try Meeting()
        try meeting.join(1)
        let pia = try meeting.join(2, isPassive: true)
        meeting.everybodyWatchesAll()
        meeting.run(for: .seconds(2))
        #expect(pia.publishing.isConnected && pia.receiving.isConnected)
        let found = [meeting.people[0], pia].map { $0.shown.values.contains { $0.isVideo && $0.numbers.count > 20 } }
        #expect(found == [true, true])
    }

    /// Our reports name the moment they were sent at, and theirs name ours.
    @Test func howLongTheWayTakesIsKnown() throws {
        let meeting = try meeting(of: 2) { $0.line.delay = 40...40 }
        meeting.run(for: .seconds(5))
        let found = meeting.engine.rooms[Meeting.room]?.member(MediaPeerID(1))?.subscriber.roundTrip
        let roundTrip = try #require(found)
        #expect((Duration.milliseconds(75)...Duration.milliseconds(95)).contains(roundTrip.latest) && !roundTrip.isQueued, "\(roundTrip)")
        meeting.line.delay = 200...200
        meeting.run(for: .seconds(8))
        let queued = meeting.engine.rooms[Meeting.room]?.member(MediaPeerID(1))?.subscriber.roundTrip
        #expect(queued?.isQueued == true, "\(String(describing: queued))")
    }

    @Test("Nothing stays in memory of whoever has left, nor of a meeting that is over") func whoeverLeavesIsForgotten() throws {
        let meeting = try meeting(of: 3)
        meeting.run(for: .seconds(2))
        let remnants = (1...3).map { Remnants(meeting.engine.rooms[Meeting.room]?.member(MediaPeerID($0))) }
        #expect(remnants.allSatisfy { $0.areAllThere })
        meeting.engine.leave(Meeting.room, MediaPeerID(2))
        #expect(remnants[1].areGone && remnants[0].areAllThere && remnants[2].areAllThere)
        meeting.engine.close(Meeting.room)
        #expect(remnants.allSatisfy { $0.areGone })
    }

    /// What is lost on either way comes again; nobody sees a hole, and nothing twice.
    @Test(arguments: zip(Codec.pictures, 0..<4 as Range<UInt64>))
    func whatIsLostIsRepeated(codec: Codec, seed: UInt64) throws {
        let meeting = try meeting(of: 3, seed: seed)
        for person in meeting.people { person.codec = codec }
        meeting.run(for: .seconds(2))
        meeting.line = .init(loss: 5, duplicates: 3, delay: 20...45)
        meeting.run(for: .seconds(6))
        meeting.line = .init(loss: 0, delay: 20...45)
        meeting.run(for: .seconds(2))
        for slot in meeting.people.flatMap(\.shown.values) where slot.isVideo {
            let holes = Int((slot.numbers.max() ?? 0) - (slot.numbers.min() ?? 0)) + 1 - Set(slot.numbers).count
            #expect(holes * 200 <= slot.numbers.count, "\(holes) of \(slot.numbers.count)")
            #expect(slot.numbers.count > 150)
        }
        for slot in meeting.people.flatMap(\.shown.values) where !slot.isVideo {
            #expect(Set(slot.numbers).count == slot.numbers.count, "a sound came twice")
        }
    }

    /// Another person in the same slot: its numbers go on, its first picture is a whole one, and not a word of SDP was said.
    @Test func aSlotChangesHandsWithoutSDP() throws {
        let meeting = try Meeting()
        for id in 1...3 as ClosedRange<UInt64> { try meeting.join(id, pictures: 1) }
        let ana = meeting.people[0]
        meeting.engine.watch(Meeting.room, ana.id, [PictureWish(MediaPeerID(2), .camera)], at: .at(.zero))
        meeting.run(for: .seconds(3))
        meeting.engine.watch(Meeting.room, ana.id, [PictureWish(MediaPeerID(3), .camera)], at: .at(meeting.elapsed))
        let before = ana.shown.values.first(where: \.isVideo)?.numbers.count ?? 0
        meeting.run(for: .milliseconds(300))
        let found = ana.shown.values.first(where: \.isVideo)
        let slot = try #require(found)
        #expect(slot.authors == [2, 3] && slot.isUnbroken && slot.numbers.count > before && slot.keyframes >= 2)
    }

    /// More people than slots for sounds: those are heard who spoke last, and a silent one makes room.
    @Test func whoSpeaksIsHeardInALargeRoom() throws {
        let meeting = try Meeting()
        for id in 1...6 as ClosedRange<UInt64> { try meeting.join(id, sounds: 2, pictures: 0).sendsPictures = false }
        meeting.run(for: .seconds(1))
        let ana = meeting.people[0]
        for speaker in [4, 5, 6, 3] {
            for person in meeting.people { person.isSpeaking = person.id == MediaPeerID(UInt64(speaker)) }
            meeting.run(for: .milliseconds(1600))
            let views = meeting.views(of: 1)
            #expect(views.contains { $0.peer == MediaPeerID(UInt64(speaker)) }, "\(speaker) is not heard")
        }
        #expect(ana.shown.count == 2 && ana.shown.values.allSatisfy { Set($0.numbers).count == $0.numbers.count })
        #expect(ana.shown.values.flatMap(\.authors).contains(3))
    }

    /// Sound first: when there is little room the pictures get smaller or stop, and nobody misses a word.
    @Test func littleRoomCostsPicturesBeforeSound() throws {
        let meeting = try meeting(of: 3) { $0.tellsArrivals = false }
        meeting.run(for: .seconds(6))
        let ana = meeting.people[0]
        #expect(ana.shown.values.filter(\.isVideo).allSatisfy { $0.lastSize > 0 }, "there was room for more than the smallest")
        (ana.estimate, ana.saysLost) = (250_000, 12)
        meeting.run(for: .seconds(4))
        #expect(ana.shown.values.filter(\.isVideo).allSatisfy { $0.lastSize == 0 })
        #expect(ana.shown.values.filter { !$0.isVideo }.allSatisfy { $0.isUnbroken })
        // Nobody else pays for it.
        #expect(meeting.people[1].shown.values.filter(\.isVideo).contains { $0.lastSize > 0 })
        (ana.estimate, ana.saysLost) = (nil, 0)
        meeting.run(for: .seconds(15))
        #expect(ana.shown.values.filter(\.isVideo).contains { $0.lastSize > 0 })
    }

    /// People are told that a picture pauses, and no longer than it does.
    @Test func aPauseIsToldAndSoIsItsEnd() throws {
        let meeting = try meeting(of: 2) { $0.tellsArrivals = false }
        func isPaused() -> Bool { meeting.views(of: 1).contains(where: \.isPaused) }
        meeting.run(for: .seconds(3))
        #expect(!isPaused(), "what was asked for before there was a way pauses no more")
        (meeting.people[0].estimate, meeting.people[0].saysLost) = (45_000, 12)
        meeting.run(for: .seconds(3))
        #expect(isPaused())
        (meeting.people[0].estimate, meeting.people[0].saysLost) = (nil, 0)
        meeting.run(for: .seconds(20))
        #expect(!isPaused())
    }

    /// Packets come unevenly to a busy machine, and its estimate falls and falls. Nothing is lost and nothing queued: it sees pictures.
    @Test func aBusyMachineStillSeesPictures() throws {
        let meeting = try meeting(of: 2) { $0.tellsArrivals = false }
        meeting.run(for: .seconds(3))
        meeting.people[0].estimate = 45_000
        meeting.run(for: .seconds(10))
        let paused = meeting.views(of: 1).filter(\.isPaused)
        #expect(paused.isEmpty)
    }

    /// Who could not be told anything for a while is told again whom they see, and what is wanted of them.
    @Test func whoComesBackIsToldAgain() throws {
        let meeting = try Meeting()
        for id in 1...2 as ClosedRange<UInt64> { try meeting.join(id) }
        meeting.everybodyWatchesAll(encoding: 0)
        meeting.run(for: .seconds(7))
        func told() -> [MediaEvent] {
            meeting.events.filter {
                switch $0 {
                case .slots(_, MediaPeerID(1), _), .encodings(_, MediaPeerID(1), _, _): true
                default: false
                }
            }
        }
        let before = told()
        meeting.run(for: .seconds(1))
        #expect(told() == before, "nothing has changed")
        meeting.engine.remind(Meeting.room, MediaPeerID(1))
        meeting.run(for: .milliseconds(300))
        let again = told().dropFirst(before.count)
        #expect(again.contains(.encodings(Meeting.room, MediaPeerID(1), .camera, 1)))
        #expect(again.contains(.slots(Meeting.room, MediaPeerID(1), meeting.views(of: 1))) && again.count == 2)
    }

    /// An encoding that nobody wants is not sent: fewer after a while, more at once.
    @Test func whatNobodyWantsIsNotAskedFor() throws {
        let meeting = try Meeting()
        for id in 1...2 as ClosedRange<UInt64> { try meeting.join(id) }
        meeting.everybodyWatchesAll(encoding: 0)
        func told() -> [Int] {
            meeting.events.compactMap { event -> Int? in
                guard case .encodings(_, MediaPeerID(1), .camera, let count) = event else { return nil }
                return count
            }
        }
        meeting.run(for: .seconds(4))
        #expect(told().isEmpty)
        meeting.run(for: .seconds(2))
        #expect(told() == [1])
        meeting.everybodyWatchesAll(encoding: 2)
        meeting.run(for: .milliseconds(300))
        #expect(told() == [1, 3])
    }

    @Test func whoLeavesIsGoneForAll() throws {
        let meeting = try meeting(of: 3)
        meeting.run(for: .seconds(2))
        let gone = meeting.people[2]
        meeting.engine.leave(Meeting.room, gone.id)
        meeting.run(for: .milliseconds(100))
        #expect(gone.publishing.isEnded && gone.receiving.isEnded, "its browser heard goodbye")
        let count = meeting.sent[gone.receiving.path] ?? 0
        meeting.run(for: .seconds(1))
        #expect(meeting.sent[gone.receiving.path] == count && meeting.engine.connectionCount == 4)
    }

    /// A telephone goes from one network to the other: the sound goes along with the next check.
    @Test func aChangeOfNetworkIsFollowed() throws {
        let meeting = try meeting(of: 2)
        meeting.run(for: .seconds(3))
        let ana = meeting.people[0]
        let found = ana.shown.first { !$0.value.isVideo }?.key
        let sound = try #require(found)
        ana.receiving.path = Meeting.path(77, port: 9000)
        ana.publishing.path = Meeting.path(77, port: 9001)
        meeting.run(for: .seconds(3))
        let before = ana.shown[sound]?.numbers.count ?? 0
        meeting.run(for: .seconds(1))
        #expect((ana.shown[sound]?.numbers.count ?? 0) > before + 40)
        #expect(meeting.people[1].shown.values.contains { $0.numbers.count > 200 && !$0.isVideo })
    }

    /// ICE begins anew on another network: everybody goes on hearing, with the same keys and the same numbers.
    @Test func aRestartIsHeardByNobody() throws {
        let meeting = try meeting(of: 2)
        meeting.run(for: .seconds(2))
        let (ana, ben) = (meeting.people[0], meeting.people[1])
        try meeting.restart(ana, at: 88)
        meeting.run(for: .seconds(2))
        for person in [ana, ben] {
            let sounds = person.shown.values.filter { !$0.isVideo }
            // What was on its way to the old address is lost; the name that comes first finds the new one.
            #expect(sounds.count == 1 && sounds.allSatisfy { $0.numbers.count > 180 })
        }
        #expect(meeting.engine.connectionCount == 4)
        try meeting.restart(ana, at: 89)
        try meeting.restart(ana, at: 90)
        meeting.run(for: .seconds(1))
        #expect(ben.shown.values.filter { !$0.isVideo }.allSatisfy { $0.numbers.count > 220 })
    }

    /// Who comes with another certificate is another person, and takes over nobody's connection.
    @Test func aRestartChangesNoCertificate() throws {
        let meeting = try meeting(of: 1)
        #expect(throws: JoinFault.offer(.mismatch)) {
            try meeting.engine.restartPublishing(Meeting.room, MediaPeerID(1), offer: BrowserOffer.text())
        }
        #expect(throws: JoinFault.noRoom) { try meeting.engine.restartReceiving(Meeting.room, MediaPeerID(2)) }
    }

    /// Who says nothing for thirty seconds is sent nothing (RFC 7675 §5.1), and people are told before.
    @Test func silenceEndsConsent() throws {
        let meeting = try meeting(of: 2)
        for person in meeting.people { person.sendsPictures = false }
        meeting.run(for: .seconds(1))
        let ana = meeting.people[0]
        ana.receiving.isSilent = true
        meeting.run(for: .seconds(29))
        #expect(meeting.events.contains(.connection(Meeting.room, ana.id, .receiving, .doubtful)))
        let before = meeting.sent[ana.receiving.path] ?? 0
        #expect(before > 1_000)
        meeting.run(for: .seconds(2))
        let after = meeting.sent[ana.receiving.path] ?? 0
        meeting.run(for: .seconds(2))
        #expect(meeting.sent[ana.receiving.path] == after)
        // Its next check brings everything back.
        ana.receiving.isSilent = false
        meeting.run(for: .seconds(3))
        #expect(meeting.sent[ana.receiving.path] ?? 0 > after + 40)
    }
}
