import Testing

@testable import Media

@Suite struct QueueMeterTests {
    private var meter = QueueMeter()

    /// A packet every 10 ms, as long on its way as it says, by a clock that began at another time.
    private mutating func hear(_ delays: [Int64], from start: Int64, bytes: Int = 1250) {
        for (place, delay) in delays.enumerated() {
            let sent = start + Int64(place) * 10_000
            meter.note(sentAt: sent, arrival: sent + 7_000_000_000 + delay * 1000, bytes: bytes, at: .at(.microseconds(sent)))
        }
    }

    /// Most packets are late to a busy machine, all of them after a queue.
    @Test mutating func aQueueHoldsUpAllPackets() {
        #expect(meter.queue == nil && meter.bitsPerSecond == nil)
        hear([Int64](repeating: 20, count: 40), from: 0)
        #expect(meter.queue == .zero)
        hear((0..<40).map { $0 % 10 == 0 ? 20 : 200 }, from: 400_000)
        #expect(meter.queue == .zero)
        hear([Int64](repeating: 120, count: 40), from: 800_000)
        #expect(meter.queue == .milliseconds(100))
    }

    @Test mutating func whatArrivesIsCountedByTheReceiversClock() throws {
        hear([Int64](repeating: 20, count: 100), from: 0)
        let rate = try #require(meter.bitsPerSecond)
        #expect((990_000...1_010_000).contains(rate))
        // Nothing was sent for a minute: that is no rate.
        hear([Int64](repeating: 20, count: 3), from: 61_000_000)
        #expect(meter.bitsPerSecond == rate)
    }

    /// A telephone that went to a slower network, and a clock that drifts: what was fastest long ago is forgotten.
    @Test mutating func aSlowerWayIsNoQueueForEver() {
        hear([Int64](repeating: 20, count: 40), from: 0)
        for second in 1..<59 as Range<Int64> { hear([400, 400], from: second * 1_000_000) }
        #expect(meter.queue == .milliseconds(380))
        for second in 60..<182 as Range<Int64> { hear([400, 400], from: second * 1_000_000) }
        #expect(meter.queue == .zero)
    }

    @Test mutating func aQueueOfOthersIsTakenForGranted() {
        hear([Int64](repeating: 20, count: 40), from: 0)
        hear([Int64](repeating: 220, count: 40), from: 400_000)
        meter.takeForGranted(at: .at(.milliseconds(800)))
        #expect(meter.queue == .zero)
        hear([Int64](repeating: 320, count: 40), from: 1_200_000)
        #expect(meter.queue == .milliseconds(100))
    }
}

@Suite struct DeparturesTests {
    /// Each packet is told of once, as long as it is among the last 1,024, also when the numbers begin again.
    @Test func whatWasSentIsKnownOnce() {
        var departures = Departures()
        for place in 0..<70_000 {
            let number = departures.note(place % 1200 + 1, at: .at(.milliseconds(place)))
            #expect(number == UInt16(truncatingIfNeeded: place))
        }
        let last = UInt16(truncatingIfNeeded: 69_999)
        let found = departures.take(last, at: .at(.seconds(70)))
        #expect(found?.bytes == 69_999 % 1200 + 1 && found?.sentAt == Instant.at(.milliseconds(69_999)).nanoseconds / 1000)
        #expect(departures.take(last, at: .at(.seconds(70))) == nil, "told of before")
        #expect(departures.take(last &- 1023, at: .at(.seconds(70))) != nil)
        #expect(departures.take(last &- 1024, at: .at(.seconds(70))) == nil && departures.take(last &+ 1, at: .at(.seconds(70))) == nil)
    }

    /// The clock of microseconds runs over after 71 minutes; what was sent a moment before is a moment old.
    @Test func theClockRunsOver() {
        for minutes in 60...80 {
            var departures = Departures()
            let sent = Duration.seconds(minutes * 60)
            let number = departures.note(100, at: .at(sent))
            #expect(departures.take(number, at: .at(sent + .milliseconds(30)))?.sentAt == Instant.at(sent).nanoseconds / 1000)
        }
    }
}

@Suite struct ProbeTests {
    private typealias Probe = ArrivalBudget.Probe

    @Test func howFarPacketsArePulledApartTellsWhatTheWayCarries() {
        var probe = Probe(first: 65_530, at: .at(.zero))
        for place in 0..<Probe.packets {
            #expect(probe.result(at: .at(.milliseconds(10))) == nil)
            probe.note(65_530 &+ UInt16(place), arrival: Int64(place) * 5_000, bytes: 312)
        }
        probe.note(20, arrival: 9_000_000, bytes: 1200)
        #expect(probe.result(at: .at(.milliseconds(10))) == 312 * 8 * 200)
    }

    @Test func tooFewPacketsTellNothing() {
        var probe = Probe(first: 0, at: .at(.zero))
        for place in 0..<Probe.packets * 3 / 4 - 1 { probe.note(UInt16(place), arrival: Int64(place), bytes: 312) }
        #expect(probe.result(at: .at(.milliseconds(1999))) == nil && probe.result(at: .at(Probe.patience)) == 0)
    }
}
