/// What a datagram is by its first bytes (RFC 7983 §7, RFC 5761 §4).
///
/// The contract of this whole target stands here, where every datagram enters:
/// **nothing in it reads a clock, opens a socket, takes a lock, starts a thread or rolls dice.** Time, bytes and
/// randomness are arguments, so that a minute of loss is tested in a millisecond and every run can be repeated by its seed.
/// **Bad input is dropped and counted**: every parser throws a fault, which says what was wrong and costs no memory.
/// **No number of the network may trap**: it is range-checked before it is added, shifted or made narrower.
package enum Datagram: Equatable, Sendable {
    case stun, dtls, rtp, rtcp

    /// Nil for what is none of them and is dropped unread.
    package init?(_ bytes: RawSpan) {
        guard bytes.byteCount > 1 else { return nil }
        switch bytes.byte(at: 0) {
        case 0...3: self = .stun
        case 20...63: self = .dtls
        case 128...191: self = (192...223).contains(bytes.byte(at: 1)) ? .rtcp : .rtp
        default: return nil
        }
    }

    /// Whether a datagram of DTLS is somebody's greeting, or a part of it:
    /// a handshake record in the clear with a ClientHello (RFC 6347 §4.1
    /// and §4.2.2).
    static func greets(_ bytes: RawSpan) -> Bool {
        let head = 13
        guard bytes.byteCount > head, bytes.byteCount <= 1500 else { return false }
        return bytes.byte(at: 0) == 22 && bytes.byte(at: 3) == 0 && bytes.byte(at: 4) == 0 && bytes.byte(at: head) == 1
    }
}
