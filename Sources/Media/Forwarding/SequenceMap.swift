/// Where the packets of one source stand in the stream that we make of it: without those that were left out on purpose, and **with a hole
/// for each that has not come**, as it may still.
struct SequenceMap: Sendable {
    /// A range begins behind each picture that was left out, so this reaches several seconds back.
    static let mostRanges = 100
    /// How far ahead of what was sent the next packet may be. Receivers of SRTP tell ahead from behind by half of all numbers (RFC 3711
    /// §3.3.1), and were lost for good beyond that; nobody makes up for so much in any case.
    static let mostLeap: UInt64 = 1 << 12

    /// From this number on, this much is taken off; the numbers are full, so the arithmetic turns over at most on purpose.
    private var ranges: [(start: UInt64, offset: UInt64)]
    private(set) var highest: UInt64

    /// The number becomes this place.
    init(from number: UInt64, at place: UInt64) {
        ranges = [(number, number &- place)]
        highest = number &- 1
    }

    /// Nil for a packet from before the first, or from longer ago than is remembered.
    func place(of number: UInt64) -> UInt64? {
        ranges.last { $0.start <= number }.map { number &- $0.offset }
    }

    mutating func note(_ number: UInt64) {
        highest = max(highest, number)
    }

    /// Leaves out a packet that is **higher than all before**: those behind it close up.
    mutating func leaveOut(_ number: UInt64) {
        highest = number
        guard let last = ranges.last else { return }
        let next = (start: number &+ 1, offset: last.offset &+ 1)
        if last.start == number, ranges.count > 1 {
            ranges[ranges.count - 1] = next
        } else {
            ranges.append(next)
            if ranges.count > Self.mostRanges { ranges.removeFirst() }
        }
    }
}
