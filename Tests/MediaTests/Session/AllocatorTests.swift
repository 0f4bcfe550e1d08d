import Testing

@testable import Media

@Suite struct AllocatorTests {
    private typealias Wish = Allocator.Wish
    private static let rates: [UInt64] = [100_000, 300_000, 1_000_000]

    private func wish(most: UInt8 = 2, current: UInt8? = nil, rates: [UInt64] = rates) -> Allocator.Wish {
        Wish(most: most, current: current, rates: rates)
    }

    @Test func withRoomEverybodyGetsWhatTheyWish() {
        #expect(Allocator.allot([wish(), wish(most: 1), wish(most: 0)], in: 10_000_000) == [2, 1, 0])
        #expect(Allocator.allot([], in: 0) == [])
    }

    /// The speaker's middle, then everybody's smallest, then the speaker's best.
    @Test(
        arguments: [
            (50_000, [nil, nil, nil]), (120_000, [0, nil, nil]), (300_000, [1, nil, nil]), (420_000, [1, 0, nil]), (500_000, [1, 0, 0]),
            (1_199_999, [1, 1, 1]), (1_200_000, [2, 0, 0]),
        ] as [(UInt64, [UInt8?])])
    func littleRoomGoesToTheFirst(budget: UInt64, chosen: [UInt8?]) {
        #expect(Allocator.allot([wish(), wish(), wish()], in: budget) == chosen)
    }

    /// Nobody is switched up for room that is just enough, and nobody down who has just enough.
    @Test func smallChangesSwitchNobody() {
        #expect(Allocator.allot([wish(current: 0)], in: 310_000) == [0])
        #expect(Allocator.allot([wish(current: 0)], in: 340_000) == [1])
        #expect(Allocator.allot([wish(current: 1)], in: 310_000) == [1])
    }

    /// An encoding that does not come is not chosen; one that alone comes is, even if it is larger than the wish.
    @Test func onlyWhatComesIsChosen() {
        #expect(Allocator.allot([wish(rates: [100_000, 0, 0])], in: 10_000_000) == [0])
        #expect(Allocator.allot([wish(most: 0, rates: [0, 0, 900_000])], in: 10_000_000) == [2])
    }

    /// Whatever comes in: what is chosen comes, goes into the budget, and nobody is left without while somebody behind has more.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func whatIsChosenFits(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let wishes = (0..<Int.random(in: 1...12, using: &random)).map { _ in
            wish(
                most: .random(in: 0...2, using: &random), current: Bool.random(using: &random) ? .random(in: 0...2, using: &random) : nil,
                rates: (0..<3).map { _ in Bool.random(using: &random) ? .random(in: 0...2_000_000, using: &random) : 0 })
        }
        let budget = UInt64.random(in: 0...8_000_000, using: &random)
        let chosen = Allocator.allot(wishes, in: budget)
        var sum: UInt64 = 0
        for (wish, encoding) in zip(wishes, chosen) {
            guard let encoding else { continue }
            #expect(wish.rates[Int(encoding)] > 0)
            sum += wish.rates[Int(encoding)]
        }
        #expect(sum <= budget && chosen.count == wishes.count)
    }
}
