/// What a packet says of the picture that it is a piece of, whichever codec that is in: enough to forward it, to leave it out, or to begin
/// with it.
package enum PictureDescriptor: Equatable, Sendable {
    case vp8(VP8Descriptor)
    case vp9(VP9Descriptor)
    /// Nil where nothing is said beside the packets; then all of them are forwarded.
    case av1(DependencyDescriptor?)
    case h264

    package var codec: Codec {
        switch self {
        case .vp8: .vp8
        case .vp9: .vp9
        case .av1: .av1
        case .h264: .h264
        }
    }

    /// The number of the picture and how many bits count it; nil where none do.
    var picture: (number: UInt16, bits: Int)? {
        switch self {
        case .vp8(let descriptor): descriptor.picture.map { ($0, descriptor.isLongPicture ? 15 : 7) }
        case .vp9(let descriptor): descriptor.picture.map { ($0, descriptor.isLongPicture ? 15 : 7) }
        case .av1(let descriptor): descriptor.map { ($0.picture, 16) }
        case .h264: nil
        }
    }

    /// The count of pictures of the lowest temporal layer.
    var base: UInt8? {
        switch self {
        case .vp8(let descriptor): descriptor.base
        case .vp9(let descriptor): descriptor.base
        case .av1, .h264: nil
        }
    }

    var key: UInt8? { if case .vp8(let descriptor) = self { descriptor.key } else { nil } }

    /// The temporal layer.
    package var layer: UInt8? {
        switch self {
        case .vp8(let descriptor): descriptor.layer
        case .vp9(let descriptor): descriptor.layer
        case .av1(let descriptor): descriptor?.layer
        case .h264: nil
        }
    }

    /// Whether one may go up to its layer with this picture.
    var isSynchronised: Bool {
        switch self {
        case .vp8(let descriptor): descriptor.isSynchronised
        case .vp9(let descriptor): descriptor.isSynchronised
        case .av1(let descriptor): descriptor?.isSynchronised ?? false
        case .h264: false
        }
    }

    /// Whether pictures behind one that was left out close up. In VP9 a
    /// picture says which others it stands on by how many there are between.
    var closesUp: Bool { codec == .vp8 }

    /// How many bytes of the packet are written anew.
    package var length: Int {
        switch self {
        case .vp8(let descriptor): descriptor.length
        case .vp9(let descriptor): descriptor.length
        case .av1, .h264: 0
        }
    }

    /// How many bytes are written instead.
    package var writtenLength: Int {
        switch self {
        case .vp8(let descriptor): descriptor.writtenLength
        case .vp9(let descriptor): descriptor.writtenLength
        case .av1, .h264: 0
        }
    }

    /// Appends what is written anew; false, and nothing written, when there is no room.
    package func write(into output: inout OutputRawSpan) -> Bool {
        switch self {
        case .vp8(let descriptor): descriptor.write(into: &output)
        case .vp9(let descriptor): descriptor.write(into: &output)
        case .av1, .h264: true
        }
    }

    /// As the receiver counts: fifteen bits for the picture.
    func counted(picture: UInt64, lessBase: UInt8, lessKey: UInt8) -> PictureDescriptor {
        let number = UInt16(truncatingIfNeeded: picture) & 0x7FFF
        switch self {
        case .vp8(var descriptor):
            if descriptor.picture != nil { descriptor.picture = number }
            descriptor.isLongPicture = true
            if let base = descriptor.base { descriptor.base = base &- lessBase }
            if let key = descriptor.key { descriptor.key = (key &- lessKey) & 0x1F }
            return .vp8(descriptor)
        case .vp9(var descriptor):
            if descriptor.picture != nil { descriptor.picture = number }
            descriptor.isLongPicture = true
            if let base = descriptor.base { descriptor.base = base &- lessBase }
            return .vp9(descriptor)
        case .av1, .h264: return self
        }
    }
}

// MARK: - In few bytes

extension PictureDescriptor {
    /// All that is written of a descriptor, in six bytes: it is kept of each packet for each receiver. **It does not say which codec it is
    /// of.**
    struct Packed: BitwiseCopyable {
        /// How many bits there are in `rest`.
        static let bits: UInt32 = 28

        /// Fifteen bits and whether all of them count.
        var picture: UInt16 = 0
        var rest: UInt32 = 0
    }

    var packed: Packed {
        switch self {
        case .vp8(let descriptor): descriptor.packed
        case .vp9(let descriptor): descriptor.packed
        case .av1, .h264: Packed()
        }
    }

    /// Nil for the codec of a sound. What AV1 says beside its packets is not written, and not there any more.
    init?(_ packed: Packed, of codec: Codec) {
        switch codec {
        case .vp8: self = .vp8(VP8Descriptor(packed))
        case .vp9: self = .vp9(VP9Descriptor(packed))
        case .av1: self = .av1(nil)
        case .h264: self = .h264
        case .opus, .red: return nil
        }
    }
}
