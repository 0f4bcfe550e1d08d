/// The time of day as RTCP writes it (RFC 3550 §4): 32.32 fixed point seconds since 1900.
struct NetworkClock: Sendable {
    /// At instant zero.
    let epoch: UInt64

    func time(at now: Instant) -> UInt64 {
        let (seconds, rest) = UInt64(max(0, now.nanoseconds)).quotientAndRemainder(dividingBy: 1_000_000_000)
        return epoch &+ (seconds << 32 | (rest << 32) / 1_000_000_000)
    }
}
