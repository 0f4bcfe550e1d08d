/// Whether somebody speaks, by the loudness that each packet says of itself (RFC 6464), so that nothing has to be decoded and it works with
/// end-to-end encryption. **It is kept for less than a second and told to nobody but as "speaks".**
struct VoiceActivity: Sendable {
    /// Louder than −35 dBov counts.
    static let threshold: UInt8 = 35
    static let window: Duration = .milliseconds(400)
    /// Of twenty packets of 20 ms.
    static let leastPackets = 8

    private var start: Instant?
    private var loud = 0
    private var sum = 0
    /// How loud, from 0 (silent) to 127; smoothed over the last windows.
    private(set) var score: Double = 0
    private(set) var lastSpoke: Instant?

    mutating func note(level: UInt8, at now: Instant) {
        turn(at: now)
        if start == nil { start = now }
        guard level <= Self.threshold else { return }
        loud += 1
        sum += 127 - Int(min(level, 127))
    }

    mutating func speaks(at now: Instant) -> Bool {
        turn(at: now)
        return score > 0
    }

    private mutating func turn(at now: Instant) {
        guard let start, now - start >= Self.window else { return }
        let isActive = loud >= Self.leastPackets && now - start < Self.window * 3
        let loudness = isActive ? Double(sum) / Double(loud) : 0
        // A pause between two words is no end.
        score = isActive ? (score == 0 ? loudness : (score + loudness) / 2) : (score > 20 ? score / 2 : 0)
        if isActive { lastSpoke = now }
        (self.start, loud, sum) = (now, 0, 0)
    }
}
