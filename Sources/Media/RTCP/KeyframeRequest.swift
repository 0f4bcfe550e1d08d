/// Somebody needs a whole picture: PLI (RFC 4585 §6.3.1) or FIR (RFC 5104 §4.3.1). Both mean the same to a forwarder.
package enum KeyframeRequest: Equatable, Sendable {
    case pictureLoss(sender: UInt32, source: UInt32)
    case full(sender: UInt32, entries: Range<Int>)

    private static let pictureLossFormat: UInt8 = 1
    private static let fullFormat: UInt8 = 4

    /// Nil for another packet, or one of the wrong length.
    package init?(_ block: RTCPBlock, in bytes: RawSpan) {
        guard block.type == RTCPType.payloadFeedback, block.body.count >= 8, block.body.upperBound <= bytes.byteCount else { return nil }
        let sender = bytes.number(at: block.body.lowerBound, as: UInt32.self)
        switch block.count {
        case Self.pictureLossFormat where block.body.count == 8:
            self = .pictureLoss(sender: sender, source: bytes.number(at: block.body.lowerBound + 4))
        case Self.fullFormat where block.body.count >= 16 && block.body.count % 8 == 0:
            self = .full(sender: sender, entries: block.body.lowerBound + 8..<block.body.upperBound)
        default: return nil
        }
    }

    /// Tells each source whose picture is asked for, with the number of a FIR: the same number again is the same request.
    package func forEach(in bytes: RawSpan, _ body: (_ source: UInt32, _ number: UInt8?) -> Void) {
        switch self {
        case .pictureLoss(_, let source): body(source, nil)
        case .full(_, let entries):
            guard entries.upperBound <= bytes.byteCount else { return }
            for offset in stride(from: entries.lowerBound, to: entries.upperBound, by: 8) {
                body(bytes.number(at: offset), bytes.byte(at: offset + 4))
            }
        }
    }

    /// Appends a PLI; false when there is no room.
    package static func writePictureLoss(of source: UInt32, from sender: UInt32, into output: inout OutputRawSpan) -> Bool {
        guard output.freeCapacity >= 12 else { return false }
        RTCPBlock.begin(RTCPType.payloadFeedback, count: pictureLossFormat, body: 8, in: &output)
        output.append(bigEndian: sender)
        output.append(bigEndian: source)
        return true
    }

    /// Appends a FIR for one source; false when there is no room.
    package static func writeFull(of source: UInt32, number: UInt8, from sender: UInt32, into output: inout OutputRawSpan) -> Bool {
        guard output.freeCapacity >= 20 else { return false }
        RTCPBlock.begin(RTCPType.payloadFeedback, count: fullFormat, body: 16, in: &output)
        output.append(bigEndian: sender)
        // RFC 5104 §4.3.1.2: the source stands in the entry, here is zero.
        output.append(bigEndian: 0 as UInt32)
        output.append(bigEndian: source)
        output.append(number)
        output.append(bigEndian24: 0)
        return true
    }
}
