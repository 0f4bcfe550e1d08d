/// What stands before a piece of a VP9 picture (RFC 9628 §4.2): which picture and layer it belongs to. The picture itself may be encrypted.
///
/// Only what is counted anew is taken apart; what pictures it stands on and how the layers lie go on as they came, since **both are told by
/// how far pictures are apart**, which stays as it was.
package struct VP9Descriptor: Equatable, Sendable {
    /// I, P, L, F, B, E, V and Z.
    private let flags: UInt8
    /// The layers, where they are told: temporal (3 bits), whether one may
    /// go up to it here, spatial (3 bits), whether it stands on another.
    private let layers: UInt8
    /// Seven or fifteen bits count the pictures.
    package var picture: UInt16?
    package var isLongPicture: Bool
    /// Counts the pictures of the lowest temporal layer.
    package var base: UInt8?
    /// How long that which is counted anew was in the packet. The rest of the descriptor stands behind it.
    package let length: Int

    /// Nil if it goes on past the end, or nothing of a picture follows.
    package init?(parsing payload: RawSpan) {
        guard payload.byteCount > 1 else { return nil }
        let flags = payload.byte(at: 0)
        var offset = 1
        (picture, isLongPicture, base) = (nil, false, nil)
        if flags & 0x80 != 0 {
            isLongPicture = payload.byte(at: offset) & 0x80 != 0
            guard offset + (isLongPicture ? 2 : 1) <= payload.byteCount else { return nil }
            picture = isLongPicture ? payload.number(at: offset, as: UInt16.self) & 0x7FFF : UInt16(payload.byte(at: offset))
            offset += isLongPicture ? 2 : 1
        }
        var layers: UInt8 = 0
        if flags & 0x20 != 0 {
            let isFlexible = flags & 0x10 != 0
            guard offset + (isFlexible ? 1 : 2) <= payload.byteCount else { return nil }
            layers = payload.byte(at: offset)
            if !isFlexible { base = payload.byte(at: offset + 1) }
            offset += isFlexible ? 1 : 2
        }
        (self.flags, self.layers, length) = (flags, layers, offset)
        guard let end = Self.end(of: payload, from: offset, flags), end < payload.byteCount else { return nil }
    }

    /// Where the descriptor ends; nil if that is past the packet.
    private static func end(of payload: RawSpan, from start: Int, _ flags: UInt8) -> Int? {
        var offset = start
        if flags & 0x50 == 0x50 {
            // Up to three pictures that this one stands on; the lowest bit says that another follows.
            for place in 0..<3 {
                guard offset < payload.byteCount else { return nil }
                let goesOn = payload.byte(at: offset) & 0x01 != 0
                offset += 1
                if !goesOn { break }
                if place == 2 { return nil }
            }
        }
        guard flags & 0x02 != 0 else { return offset }
        guard offset < payload.byteCount else { return nil }
        let structure = payload.byte(at: offset)
        offset += 1
        // Width and height of each spatial layer.
        if structure & 0x10 != 0 { offset += 4 * (Int(structure >> 5) + 1) }
        guard structure & 0x08 != 0 else { return offset }
        guard offset < payload.byteCount else { return nil }
        var pictures = payload.byte(at: offset)
        offset += 1
        while pictures > 0 {
            guard offset < payload.byteCount else { return nil }
            offset += 1 + Int(payload.byte(at: offset) >> 2 & 0x03)
            pictures -= 1
        }
        return offset
    }

    private var hasLayers: Bool { flags & 0x20 != 0 }

    /// The temporal layer, and whether one may go up to it with this picture.
    package var layer: UInt8? { hasLayers ? layers >> 5 : nil }
    package var isSynchronised: Bool { layers & 0x10 != 0 }

    /// Whether a whole picture begins here: the first packet of its smallest layer, which stands on no earlier picture.
    package var beginsKeyframe: Bool { flags & 0x48 == 0x08 && layers & 0x0E == 0 }
}

extension VP9Descriptor {
    /// How long that which is counted anew is as we write it, with fifteen bits for the picture.
    package var writtenLength: Int { 1 + (picture == nil ? 0 : 2) + (hasLayers ? 1 : 0) + (base == nil ? 0 : 1) }

    /// Appends it; false, and nothing written, when there is no room.
    package func write(into output: inout OutputRawSpan) -> Bool {
        guard output.freeCapacity >= writtenLength else { return false }
        output.append(flags)
        if let picture { output.append(bigEndian: picture | 0x8000) }
        if hasLayers { output.append(layers) }
        if let base { output.append(base) }
        return true
    }
}

// MARK: - In few bytes

extension VP9Descriptor {
    /// From the lowest bit on: the length (3 bits, of 1 to 5), the flags (8), which say what else there is, the layers (8) and the count of
    /// the lowest (8).
    var packed: PictureDescriptor.Packed {
        .init(
            picture: (picture ?? 0) | (isLongPicture ? 0x8000 : 0),
            rest: UInt32(length) | UInt32(flags) << 3 | UInt32(layers) << 11 | UInt32(base ?? 0) << 19)
    }

    init(_ packed: PictureDescriptor.Packed) {
        let rest = packed.rest
        length = Int(rest & 0x07)
        flags = UInt8(truncatingIfNeeded: rest >> 3)
        layers = UInt8(truncatingIfNeeded: rest >> 11)
        picture = flags & 0x80 == 0 ? nil : packed.picture & 0x7FFF
        isLongPicture = packed.picture & 0x8000 != 0
        // Flexible mode has no such count.
        base = flags & 0x30 == 0x20 ? UInt8(truncatingIfNeeded: rest >> 19) : nil
    }
}
