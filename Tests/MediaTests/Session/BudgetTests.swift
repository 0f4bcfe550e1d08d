import Testing

@testable import Media

@Suite struct BudgetTests {
    @Test func anEstimateCountsWhenItFallsBelowWhatIsSent() {
        var budget = Budget()
        budget.note(estimate: 5_900_000, sent: 5_600_000, isQueued: true, at: .at(.zero))
        #expect(budget.bitsPerSecond == Budget.first)
        budget.note(estimate: 400_000, sent: 600_000, isQueued: true, at: .at(.zero))
        #expect(budget.bitsPerSecond == 400_000)
        // Half of what was sent has arrived.
        budget.note(estimate: 0, sent: 600_000, isQueued: true, at: .at(.zero))
        #expect(budget.bitsPerSecond == 300_000)
        // Never to nothing, or there would be nothing to begin from.
        for sent in [300_000, 150_000, 101_000, 101_000] as [UInt64] {
            budget.note(estimate: 0, sent: sent, isQueued: true, at: .at(.zero))
        }
        #expect(budget.bitsPerSecond == 50_500)
        for _ in 0..<5 { budget.note(lost: 255, at: .at(.seconds(2))) }
        #expect(budget.bitsPerSecond == Budget.least)
    }

    /// A receiver that says that more would come is believed as far as half above what does.
    @Test func anEstimateLiftsItAsFarAsItCanKnow() {
        var budget = Budget()
        budget.note(estimate: 2_000_000, sent: 1_400_000, isQueued: false, at: .at(.zero))
        #expect(budget.bitsPerSecond == 2_000_000)
        budget.note(estimate: 9_000_000, sent: 1_900_000, isQueued: false, at: .at(.seconds(1)))
        #expect(budget.bitsPerSecond == 2_850_000)
        budget.note(estimate: 2_700_000, sent: 1_900_000, isQueued: false, at: .at(.seconds(2)))
        #expect(budget.bitsPerSecond == 2_850_000)
        budget.note(lost: 26, at: .at(.seconds(3)))
        let fallen = budget.bitsPerSecond
        budget.note(estimate: 2_700_000, sent: 2_000_000, isQueued: false, at: .at(.seconds(7)))
        #expect(budget.bitsPerSecond == fallen, "something was lost of late")
        budget.note(estimate: .max, sent: 90_000_000, isQueued: false, at: .at(.seconds(9)))
        #expect(budget.bitsPerSecond == Budget.most)
    }

    /// Five pictures of 1.7 Mbit/s each are there within seconds where the way carries them.
    @Test func untilTheFirstFallItIsTriedQuickly() {
        var budget = Budget()
        for step in 0...30 { budget.grow(sent: budget.bitsPerSecond / 2, isShort: true, at: .at(.milliseconds(200 * step))) }
        #expect(budget.bitsPerSecond > 8_500_000)
    }

    /// Nobody else can see a queue or a loss that is not there: then an estimate takes no more than it may be right about.
    @Test func anEstimateThatNothingBearsOutLeavesPictures() {
        var budget = Budget()
        budget.note(estimate: 50_000, sent: 600_000, isQueued: false, at: .at(.zero))
        #expect(budget.bitsPerSecond == Budget.doubted)
        var heard = Budget()
        heard.sounds = 90_000
        heard.note(estimate: 50_000, sent: 600_000, isQueued: false, at: .at(.zero))
        #expect(heard.bitsPerSecond == Budget.doubted + 90_000 && heard.forPictures == Budget.doubted)
        budget.note(lost: 25, at: .at(.seconds(1)))
        budget.note(estimate: 50_000, sent: 600_000, isQueued: false, at: .at(.seconds(1)))
        #expect(budget.bitsPerSecond == Budget.doubted)
        budget.note(lost: 26, at: .at(.seconds(2)))
        budget.note(estimate: 150_000, sent: 200_000, isQueued: false, at: .at(.seconds(6)))
        #expect(budget.bitsPerSecond == 150_000)
    }

    /// Sound is sent whatever is said of it, so it is nothing to go by, and pictures begin above it.
    @Test func soundAloneIsNothingToGoBy() {
        var budget = Budget()
        budget.sounds = 225_000
        budget.note(estimate: 50_000, sent: 225_000, isShowing: false, isQueued: true, at: .at(.zero))
        #expect(budget.bitsPerSecond == Budget.first)
        for sent in [600_000, 300_000] as [UInt64] { budget.note(estimate: 50_000, sent: sent, isQueued: true, at: .at(.zero)) }
        #expect(budget.forPictures == Budget.least)
    }

    /// What is said again and again and takes nothing more does not keep it from growing.
    @Test func onlyAFallIsWaitedFor() {
        var budget = Budget()
        budget.note(estimate: 300_000, sent: 600_000, isQueued: true, at: .at(.zero))
        for step in 0..<50 {
            let now = Instant.at(.milliseconds(200 * step))
            budget.note(estimate: 50_000, sent: 280_000, isQueued: false, at: now)
            budget.grow(sent: 280_000, isShort: true, at: now)
        }
        #expect(budget.bitsPerSecond > 450_000)
    }

    @Test func aLossSpeaksForFiveSeconds() {
        var budget = Budget()
        budget.note(lost: 26, at: .at(.zero))
        budget.note(estimate: 50_000, sent: 600_000, isQueued: false, at: .at(.seconds(5)))
        #expect(budget.bitsPerSecond == Budget.doubted)
    }

