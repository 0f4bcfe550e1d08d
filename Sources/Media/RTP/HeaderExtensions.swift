/// What a packet says about itself beside its payload: the values of the extensions that were agreed, read in one walk.
///
/// An element that is malformed counts as not there. One that goes past the end ends the walk: RFC 8285 §4.2 lets a receiver pass over
/// extensions, so they never make a packet bad.
package struct HeaderExtensions: Sendable {
    /// Which m-line and which layer the packet belongs to; places in the packet.
    package private(set) var mid: Range<Int>?
    package private(set) var streamID: Range<Int>?
    package private(set) var repairedStreamID: Range<Int>?
    package private(set) var dependencyDescriptor: Range<Int>?
    package private(set) var transportSequence: UInt16?
    /// 6.18 fixed point seconds.
    package private(set) var absoluteSendTime: UInt32?
    /// RFC 6464: how loud the packet is, from 0 (loudest) to 127 −dBov, and whether its sender takes it for speech.
    package private(set) var audioLevel: UInt8?
    package private(set) var isVoice = false
    package private(set) var videoOrientation: UInt8?
    package private(set) var absoluteCaptureTime: Range<Int>?
    package private(set) var playoutDelay: UInt32?
    package private(set) var videoLayersAllocation: Range<Int>?

    package init(of header: RTPHeader, in bytes: RawSpan, as ids: HeaderExtensionIDs) {
        guard header.extensions.upperBound <= bytes.byteCount else { return }
        switch header.extensionProfile {
        case 0xBEDE: walkShort(header.extensions, in: bytes, as: ids)
        // The lower four bits belong to the application (RFC 8285 §4.3).
        case 0x1000...0x100F: walkLong(header.extensions, in: bytes, as: ids)
        default: return
        }
    }

    /// One-byte heads (RFC 8285 §4.2): four bits of number, four of length less one.
    private mutating func walkShort(_ range: Range<Int>, in bytes: RawSpan, as ids: HeaderExtensionIDs) {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let head = bytes.byte(at: offset)
            offset += 1
            switch head >> 4 {
            case 0: continue
            case 15: return
            case let number:
                let end = offset + Int(head & 0x0F) + 1
                guard end <= range.upperBound else { return }
                note(ids.meaning(of: number), offset..<end, in: bytes)
                offset = end
            }
        }
    }

    /// Two-byte heads (RFC 8285 §4.3): a byte of number, a byte of length.
    private mutating func walkLong(_ range: Range<Int>, in bytes: RawSpan, as ids: HeaderExtensionIDs) {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let number = bytes.byte(at: offset)
            offset += 1
            guard number != 0 else { continue }
            guard offset < range.upperBound else { return }
            let end = offset + 1 + Int(bytes.byte(at: offset))
            guard end <= range.upperBound else { return }
            note(ids.meaning(of: number), offset + 1..<end, in: bytes)
            offset = end
        }
    }

    private mutating func note(_ meaning: HeaderExtension?, _ value: Range<Int>, in bytes: RawSpan) {
        switch (meaning, value.count) {
        case (.mid, 1...): mid = value
        case (.streamID, 1...): streamID = value
        case (.repairedStreamID, 1...): repairedStreamID = value
        case (.dependencyDescriptor, 3...): dependencyDescriptor = value
        case (.transportSequence, 2): transportSequence = bytes.number(at: value.lowerBound)
        case (.absoluteSendTime, 3): absoluteSendTime = bytes.number24(at: value.lowerBound)
        case (.audioLevel, 1):
            audioLevel = bytes.byte(at: value.lowerBound) & 0x7F
            isVoice = bytes.byte(at: value.lowerBound) & 0x80 != 0
        case (.videoOrientation, 1): videoOrientation = bytes.byte(at: value.lowerBound)
        case (.absoluteCaptureTime, 8), (.absoluteCaptureTime, 16): absoluteCaptureTime = value
        case (.playoutDelay, 3): playoutDelay = bytes.number24(at: value.lowerBound)
        case (.videoLayersAllocation, 1...): videoLayersAllocation = value
        default: break
        }
    }
}
