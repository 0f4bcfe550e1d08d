/// The head of an RTP packet (RFC 3550 §5.1), which SRTP leaves readable. It keeps places, not bytes.
package struct RTPHeader: Equatable, Sendable {
    package static let fixedLength = 12

    package let hasPadding: Bool
    package let marker: Bool
    package let payloadType: UInt8
    package let sequence: UInt16
    package let timestamp: UInt32
    package let source: UInt32
    package let contributors: Int
    /// What the extension says it is, and where its elements lie (RFC 8285 §4).
    package let extensionProfile: UInt16
    package let extensions: Range<Int>
    /// Where the payload begins.
    package let length: Int

    package init(parsing bytes: RawSpan) throws(RTPFault) {
        guard bytes.byteCount >= Self.fixedLength else { throw .short }
        let first = bytes.byte(at: 0)
        guard first >> 6 == 2 else { throw .version }
        hasPadding = first & 0x20 != 0
        contributors = Int(first & 0x0F)
        let second = bytes.byte(at: 1)
        marker = second & 0x80 != 0
        payloadType = second & 0x7F
        sequence = bytes.number(at: 2)
        timestamp = bytes.number(at: 4)
        source = bytes.number(at: 8)
        let start = Self.fixedLength + 4 * contributors
        guard first & 0x10 != 0 else {
            guard start <= bytes.byteCount else { throw .short }
            (extensionProfile, extensions, length) = (0, start..<start, start)
            return
        }
        guard start + 4 <= bytes.byteCount else { throw .short }
        extensionProfile = bytes.number(at: start)
        let end = start + 4 + 4 * Int(bytes.number(at: start + 2, as: UInt16.self))
        guard end <= bytes.byteCount else { throw .short }
        extensions = start + 4..<end
        length = end
    }

    /// Where the payload lies in the decrypted packet, without its padding (RFC 3550 §5.1).
    package func payload(in bytes: RawSpan) throws(RTPFault) -> Range<Int> {
        guard length <= bytes.byteCount else { throw .short }
        guard hasPadding else { return length..<bytes.byteCount }
        guard length < bytes.byteCount else { throw .padding }
        let padding = Int(bytes.byte(at: bytes.byteCount - 1))
        guard padding > 0, padding <= bytes.byteCount - length else { throw .padding }
        return length..<bytes.byteCount - padding
    }
}

/// Why a datagram is no RTP packet.
package enum RTPFault: UInt8, Error, CaseIterable, Sendable {
    case short, version
    /// More padding than payload, or none where some is announced.
    case padding
}
