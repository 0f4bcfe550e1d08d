/// A packet sent again as one of a source of its own (RFC 4588 §4): its payload begins with the number that the packet had at first.
package enum Retransmission {
    package static let headLength = 2

    /// The first number; nil for a packet without one, by which browsers probe how much their way carries.
    package static func original(of payload: RawSpan) -> UInt16? {
        payload.byteCount >= headLength ? payload.number(at: 0) : nil
    }

    /// Appends the first number, behind which the payload follows; false when there is no room.
    package static func begin(_ original: UInt16, into output: inout OutputRawSpan) -> Bool {
        guard output.freeCapacity >= headLength else { return false }
        output.append(bigEndian: original)
        return true
    }
}
