/// What a context remembers of each source: how often its sequence numbers turned, and what was seen.
///
/// **A source is remembered as long as its key**: one that was forgotten could be replayed from its beginning.
struct SRTPSources {
    /// A browser sends six at most: sound, three layers, a screen and its sound, each with retransmissions.
    static let mostReceived = 64
    /// We send two for each slot of a description, which browsers begin to find too long sooner than this.
    static let mostSent = 1024

    private let most: Int
    private var identifiers: [UInt32] = []
    private var windows: [ReplayWindow] = []

    init(most: Int) {
        self.most = most
    }

    /// Where the packet stands among all of its source (RFC 3711 §3.3.1); throws for one that must not be used. Changes nothing.
    func index(of sequence: UInt16, from source: UInt32) throws(SRTPFault) -> UInt64 {
        guard let place = identifiers.firstIndex(of: source) else {
            guard identifiers.count < most else { throw .tooManySources }
            return UInt64(sequence)
        }
        let index = try Self.index(of: sequence, near: windows[place].highest ?? 0)
        guard windows[place].admits(index) else { throw .replayed }
        return index
    }

    /// Whether a packet that carries its index may be used; throws if not. Changes nothing.
    func admit(_ index: UInt64, from source: UInt32) throws(SRTPFault) {
        guard let place = identifiers.firstIndex(of: source) else {
            guard identifiers.count < most else { throw .tooManySources }
            return
        }
        guard windows[place].admits(index) else { throw .replayed }
    }

    mutating func note(_ index: UInt64, from source: UInt32) {
        guard let place = identifiers.firstIndex(of: source) else {
            identifiers.append(source)
            windows.append(ReplayWindow())
            windows[windows.count - 1].note(index)
            return
        }
        windows[place].note(index)
    }

    /// The turn in which the sequence number is nearest to the highest so far.
    private static func index(of sequence: UInt16, near highest: UInt64) throws(SRTPFault) -> UInt64 {
        let turn = highest >> 16
        let last = UInt16(truncatingIfNeeded: highest)
        if last < 0x8000, sequence > last, sequence - last > 0x8000 {
            // It is of the turn before, and there is none before the first.
            guard turn > 0 else { throw .replayed }
            return (turn - 1) << 16 | UInt64(sequence)
        }
        let isNext = last >= 0x8000 && last - 0x8000 > sequence
        // 2^48 packets are the life of a key (RFC 3711 §9.2).
        guard !isNext || turn < 0xFFFF_FFFF else { throw .exhausted }
        return (isNext ? turn + 1 : turn) << 16 | UInt64(sequence)
    }
}

/// Why a packet could not be opened or must not be sealed.
package enum SRTPFault: UInt8, Error, CaseIterable, Sendable {
    /// No RTP or RTCP, or too short for a tag.
    case malformed
    /// Not sealed with our key.
    case notAuthentic
    /// Seen before, or too old to tell. Of a packet to be sealed: the same place would use a nonce twice.
    case replayed
    /// An RTCP packet that says it is not encrypted (RFC 3711 §3.4), which WebRTC never has.
    case notEncrypted
    case tooManySources
    /// The key has sealed all that it may.
    case exhausted
    /// The result does not fit its span, or OpenSSL failed.
    case noRoom
}
