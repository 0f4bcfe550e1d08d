/// What a receiver's way carries, as far as we know: by what it says of the sum (REMB) and of what it lost.
///
/// What a browser says is an estimate of what it has seen and never much
/// above it. So it counts when it falls below what is sent, and as far as it
/// is half above it; as long as all goes well we try more, quickly until the
/// first fall and a little at a time after it. It is made of how evenly
/// packets come, and on a busy machine they come unevenly by any way: while
/// nothing is lost and nothing stands in a queue, it does not take the last
/// of the pictures.
struct Budget: Sendable {
    static let first: UInt64 = 1_500_000
    /// What pictures have at the worst, to begin from.
    static let least: UInt64 = 40_000
    static let most: UInt64 = 20_000_000
    /// What an estimate leaves to pictures that neither loss nor a queue bears out: a small screen and some small faces.
    static let doubted: UInt64 = 500_000
    /// After a fall it is not tried at once again.
    static let patience: Duration = .seconds(4)
    /// How long a loss speaks for estimates.
    static let memory: Duration = .seconds(5)

    /// Bits a second that sound takes, which is sent whatever happens.
    var sounds: UInt64 = 0
    private(set) var bitsPerSecond = first
    private var lastFall: Instant?
    private var lastGrowth: Instant?
    private var lastLoss: Instant?

    /// What is left when sound has its share.
    var forPictures: UInt64 { bitsPerSecond - min(bitsPerSecond, sounds) }

    /// - Parameter isShowing: whether pictures are sent at all. A machine that finds sound alone too much would never see one again.
    /// - Parameter isQueued: whether packets stand in a queue on their way.
    mutating func note(estimate: UInt64, sent: UInt64, isShowing: Bool = true, isQueued: Bool, at now: Instant) {
        guard isShowing, sent > 100_000 else { return }
        let isBorneOut = isQueued || lastLoss.map { now - $0 < Self.memory } ?? false
        guard estimate < sent / 100 * 95 else {
            if !isBorneOut { bitsPerSecond = max(bitsPerSecond, min(estimate, sent / 2 * 3, Self.most)) }
            return
        }
        // Half of what was sent a moment ago has arrived, whatever is estimated: a machine that woke up late says next to nothing.
        fall(to: max(estimate, isBorneOut ? sent / 2 : Self.doubted + sounds), at: now)
    }

    /// In 256ths of some dozens of packets (`LossMeter`). A tenth is more than repetitions mend.
    mutating func note(lost: UInt8, at now: Instant) {
        guard lost > 25 else { return }
        lastLoss = now
        guard lastFall.map({ now - $0 > .seconds(1) }) ?? true else { return }
        fall(to: bitsPerSecond / 512 * (512 - UInt64(lost)), at: now)
    }

    /// Half more in each second until the first fall, then an eighth in each second in which there was none, as far as it is used, or
    /// while it is too little for what is wanted: nobody knows what a way carries that was not tried.
    mutating func grow(sent: UInt64, isShort: Bool, at now: Instant) {
        defer { lastGrowth = now }
        guard let lastGrowth, lastFall.map({ now - $0 > Self.patience }) ?? true, isShort || sent > bitsPerSecond / 4 else { return }
        let seconds = min(max((now - lastGrowth) / .seconds(1), 0), 1)
        bitsPerSecond = min(Self.most, bitsPerSecond + UInt64(Double(bitsPerSecond) * seconds / (lastFall == nil ? 2 : 8)))
    }

    private mutating func fall(to rate: UInt64, at now: Instant) {
        let rate = max(Self.least + sounds, rate)
        guard rate < bitsPerSecond else { return }
        lastFall = now
        bitsPerSecond = rate
    }
}