    @Test func lossOfATenthCountsOnceASecond() {
        var budget = Budget()
        budget.note(lost: 25, at: .at(.zero))
        #expect(budget.bitsPerSecond == Budget.first)
        for _ in 0..<5 { budget.note(lost: 128, at: .at(.zero)) }
        #expect((Budget.first / 4 * 3 - 2_000...Budget.first / 4 * 3).contains(budget.bitsPerSecond))
    }

    /// An eighth a second once four seconds went well, as far as it is used.
    @Test func itGrowsAgain() {
        var budget = Budget()
        budget.note(estimate: 400_000, sent: 600_000, isQueued: true, at: .at(.zero))
        for step in 0..<15 { budget.grow(sent: 300_000, isShort: false, at: .at(.milliseconds(200 * step))) }
        #expect(budget.bitsPerSecond == 400_000)
        for step in 0..<55 { budget.grow(sent: 300_000, isShort: false, at: .at(.seconds(4) + .milliseconds(200 * step))) }
        #expect(budget.bitsPerSecond > 1_000_000)
        var unused = Budget()
        for step in 0..<50 { unused.grow(sent: 10_000, isShort: false, at: .at(.milliseconds(200 * step))) }
        #expect(unused.bitsPerSecond == Budget.first)
    }

    /// A screen in one size that is larger than what was ever used: nobody would see it if room were tried only as far as it is used.
    @Test func whatDoesNotFitIsTried() {
        let screen = Allocator.Wish(most: 2, current: nil, rates: [1_600_000])
        var budget = Budget()
        #expect(Allocator.allot([screen], in: budget.bitsPerSecond) == [nil] && screen.wantsMore(than: nil) && !screen.wantsMore(than: 0))
        for step in 0..<10 { budget.grow(sent: 10_000, isShort: true, at: .at(.milliseconds(200 * step))) }
        #expect(Allocator.allot([screen], in: budget.bitsPerSecond) == [0])
    }
}

@Suite struct RoundTripTests {
    /// A queue holds up every packet, a busy machine some of them.
    @Test func aQueueIsWhatHoldsUpEveryPacket() {
        var roundTrip = RoundTrip()
        var now = Duration.zero
        func hear(_ milliseconds: [Int]) {
            for one in milliseconds {
                now += .milliseconds(300)
                roundTrip.note(.milliseconds(one), at: .at(now))
            }
        }
        #expect(!roundTrip.isQueued)
        hear([20, 900, 900, 900, 25])
        #expect(!roundTrip.isQueued && roundTrip.latest == .milliseconds(25))
        hear([900, 800, 700, 600, 30, 900, 800, 700, 600, 500])
        #expect(!roundTrip.isQueued)
        hear([Int](repeating: 271, count: 12))
        #expect(roundTrip.isQueued)
        hear([270])
        #expect(!roundTrip.isQueued)
    }

    /// From the table to the garden: what was shortest there is not forgotten at once, but it is.
    @Test func aSlowerNetworkIsNoQueueForEver() {
        var roundTrip = RoundTrip()
        for second in 0..<30 { roundTrip.note(.milliseconds(20), at: .at(.seconds(second))) }
        for second in 30..<119 { roundTrip.note(.milliseconds(400), at: .at(.seconds(second))) }
        #expect(roundTrip.isQueued)
        roundTrip.note(.milliseconds(400), at: .at(.seconds(180)))
        #expect(!roundTrip.isQueued)
    }
}

@Suite struct LossMeterTests {
    private var meter = LossMeter()

    /// Two of ten packets of one picture are chance; a tenth of forty and more, of all pictures together, is a loss.
    @Test mutating func aFewPacketsSayNothing() {
        func report(_ source: UInt32, _ highest: UInt32, lost: Int32) -> ReceptionReport {
            ReceptionReport(source: source, fractionLost: 255, lost: lost, highest: highest)
        }
        #expect(meter.note(report(1, 65_530, lost: 0), at: .at(.zero)) == nil)
        #expect(meter.note(report(2, 10, lost: 7), at: .at(.zero)) == nil)
        #expect(meter.note(report(1, 65_540, lost: 2), at: .at(.milliseconds(500))) == nil)
        #expect(meter.note(report(1, 65_550, lost: 2), at: .at(.milliseconds(1500))) == nil, "twenty packets")
        #expect(meter.note(report(2, 70, lost: 13), at: .at(.milliseconds(1600))) == UInt8(8 * 256 / 80))
        #expect(meter.note(report(2, 130, lost: 13), at: .at(.milliseconds(1700))) == nil, "a tenth of a second")
        #expect(meter.note(report(2, 131, lost: 13), at: .at(.milliseconds(2600))) == 0)
        for turn in 1...50_000 as ClosedRange<UInt32> {
            _ = meter.note(report(3, turn &* 99_999, lost: Int32(truncatingIfNeeded: turn &* 99)), at: .at(.seconds(3)))
        }
        // As far apart as numbers can be.
        for lost in [Int32.min, .max, -1, .max, .min] { _ = meter.note(report(4, 0, lost: lost), at: .at(.seconds(8))) }
        // Who counts backwards has begun anew.
        #expect(meter.note(report(2, 1, lost: 0), at: .at(.seconds(9))) == nil)
    }
}
