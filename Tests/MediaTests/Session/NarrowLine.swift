/// A line that carries so many bits a second, with a queue before it, as a router at home has.
struct NarrowLine {
    var bitsPerSecond: Int
    /// Of a hundred datagrams, those that are lost whatever stands there.
    var loss = 0
    /// What is longer in the queue than this is lost.
    var longest: Duration = .seconds(1)
    /// What others keep standing in the queue.
    var standing: Duration = .zero
    private var isFree: Duration = .zero

    init(bitsPerSecond: Int) {
        self.bitsPerSecond = bitsPerSecond
    }

    func queued(at elapsed: Duration) -> Duration { max(isFree - elapsed, .zero) + standing }

    /// When a datagram has gone through; nil when it is lost.
    mutating func pass(_ bytes: Int, at elapsed: Duration) -> Duration? {
        guard queued(at: elapsed) <= longest else { return nil }
        // With the headers of UDP and IP.
        isFree = max(isFree, elapsed) + .nanoseconds((bytes + 28) * 8 * 1_000_000_000 / bitsPerSecond)
        return isFree + standing
    }
}
