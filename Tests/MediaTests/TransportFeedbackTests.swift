import Testing

@testable import Media

@Suite struct TransportFeedbackTests {
    struct Told: Equatable {
        let sequence: UInt16
        let arrival: Int64?
    }

    static func read(_ bytes: [UInt8]) throws -> (feedback: TransportFeedback, told: [Told]) {
        let blocks = try RTCPTests.blocks(bytes)
        let message = blocks.first.flatMap { TransportFeedback($0, in: bytes.span.bytes) }
        let feedback = try #require(message)
        var told: [Told] = []
        feedback.forEach(in: bytes.span.bytes) { told.append(Told(sequence: $0, arrival: $1)) }
        return (feedback, told)
    }

    /// One chunk of each kind, arrivals that go forward and back, and the padding that Chromium writes.
    @Test func eachKindOfChunkIsUnderstood() throws {
        // Two missing, then near, missing, near and eleven missing in one bit, then near, far, near and near in two bits.
        let bytes = hex("afcd0008 00000001 00000002 fffe0014 000002 07 0002 a800 d940 04 08 0c fff0 10 00 000003")
        #expect(bytes.count == 36)
        let (feedback, told) = try Self.read(bytes)
        #expect(feedback.sender == 1 && feedback.source == 2 && feedback.first == 65_534 && feedback.count == 20 && feedback.number == 7)
        #expect(told.count == 20 && told.map(\.sequence) == (0..<20).map { UInt16(truncatingIfNeeded: 65_534 + $0) })
        let arrivals = told.compactMap { told in told.arrival.map { (told.sequence, $0) } }
        #expect(arrivals.map(\.0) == [0, 2, 14, 15, 16, 17] && arrivals.map(\.1) == [516, 524, 536, 520, 536, 536])
    }

    @Test(arguments: [
        ("no packets", "8fcd0005 00000001 00000002 00000000 00000000 20010000"),
        ("more than anybody sends", "8fcd0005 00000001 00000002 00001001 00000000 1fff0000"),
        ("chunks that describe too few", "8fcd0005 00000001 00000002 00000009 00000000 00040004"),
        ("a run of none", "8fcd0005 00000001 00000002 00000001 00000000 20000000"),
        ("a reserved symbol in a run", "8fcd0005 00000001 00000002 00000001 00000000 60010000"),
        ("a reserved symbol among others", "8fcd0005 00000001 00000002 00000007 00000000 f0000000"),
        ("arrivals that are not there", "8fcd0005 00000001 00000002 00000003 00000000 20030000"),
        ("too short", "8fcd0004 00000001 00000002 00000001 00000000"),
    ])
    func whatContradictsItselfIsRefused(what: String, bytes: String) throws {
        let bytes = hex(bytes)
        #expect(TransportFeedback(try RTCPTests.blocks(bytes)[0], in: bytes.span.bytes) == nil)
    }

    /// What is behind the last packet does not count, however odd it is.
    @Test func aReservedSymbolBehindTheEndIsNotRead() throws {
        let bytes = hex("8fcd0005 00000001 00000002 00000001 00000000 d7ff0500")
        #expect(try Self.read(bytes).told == [Told(sequence: 0, arrival: 5)])
    }

    /// The log against what really arrived: with loss, disorder, duplicates, pauses and turns of the numbers, every arrival is told
    /// right, to a quarter of a millisecond, and every loss is told as one.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func everyArrivalIsToldAsItWas(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var log = ArrivalLog()
        var arrived: [Int: Int64] = [:]
        var told: [Int: Int64?] = [:]
        var inFlight: [(due: Duration, number: Int)] = []
        var number = Int.random(in: 0..<65_536, using: &random)
        let first = number
        var time: Duration = .seconds(1)
        var feedbacks = 0
        for tick in 0..<4_000 {
            time += .microseconds(Int.random(in: 0...20_000, using: &random))
            if Int.random(in: 0..<500, using: &random) == 0 { time += .seconds(.random(in: 1...20, using: &random)) }
            number += 1
            let isLost = tick > 0 && Int.random(in: 0..<100, using: &random) < 10
            if !isLost { inFlight.append((time + .microseconds(tick == 0 ? 0 : Int.random(in: 0...30_000, using: &random)), number)) }
            if !isLost, Int.random(in: 0..<50, using: &random) == 0 { inFlight.append((time + .milliseconds(40), number)) }
            for arrival in inFlight.filter({ $0.due <= time }).sorted(by: { $0.due < $1.due }) {
                log.note(UInt16(truncatingIfNeeded: arrival.number), at: Instant(nanoseconds: 0) + arrival.due)
                if arrived[arrival.number] == nil { arrived[arrival.number] = (arrival.due / .nanoseconds(1)).ticks }
            }
            inFlight.removeAll { $0.due <= time }
            guard tick % 20 == 19 || tick == 3_999 else { continue }
            while log.hasNews {
                let bytes = written(capacity: 1200) { _ = log.write(of: 2, from: 1, into: &$0) }
                let (feedback, statuses) = try Self.read(bytes)
                #expect(feedback.number == UInt8(truncatingIfNeeded: feedbacks))
                feedbacks += 1
                for status in statuses {
                    // The full number is the one nearest to what was sent last.
                    let wide = number - Int(UInt16(truncatingIfNeeded: number) &- status.sequence)
                    if let arrival = status.arrival { told[wide] = arrival } else if told[wide] == nil { told[wide] = .some(nil) }
                }
            }
        }
        let highest = try #require(arrived.keys.max())
        for number in first + 1...highest {
            let statement = try #require(told[number], "packet \(number - first) was not told")
            #expect(statement == arrived[number], "packet \(number - first)")
        }
    }

    @Test func manyLossesAreToldInFewBytes() throws {
        var log = ArrivalLog()
        log.note(0, at: .at(.zero))
        log.note(399, at: .at(.milliseconds(5)))
        let bytes = written { _ = log.write(of: 2, from: 1, into: &$0) }
        #expect(bytes.count == 28)
        let told = try Self.read(bytes).told
        #expect(told.count == 400 && told.filter { $0.arrival != nil }.map(\.sequence) == [0, 399])
        #expect(!log.hasNews && written { _ = log.write(of: 2, from: 1, into: &$0) }.isEmpty)
    }

    @Test func aLeapOfTheNumbersForgetsWhatIsTooLongAgo() throws {
        var log = ArrivalLog()
        log.note(0, at: .at(.zero))
        log.note(30_000, at: .at(.milliseconds(5)))
        var told: [Told] = []
        while log.hasNews {
            let bytes = written { _ = log.write(of: 2, from: 1, into: &$0) }
            told += try Self.read(bytes).told
        }
        #expect(told.count == Int(ArrivalLog.length) && told.last?.sequence == 30_000 && told.last?.arrival != nil)
        log.note(1, at: .at(.milliseconds(6)))
        #expect(!log.hasNews)
    }
}

extension Double {
    fileprivate var ticks: Int64 { Int64(self) / 250_000 }
}
