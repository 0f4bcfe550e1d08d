/// What a receiver's way carries, as far as we know: by what it says of the sum (REMB) and of what it lost.
///
/// What a browser says is an estimate of what it has seen and never much
/// above it. So it counts when it falls below what is sent; as long as
/// all goes well we try more, a little at a time.
struct Budget: Sendable {
    static let first: UInt64 = 1_500_000
    static let least: UInt64 = 40_000
    static let most: UInt64 = 20_000_000
    /// After a fall it is not tried at once again.
    static let patience: Duration = .seconds(4)

    private(set) var bitsPerSecond = first
    private var lastFall: Instant?
    private var lastGrowth: Instant?

    mutating func note(estimate: UInt64, sent: UInt64, at now: Instant) {
        guard sent > 100_000, estimate < sent / 100 * 95 else { return }
        fall(to: estimate, at: now)
    }

    /// In 256ths, as reports have it. A tenth is more than repetitions mend.
    mutating func note(lost: UInt8, at now: Instant) {
        guard lost > 25, lastFall.map({ now - $0 > .seconds(1) }) ?? true else { return }
        fall(to: bitsPerSecond / 512 * (512 - UInt64(lost)), at: now)
    }

    /// An eighth more in each second in which there was no fall, as far as it is used.
    mutating func grow(sent: UInt64, at now: Instant) {
        defer { lastGrowth = now }
        guard let lastGrowth, lastFall.map({ now - $0 > Self.patience }) ?? true, sent > bitsPerSecond / 4 else { return }
        let seconds = min(max((now - lastGrowth) / .seconds(1), 0), 1)
        bitsPerSecond = min(Self.most, bitsPerSecond + UInt64(Double(bitsPerSecond) * seconds / 8))
    }

    private mutating func fall(to rate: UInt64, at now: Instant) {
        lastFall = now
        bitsPerSecond = max(Self.least, min(bitsPerSecond, rate))
    }
}

/// Which encoding of each picture goes into a budget.
enum Allocator {
    static let soundRate: UInt64 = 45_000

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
    /// The smallest encoding that comes; the smallest of all while none does.
    fileprivate var lowest: UInt8 { UInt8(rates.firstIndex { $0 > 0 } ?? 0) }
}
