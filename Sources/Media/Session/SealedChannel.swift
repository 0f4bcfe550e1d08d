/// The keys of a connection at work.
final class SealedChannel {
    var sender: SRTPSender
    var receiver: SRTPReceiver

    /// Nil when OpenSSL has no memory left.
    init?(_ keys: DTLSKeys) {
        guard let sender = SRTPSender(keys.ours), let receiver = SRTPReceiver(keys.theirs) else { return nil }
        self.sender = sender
        self.receiver = receiver
    }
}

/// Why something that a peer sent was dropped.
package enum MediaDrop: UInt8, CaseIterable, Sendable {
    /// Before the handshake, or before we know who it is.
    case tooEarly
    /// Not authentic, seen before, or no packet at all.
    case sealed
    /// Of a source that was not agreed.
    case stranger
    /// Of another codec than was agreed, or damaged.
    case foreign
    /// Longer than what can be forwarded in one piece.
    case tooLong
    case duplicate
    /// Requests beyond what anybody needs.
    case flood
    /// Of ours: a part of the handshake, for somebody who has not sent enough to get it.
    case unproved
}
