@testable import Media

/// A packet of a picture as the codec's own description of its packets says, small enough to be told apart: **who sent it and which size it
/// is stands behind the head and one byte of the picture**.
enum PicturePacket {
    static func bytes(_ codec: Codec, picture: UInt16, isFirst: Bool, isKey: Bool, author: UInt8, layer: UInt8) -> [UInt8] {
        let number = [UInt8(picture >> 8) | 0x80, UInt8(picture & 0xFF)]
        let head: [UInt8] =
            switch codec {
            case .vp9: [0x80 | (isKey ? 0 : 0x40) | (isFirst ? 0x08 : 0)] + number + [0]
            case .av1: [isFirst && isKey ? 0x18 : 0x10]
            // Parameters, then the picture; or one that stands on others.
            case .h264: [isKey ? (isFirst ? 0x67 : 0x65) : 0x41]
            default: [isFirst ? 0x90 : 0x80, 0x80] + number + [isKey ? 0 : 1]
            }
        return head + [author, layer] + [UInt8](repeating: 9, count: 300 + Int(layer) * 300)
    }

    /// What the receiver is shown, by the number that its codec has in our offers; nil for what is no picture.
    static func read(_ payload: [UInt8], type: UInt8) -> (author: UInt8, layer: UInt8, isKey: Bool)? {
        let bytes = payload.span.bytes
        var found: (length: Int, isKey: Bool)?
        switch Codec.pictures.first(where: { $0.slotType == type || $0.slotRepeatedType == type }) {
        case .vp8: found = VP8Descriptor(parsing: bytes).map { ($0.length + 1, $0.beginsKeyframe(in: bytes)) }
        case .vp9: found = VP9Descriptor(parsing: bytes).map { ($0.length + 1, $0.beginsKeyframe) }
        case .av1: found = AV1Payload.beginsSequence(bytes).map { (1, $0) }
        case .h264: found = H264Payload.beginning(of: bytes).map { (1, $0.contains(.parameters)) }
        default: break
        }
        guard let found, found.length + 1 < payload.count else { return nil }
        return (payload[found.length], payload[found.length + 1], found.isKey)
    }
}
