/// Sources that end (RFC 3550 §6.6).
package struct Goodbye: Equatable, Sendable {
    private let sources: Range<Int>

    /// Nil for another packet, or one that is shorter than it says. A reason is passed over: it was typed by somebody.
    package init?(_ block: RTCPBlock, in bytes: RawSpan) {
        let end = block.body.lowerBound + 4 * Int(block.count)
        guard block.type == RTCPType.goodbye, end <= block.body.upperBound, end <= bytes.byteCount else { return nil }
        sources = block.body.lowerBound..<end
    }

    package var count: Int { sources.count / 4 }

    package func source(_ place: Int, in bytes: RawSpan) -> UInt32? {
        guard (0..<count).contains(place), sources.upperBound <= bytes.byteCount else { return nil }
        return bytes.number(at: sources.lowerBound + 4 * place)
    }

    /// Appends a goodbye of one source; false when there is no room.
    package static func write(_ source: UInt32, into output: inout OutputRawSpan) -> Bool {
        guard output.freeCapacity >= 8 else { return false }
        RTCPBlock.begin(RTCPType.goodbye, count: 1, body: 4, in: &output)
        output.append(bigEndian: source)
        return true
    }
}
