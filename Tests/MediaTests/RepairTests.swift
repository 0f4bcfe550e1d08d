import Testing

@testable import Media

// What changes when it is asked cannot stand in an expectation by itself.

private final class Demand {
    private var value: KeyframeDemand

    init(interval: Duration) {
        value = KeyframeDemand(interval: interval)
    }

    var deadline: Instant? { value.deadline }
    func want(urgently isUrgent: Bool = false, at now: Instant) -> Bool { value.want(urgently: isUrgent, at: now) }
    func poll(at now: Instant) -> Bool { value.poll(at: now) }
    func fulfil() { value.fulfil() }
}

private final class Missing {
    var value = MissingPackets()

    func note(_ sequence: UInt16, at now: Instant) -> MissingPackets.Arrival { value.note(sequence, at: now) }
}

@Suite struct KeyframeDemandTests {
    @Test func manyWhoNeedOneMakeOneRequest() {
        let demand = Demand(interval: .milliseconds(500))
        let asked = (0..<100).map { demand.want(at: .at(.milliseconds($0))) }
        #expect(asked == [true] + [Bool](repeating: false, count: 99))
    }

    @Test func aRequestThatIsNotHeardIsRepeated() {
        let demand = Demand(interval: .milliseconds(500))
        #expect(demand.want(at: .at(.zero)))
        #expect(demand.deadline == .at(.seconds(1)) && !demand.poll(at: .at(.milliseconds(999))))
        #expect(demand.poll(at: .at(.seconds(1))) && demand.deadline == .at(.seconds(2)))
        demand.fulfil()
        #expect(demand.deadline == nil && !demand.poll(at: .at(.seconds(9))))
    }

    /// §4.13 of the threat list, 10: a subscriber who asks all the time does not make a publisher send whole pictures all the time.
    @Test func nobodyMakesAPublisherSendOneAfterTheOther() {
        let demand = Demand(interval: .milliseconds(500))
        var requests = 0
        for millisecond in 0..<10_000 {
            if demand.want(urgently: true, at: .at(.milliseconds(millisecond))) {
                requests += 1
                demand.fulfil()
            }
        }
        #expect(requests <= 40)
    }

    @Test func whoSeesNothingNeedNotWait() {
        let demand = Demand(interval: .seconds(1))
        #expect(demand.want(at: .at(.zero)))
        demand.fulfil()
        #expect(!demand.want(at: .at(.milliseconds(100))))
        #expect(demand.want(urgently: true, at: .at(.milliseconds(101))))
        demand.fulfil()
        #expect(!demand.want(urgently: true, at: .at(.milliseconds(102))) && demand.deadline == .at(.milliseconds(1101)))
    }
}

@Suite struct MissingPacketsTests {
    private func asked(_ missing: Missing, at milliseconds: Int, roundTrip: Int = 10) -> (sequences: [UInt16], isWhole: Bool) {
        var sequences: [UInt16] = []
        let isWhole = missing.value.ask(at: .at(.milliseconds(milliseconds)), roundTrip: .milliseconds(roundTrip), into: &sequences)
        return (sequences, isWhole)
    }

    @Test func whatIsOnlyLateIsNotAskedFor() {
        let missing = Missing()
        #expect(missing.note(65_534, at: .at(.zero)) == .next && missing.note(1, at: .at(.zero)) == .next)
        #expect(asked(missing, at: 14).sequences == [])
        #expect(missing.note(0, at: .at(.milliseconds(14))) == .late)
        #expect(missing.value.deadline == .at(.milliseconds(15)) && asked(missing, at: 15).sequences == [65_535])
    }

    @Test func itIsAskedForFiveTimesAndThenGivenUp() {
        let missing = Missing()
        _ = missing.note(1, at: .at(.zero))
        _ = missing.note(3, at: .at(.zero))
        var times: [Int] = []
        for millisecond in 0..<1_000 {
            let (sequences, isWhole) = asked(missing, at: millisecond, roundTrip: 50)
            if sequences == [2] { times.append(millisecond) }
            #expect(isWhole == (millisecond != 265), "\(millisecond)")
        }
        #expect(times == [15, 65, 115, 165, 215] && missing.value.deadline == nil)
    }

    @Test func aGreatGapIsLeftToAWholePicture() {
        let missing = Missing()
        _ = missing.note(1, at: .at(.zero))
        #expect(missing.note(102, at: .at(.zero)) == .next)
        #expect(missing.note(104, at: .at(.zero)) == .beyondRepair)
        #expect(missing.value.deadline == nil && missing.note(105, at: .at(.zero)) == .next)
    }

    @Test func aWholePictureMakesNeedlessWhatCameBefore() {
        let missing = Missing()
        _ = missing.note(1, at: .at(.zero))
        _ = missing.note(4, at: .at(.zero))
        _ = missing.note(6, at: .at(.zero))
        missing.value.forget(before: 4)
        #expect(asked(missing, at: 100).sequences == [5])
    }
}

@Suite struct PacketBufferTests {
    private func kept(_ buffer: PacketBuffer, _ number: UInt64) -> [UInt8]? {
        buffer.withPacket(number) { bytes in (0..<bytes.byteCount).map { bytes.byte(at: $0) } }
    }

    @Test func theLastPacketsAreKeptAndOlderOnesNot() {
        let buffer = PacketBuffer(capacity: 4)
        for number in 10..<16 as Range<UInt64> { buffer.keep([UInt8(number), 1, 2].span.bytes, as: number) }
        #expect(kept(buffer, 15) == [15, 1, 2] && kept(buffer, 12) == [12, 1, 2])
        #expect(kept(buffer, 11) == nil && kept(buffer, 16) == nil)
        // One that comes late does not displace the newer one that has its place.
        buffer.keep([9].span.bytes, as: 11)
        #expect(kept(buffer, 15) == [15, 1, 2])
    }

    @Test func whatIsTooLongIsNotKept() {
        let buffer = PacketBuffer(capacity: 2)
        let longest = [UInt8](repeating: 1, count: PacketBuffer.longest)
        buffer.keep(longest.span.bytes, as: 1)
        buffer.keep((longest + [1]).span.bytes, as: 2)
        #expect(kept(buffer, 1) == longest && kept(buffer, 2) == nil)
    }
}

@Suite struct RetransmissionTests {
    @Test func theFirstNumberStandsBeforeThePayload() {
        let bytes = written { _ = Retransmission.begin(0x1234, into: &$0) }
        let original = Retransmission.original(of: (bytes + [9]).span.bytes)
        let probe = Retransmission.original(of: [UInt8]().span.bytes)
        #expect(bytes == [0x12, 0x34] && original == 0x1234 && probe == nil)
    }
}
