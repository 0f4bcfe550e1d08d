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

    private func troubles(_ meeting: Meeting) -> [Told] {
        meeting.events.compactMap { if case .trouble(_, let peer, let trouble) = $0 { Told(peer: peer, trouble: trouble) } else { nil } }
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
        meeting.people[1].saysLost = 20
        meeting.run(for: .seconds(6))
        #expect(troubles(meeting) == [Told(peer: Self.ben, trouble: .receiving)])
        meeting.people[1].saysLost = 0
        meeting.run(for: .seconds(12))
        #expect(troubles(meeting).last == Told(peer: Self.ben, trouble: nil))
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
        func isTold(_ found: LinkTrouble?) -> Bool { condition.note(found) }
        for _ in 0..<10 {
            #expect(!isTold(.sending))
            for _ in 0..<3 { #expect(!isTold(nil)) }
        }
        #expect(!isTold(.delay) && !isTold(.sending), "two that differ are no second time")
        #expect(isTold(.sending))
        for _ in 0..<3 { #expect(!isTold(nil)) }
        #expect(!isTold(.sending) && condition.told == .sending, "good three times is not good yet")
        for _ in 0..<3 { #expect(!isTold(nil)) }
        #expect(isTold(nil) && condition.told == nil)
    }
}
