/// How many bits a second a receiver believes its way can carry (draft-alvestrand-rmcat-remb-03 §2.2).
package struct REMB: Equatable, Sendable {
    static let format: UInt8 = 15
    private static let name: UInt32 = 0x5245_4D42

    package let sender: UInt32
    package let bitsPerSecond: UInt64

    /// Nil for another packet, or one that is shorter than it says.
    package init?(_ block: RTCPBlock, in bytes: RawSpan) {
        let start = block.body.lowerBound
        guard block.type == RTCPType.payloadFeedback, block.count == Self.format, block.body.count >= 16,
            block.body.upperBound <= bytes.byteCount, bytes.number(at: start + 8) == Self.name,
            block.body.count >= 16 + 4 * Int(bytes.byte(at: start + 12))
        else { return nil }
        sender = bytes.number(at: start)
        let exponent = bytes.byte(at: start + 13) >> 2
        let mantissa = UInt64(bytes.number24(at: start + 13) & 0x3FFFF)
        // 18 bits can be shifted by 63; what is more than a number holds is as good as no limit.
        bitsPerSecond = mantissa.leadingZeroBitCount >= Int(exponent) ? mantissa << exponent : .max
    }

    /// Appends the estimate for these sources; false when there is no room or there are more than 255.
    package static func write(
        _ bitsPerSecond: UInt64, for sources: ArraySlice<UInt32>, from sender: UInt32, into output: inout OutputRawSpan
    ) -> Bool {
        let body = 16 + 4 * sources.count
        guard sources.count <= 255, output.freeCapacity >= RTCPBlock.headLength + body else { return false }
        RTCPBlock.begin(RTCPType.payloadFeedback, count: format, body: body, in: &output)
        output.append(bigEndian: sender)
        output.append(bigEndian: 0 as UInt32)
        output.append(bigEndian: name)
        output.append(UInt8(sources.count))
        let exponent = UInt32(max(0, 46 - bitsPerSecond.leadingZeroBitCount))
        output.append(bigEndian24: exponent << 18 | UInt32(truncatingIfNeeded: bitsPerSecond >> exponent))
        for source in sources { output.append(bigEndian: source) }
        return true
    }
}
