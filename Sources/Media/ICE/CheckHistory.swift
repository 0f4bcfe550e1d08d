/// The last checks of a peer, to know one that comes again **from elsewhere**.
///
/// The source of a datagram is not covered by its integrity. Who recorded a check could send it from a forged address and have
/// the media poured over a victim. A browser repeats a check only on the way it was made for, and draws a new transaction
/// for each other one, so the same transaction on another way is a replay.
struct CheckHistory {
    /// At the pace of browsers more than a minute; each takes 100 bytes.
    static let length = 32

    private var checks: [(transaction: STUNTransaction, path: Path)] = []
    private var next = 0

    /// Remembers the check. False if it was seen on another way.
    mutating func admits(_ transaction: STUNTransaction, on path: Path) -> Bool {
        if let known = checks.first(where: { $0.transaction == transaction }) { return known.path == path }
        if checks.count < Self.length {
            checks.append((transaction, path))
        } else {
            checks[next] = (transaction, path)
            next = (next + 1) % Self.length
        }
        return true
    }
}
