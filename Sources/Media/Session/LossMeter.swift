/// How much of what was sent to a receiver was lost, over all its pictures: the few packets of one report say little.
struct LossMeter: Sendable {
    static let span: Duration = .seconds(1)
    /// A hundredth, in 256ths: of less than that nobody hears anything.
    static let leastThatMatters: UInt8 = 3
    /// Of fewer packets a tenth is chance.
    static let fewest: UInt32 = 40
    /// More is not counted: whoever reports without end must not make a number run over.
    static let most: UInt32 = 10_000_000

    private var last: [UInt32: ReceptionReport] = [:]
    private var began: Instant?
    private var expected: UInt32 = 0
    private var lost: UInt32 = 0

    /// The share that was lost, in 256ths, once there is enough to go by; then it begins anew.
    mutating func note(_ report: ReceptionReport, at now: Instant) -> UInt8? {
        guard let before = last.updateValue(report, forKey: report.source) else { return nil }
        let (more, missing) = (report.highest &- before.highest, Int64(report.lost) - Int64(before.lost))
        // A receiver that says something else than it did begins anew.
        guard more < 100_000, missing >= 0 else { return nil }
        expected = min(expected + more, Self.most)
        lost = min(lost + min(UInt32(clamping: missing), more), Self.most)
        let start = began ?? now
        began = start
        guard now - start >= Self.span, expected >= Self.fewest else { return nil }
        defer { (began, expected, lost) = (now, 0, 0) }
        return UInt8(clamping: lost * 256 / expected)
    }
}
