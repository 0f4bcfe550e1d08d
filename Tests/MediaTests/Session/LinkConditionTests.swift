import Testing

@testable import Media

/// Whose connection is poor and why, as everybody is told, in simulated time.
@Suite struct LinkConditionTests {
    private static let ben = MediaPeerID(2)

    /// Three who see and hear each other.
    private func three(delay milliseconds: Int = 5, for duration: Duration = .seconds(6)) throws -> Meeting {
        let meeting = try Meeting()
        meeting.line.delay = milliseconds...milliseconds
        for id in 1...3 as ClosedRange<UInt64> { try meeting.join(id, sounds: 2, pictures: 2) }
        meeting.everybodyWatchesAll()
        meeting.run(for: duration)
        return meeting
    }

    private struct Told: Equatable {
        let peer: MediaPeerID
        let trouble: LinkTrouble?
    }

    /// What was told after everybody had come, of whom it is said that nothing is wrong.
    private func troubles(_ meeting: Meeting) -> [Told] {
        let told = meeting.events.compactMap { event -> Told? in
            if case .trouble(_, let peer, let trouble) = event { Told(peer: peer, trouble: trouble) } else { nil }
        }
        #expect(Set(told.prefix(3).map(\.peer.number)) == [1, 2, 3] && told.prefix(3).allSatisfy { $0.trouble == nil })
        return Array(told.dropFirst(3))
    }

    @Test func aGoodConnectionIsNotPoor() throws {
        let meeting = try three(for: .seconds(20))
        #expect(troubles(meeting).isEmpty)
    }

    @Test func whatIsLostOnTheWayHereIsTheSenders() throws {
        let meeting = try three()
        let ben = meeting.people[1]
        meeting.narrow = [NarrowLine(bitsPerSecond: 50_000_000)]
        meeting.leadsFrom[ben.publishing.path] = 0
        meeting.narrow[0].loss = 25
        meeting.run(for: .seconds(6))
        #expect(troubles(meeting) == [Told(peer: Self.ben, trouble: .sending)])
        meeting.narrow[0].loss = 0
        meeting.run(for: .seconds(10))
        #expect(troubles(meeting).last == Told(peer: Self.ben, trouble: nil) && troubles(meeting).count == 2)
    }

    @Test func whatIsLostOnTheWayThereIsTheReceivers() throws {
        let meeting = try three()
        meeting.narrow = [NarrowLine(bitsPerSecond: 50_000_000)]
        meeting.leadsTo[meeting.people[1].receiving.path] = 0
        meeting.narrow[0].loss = 25
        meeting.run(for: .seconds(6))
        #expect(troubles(meeting) == [Told(peer: Self.ben, trouble: .receiving)])
        meeting.narrow[0].loss = 0
        meeting.run(for: .seconds(10))
        #expect(troubles(meeting).last == Told(peer: Self.ben, trouble: nil) && troubles(meeting).count == 2)
    }

    /// What others send gets lost on its way here, and leaves holes in what everybody is sent: that is nothing of theirs.
    @Test func holesOfOthersAreNobodysLoss() throws {
        let meeting = try three()
        for one in meeting.people where one.id != Self.ben { one.saysLost = 25 }
        meeting.run(for: .seconds(8))
        #expect(troubles(meeting).isEmpty)
    }

    @Test func aWayWithoutRoomForPicturesIsNarrow() throws {
        let meeting = try three()
        meeting.narrow = [NarrowLine(bitsPerSecond: 150_000)]
        meeting.leadsTo[meeting.people[1].receiving.path] = 0
        meeting.run(for: .seconds(12))
        #expect(troubles(meeting).contains(Told(peer: Self.ben, trouble: .narrow)))
        #expect(troubles(meeting).allSatisfy { $0.peer == Self.ben })
    }

    @Test func aLongWayIsADelay() throws {
        #expect(troubles(try three(delay: 350, for: .seconds(20))).isEmpty)
        let meeting = try three(delay: 450, for: .seconds(20))
        #expect(Set(troubles(meeting).map(\.peer)).count == 3 && troubles(meeting).allSatisfy { $0.trouble == .delay })
    }

    @Test func whatComesAndGoesIsNotTold() {
        var condition = LinkCondition()
        func isTold(_ finding: LinkCondition.Finding) -> Bool { condition.note(finding) }
        for _ in 0..<10 {
            #expect(!isTold(.trouble(.sending)))
            for _ in 0..<3 { #expect(!isTold(.good)) }
        }
        #expect(!isTold(.trouble(.delay)) && isTold(.trouble(.narrow)), "something is wrong, whichever it is")
        #expect(!isTold(.trouble(.delay)) && !isTold(.trouble(.narrow)) && condition.told == .narrow, "and it is not told in turns")
        for _ in 0..<3 { #expect(!isTold(.good)) }
        #expect(!isTold(.trouble(.narrow)) && condition.told == .narrow, "good three times is not good yet")
        for _ in 0..<3 { #expect(!isTold(.good)) }
        #expect(isTold(.good) && condition.told == nil)
    }

    @Test func whatNobodyKnowsStaysAsItWasForAWhile() {
        var condition = LinkCondition()
        func isTold(_ finding: LinkCondition.Finding) -> Bool { condition.note(finding) }
        #expect(!isTold(.trouble(.sending)) && !isTold(.unknown) && isTold(.trouble(.sending)))
        for _ in 0..<9 { #expect(!isTold(.unknown)) }
        #expect(isTold(.unknown) && condition.told == nil)
    }

    @Test func aWindowOfPacketsIsCountedOnce() {
        var window = LossWindow()
        let start = Instant(nanoseconds: 0)
        for number in 0..<100 { window.note(expected: 1, arrived: number % 4 == 0 ? 0 : 1, at: start + .milliseconds(number)) }
        #expect(window.share(at: start + .milliseconds(899)) == nil)
        #expect(window.share(at: start + .seconds(1)) == 64)
        #expect(window.share(at: start + .seconds(2)) == nil)
        // A few packets of long ago and many of now are no window.
        for number in 0..<39 { window.note(expected: 1, arrived: 0, at: start + .seconds(2) + .milliseconds(number)) }
        #expect(window.share(at: start + .seconds(7)) == nil)
        window.note(expected: .max, arrived: 0, at: start + .seconds(8))
        window.note(expected: .max, arrived: .max, at: start + .seconds(8))
        #expect(window.share(at: start + .seconds(9)) == 0, "whatever somebody numbers, nothing runs over")
    }

    @Test func oneLateAnswerIsNoDelayAndAnOldOneNone() {
        var trip = RoundTrip()
        let start = Instant(nanoseconds: 0)
        for (second, milliseconds) in [(0, 30), (2, 900), (4, 40), (6, 900), (8, 950)] {
            trip.note(.milliseconds(milliseconds), at: start + .seconds(second))
        }
        #expect(trip.standing(at: start + .seconds(8)) == .milliseconds(900))
        #expect(trip.standing(at: start + .seconds(18)) == nil)
        trip.note(.milliseconds(40), at: start + .seconds(9))
        #expect((trip.standing(at: start + .seconds(9)) ?? .zero) < .milliseconds(800))
    }
}
