/// Whether packets stand in a queue on their way to a receiver, and how many bits a second arrive there, by its own words.
///
/// Clocks differ, so only differences of delays mean something. The fastest packet of late is compared with the fastest of the last
/// minutes (as RFC 6817 §2.4 does): **one that is late has met a busy machine, all that are late have met a queue.**
struct QueueMeter: Sendable {
    static let span: Duration = .milliseconds(150)
    /// The way itself may change, and clocks drift by some milliseconds.
    static let memory: Duration = .seconds(60)

    private var late = Shortest<Int64>()
    private var ever = Shortest<Int64>()
    private var throughput = Throughput()

    /// - Parameters:
    ///   - sentAt: microseconds of our clock.
    ///   - arrival: microseconds of the receiver's.
    mutating func note(sentAt: Int64, arrival: Int64, bytes: Int, at now: Instant) {
        let delay = arrival - sentAt
        late.note(delay, within: Self.span, at: now)
        ever.note(delay, within: Self.memory, at: now)
        throughput.note(bytes, at: arrival)
    }

    /// How long each packet of late stood in a queue at least; nil before anything is known.
    var queue: Duration? {
        guard let least = ever.ofAll, let now = late.ofAll else { return nil }
        return .microseconds(now - least)
    }

    /// Over the last 300 ms or more in which something arrived; nil before anything is known.
    var bitsPerSecond: UInt64? { throughput.bitsPerSecond }

    /// What stands there is no queue of ours: from now on it counts as the way itself.
    mutating func takeForGranted(at now: Instant) {
        guard let least = late.ofAll else { return }
        ever = Shortest()
        ever.note(least, within: Self.memory, at: now)
    }

    /// Counted over three pieces of at least a tenth of a second each, by the receiver's clock.
    private struct Throughput: Sendable {
        static let piece: Int64 = 100_000

        private var pieces: [(bits: Int64, span: Int64)] = []
        private var began: Int64?
        private var bits: Int64 = 0

        mutating func note(_ bytes: Int, at arrival: Int64) {
            // Who was sent nothing for a while begins anew.
            guard let start = began, (-Self.piece..<Self.piece * 10).contains(arrival - start) else {
                (began, bits) = (arrival, 0)
                return
            }
            bits += Int64(bytes) * 8
            guard arrival - start >= Self.piece else { return }
            if pieces.count == 3 { pieces.removeFirst() }
            pieces.append((bits, arrival - start))
            (began, bits) = (arrival, 0)
        }

        var bitsPerSecond: UInt64? {
            guard !pieces.isEmpty else { return nil }
            let (bits, span) = pieces.reduce((0, 0)) { ($0.0 + $1.bits, $0.1 + $1.span) }
            return UInt64(bits * 1_000_000 / span)
        }
    }
}
