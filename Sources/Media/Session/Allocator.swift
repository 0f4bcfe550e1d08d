/// Which encoding of each picture goes into a budget.
enum Allocator {
    /// What a voice takes, and what is heard with a screen, with what their packets add.
    static let (soundRate, screenSoundRate) = (UInt64(45_000), UInt64(150_000))

    struct Wish: Equatable, Sendable {
        /// The largest encoding that is of use.
        var most: UInt8
        /// Which one is shown now.
        var current: UInt8?
        /// Bits a second of each encoding; zero for one that does not come.
        var rates: [UInt64]
    }

    /// The encodings in the order of the wishes, nil for none. The first wish is the speaker or the screen.
    ///
    /// The speaker's picture comes first, up to its middle; then everybody's smallest, in order; then the speaker's best; then the others'.
    /// Something larger than now needs an eighth more room than it takes, so that nobody is switched to and fro.
    static func allot(_ wishes: [Wish], in budget: UInt64) -> [UInt8?] {
        var chosen = [UInt8?](repeating: nil, count: wishes.count)
        var left = budget
        func raise(_ place: Int, to most: UInt8) {
            let wish = wishes[place]
            let old = chosen[place].map { wish.rates[Int($0)] } ?? 0
            for encoding in wish.rates.indices.reversed() where encoding <= Int(most) && wish.rates[encoding] > 0 {
                guard encoding > chosen[place].map(Int.init) ?? -1 else { return }
                let rate = wish.rates[encoding]
                let isNew = wish.current.map { encoding > Int($0) } ?? false
                guard (isNew ? rate + rate / 8 : rate) <= left &+ old else { continue }
                left = left &+ old - min(left &+ old, rate)
                chosen[place] = UInt8(encoding)
                return
            }
        }
        guard !wishes.isEmpty else { return [] }
        raise(0, to: min(wishes[0].most, 1))
        for place in wishes.indices { raise(place, to: wishes[place].lowest) }
        for place in wishes.indices { raise(place, to: wishes[place].most) }
        return chosen
    }
}

extension Allocator.Wish {
    /// Whether there is a larger encoding of use than this one.
    func wantsMore(than chosen: UInt8?) -> Bool {
        let best = rates.indices.last { $0 <= Int(most) && rates[$0] > 0 } ?? rates.firstIndex { $0 > 0 }
        return (best ?? -1) > (chosen.map(Int.init) ?? -1)
    }

    /// The smallest encoding that comes; the smallest of all while none does.
    fileprivate var lowest: UInt8 { UInt8(rates.firstIndex { $0 > 0 } ?? 0) }
}
