/// How much a receiver is sent again when it asks (RFC 4585 §6.2.1): **half of what it is sent at first, and a moment's loss that is saved
/// up.** A way that loses a third needs less. Whoever asks for all of it again and again, for five times is the most that a packet is sent,
/// has a half more on its way and not five times as much.
struct RepeatBudget: Sendable {
    /// Bytes that are saved up: half a second of the largest picture.
    static let most = 128 << 10
    /// What stands around the payload of a packet, by and large.
    private static let heads = 60

    private var bytes = most

    var isSpent: Bool { bytes <= 0 }

    /// A packet with so much payload was sent for the first time.
    mutating func earn(_ payload: Int) { bytes = min(Self.most, bytes + (payload + Self.heads) / 2) }

    /// A packet was sent again. The last one may cost more than is left; those that come next pay for it.
    mutating func spend(_ payload: Int) { bytes -= payload + Self.heads }
}
