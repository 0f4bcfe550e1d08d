/// What RTCP packets are called by their numbers (RFC 3550 §12.1, RFC 4585 §6.1).
enum RTCPType {
    static let senderReport: UInt8 = 200
    static let receiverReport: UInt8 = 201
    static let sourceDescription: UInt8 = 202
    static let goodbye: UInt8 = 203
    static let transportFeedback: UInt8 = 205
    static let payloadFeedback: UInt8 = 206
}

/// One packet of a compound: what it is, and where it lies.
package struct RTCPBlock: Equatable, Sendable {
    package let type: UInt8
    /// The five bits that count reports or sources, or say which feedback it is.
    package let count: UInt8
    /// What follows its head of four bytes, without padding.
    package let body: Range<Int>

    static let headLength = 4

    /// Appends the head of a packet whose body has this length, a multiple of four below 256 KiB.
    static func begin(_ type: UInt8, count: UInt8, body: Int, in output: inout OutputRawSpan) {
        output.append(0x80 | count & 0x1F)
        output.append(type)
        output.append(bigEndian: UInt16(truncatingIfNeeded: body / 4))
    }
}

/// The packets of one datagram, one after the other (RFC 3550 §6.1); it may begin with any of them (RFC 5506).
///
/// **It is judged as a whole before anything of it counts**, so that no half of a damaged one is believed.
package struct RTCPCompound: Sendable {
    private var offset = 0
    private let end: Int

    package init(parsing bytes: RawSpan) throws(RTCPFault) {
        end = bytes.byteCount
        guard end > 0 else { throw .short }
        var place = 0
        while place < end {
            let (block, next) = try Self.block(at: place, in: bytes)
            // Only the last one may be padded (RFC 3550 §6.4.1).
            guard next == end || block.body.upperBound == next else { throw .padding }
            place = next
        }
    }

    /// The next packet of the bytes that this was parsed from.
    package mutating func next(in bytes: RawSpan) -> RTCPBlock? {
        guard offset < end, let (block, next) = try? Self.block(at: offset, in: bytes) else { return nil }
        offset = next
        return block
    }

    private static func block(at start: Int, in bytes: RawSpan) throws(RTCPFault) -> (RTCPBlock, next: Int) {
        let begin = start + RTCPBlock.headLength
        guard begin <= bytes.byteCount else { throw .short }
        let first = bytes.byte(at: start)
        guard first >> 6 == 2 else { throw .version }
        let next = begin + 4 * Int(bytes.number(at: start + 2, as: UInt16.self))
        guard next <= bytes.byteCount else { throw .short }
        var padding = 0
        if first & 0x20 != 0 {
            guard next > begin else { throw .padding }
            padding = Int(bytes.byte(at: next - 1))
            // RFC 3550 asks for a multiple of four; Chromium's transport-wide feedback is padded by less.
            guard padding > 0, padding <= next - begin else { throw .padding }
        }
        return (RTCPBlock(type: bytes.byte(at: start + 1), count: first & 0x1F, body: begin..<next - padding), next)
    }
}

/// Why a datagram is no RTCP.
package enum RTCPFault: UInt8, Error, CaseIterable, Sendable {
    case short, version, padding
}
