/// What stands before a piece of a VP8 picture (RFC 7741 §4.2): which picture and layer it belongs to. The picture itself may be encrypted.
package struct VP8Descriptor: Equatable, Sendable {
    /// Whether the packet begins one of the partitions of a picture, and which.
    private let startsPartition: Bool
    private let partition: UInt8
    /// Whether no other picture is made from this one.
    package var isDiscardable: Bool
    /// Seven or fifteen bits count the pictures.
    package var picture: UInt16?
    package var isLongPicture: Bool
    /// Counts the pictures of the lowest temporal layer, on which all others stand.
    package var base: UInt8?
    /// The temporal layer, and whether it stands on the lowest alone.
    package var layer: UInt8?
    package var isSynchronised: Bool
    package var key: UInt8?
    /// How long the descriptor was in the packet.
    package let length: Int

    /// Nil if it goes on past the end, or nothing of a picture follows.
    package init?(parsing payload: RawSpan) {
        guard payload.byteCount > 1 else { return nil }
        let first = payload.byte(at: 0)
        startsPartition = first & 0x10 != 0
        partition = first & 0x07
        isDiscardable = first & 0x20 != 0
        (picture, isLongPicture, base, layer, isSynchronised, key) = (nil, false, nil, nil, false, nil)
        guard first & 0x80 != 0 else {
            length = 1
            return
        }
        let has = payload.byte(at: 1)
        var offset = 2
        if has & 0x80 != 0 {
            guard offset < payload.byteCount else { return nil }
            isLongPicture = payload.byte(at: offset) & 0x80 != 0
            guard offset + (isLongPicture ? 2 : 1) <= payload.byteCount else { return nil }
            picture = isLongPicture ? payload.number(at: offset, as: UInt16.self) & 0x7FFF : UInt16(payload.byte(at: offset))
            offset += isLongPicture ? 2 : 1
        }
        if has & 0x40 != 0 {
            guard offset < payload.byteCount else { return nil }
            base = payload.byte(at: offset)
            offset += 1
        }
        if has & 0x30 != 0 {
            guard offset < payload.byteCount else { return nil }
            let byte = payload.byte(at: offset)
            if has & 0x20 != 0 { (layer, isSynchronised) = (byte >> 6, byte & 0x20 != 0) }
            if has & 0x10 != 0 { key = byte & 0x1F }
            offset += 1
        }
        guard offset < payload.byteCount else { return nil }
        length = offset
    }

    /// Whether the packet is the first of its picture.
    package var startsPicture: Bool { startsPartition && partition == 0 }

    /// Whether a whole picture begins here. The first bit of its head says so, and stays readable under end-to-end encryption.
    package func beginsKeyframe(in payload: RawSpan) -> Bool {
        startsPicture && length < payload.byteCount && payload.byte(at: length) & 0x01 == 0
    }
}

extension VP8Descriptor {
    /// How long it is as we write it: a picture is always counted with fifteen bits, so that its length never changes on the way.
    package var writtenLength: Int {
        guard hasExtension else { return 1 }
        return 2 + (picture == nil ? 0 : 2) + (base == nil ? 0 : 1) + (layer == nil && key == nil ? 0 : 1)
    }

    private var hasExtension: Bool { picture != nil || base != nil || layer != nil || key != nil }

    /// Appends it; false, and nothing written, when there is no room.
    package func write(into output: inout OutputRawSpan) -> Bool {
        guard output.freeCapacity >= writtenLength else { return false }
        output.append((hasExtension ? 0x80 : 0) | (isDiscardable ? 0x20 : 0) | (startsPartition ? 0x10 : 0) | partition)
        guard hasExtension else { return true }
        output.append((picture == nil ? 0 : 0x80) | (base == nil ? 0 : 0x40) | (layer == nil ? 0 : 0x20) | (key == nil ? 0 : 0x10))
        if let picture { output.append(bigEndian: picture | 0x8000) }
        if let base { output.append(base) }
        if layer != nil || key != nil { output.append((layer ?? 0) << 6 | (isSynchronised ? 0x20 : 0) | (key ?? 0) & 0x1F) }
        return true
    }
}

// MARK: - In few bytes

extension VP8Descriptor {
    /// From the lowest bit on: the length (3 bits, of 1 to 6), the first byte without its highest bit in another order (5), which of four
    /// fields there are (4), and all of them but the picture (16).
    var packed: PictureDescriptor.Packed {
        let head = UInt32(partition) | (startsPartition ? 0x08 : 0) | (isDiscardable ? 0x10 : 0)
        let has = (picture == nil ? 0 : 0x01) | (base == nil ? 0 : 0x02) | (layer == nil ? 0 : 0x04) | (key == nil ? 0 : 0x08) as UInt32
        let layers = UInt32(layer ?? 0) | (isSynchronised ? 0x04 : 0) | UInt32(key ?? 0) << 3
        return .init(
            picture: (picture ?? 0) | (isLongPicture ? 0x8000 : 0),
            rest: UInt32(length) | head << 3 | has << 8 | UInt32(base ?? 0) << 12 | layers << 20)
    }

    init(_ packed: PictureDescriptor.Packed) {
        let rest = packed.rest
        length = Int(rest & 0x07)
        partition = UInt8(rest >> 3 & 0x07)
        startsPartition = rest & 0x40 != 0
        isDiscardable = rest & 0x80 != 0
        picture = rest & 0x100 == 0 ? nil : packed.picture & 0x7FFF
        isLongPicture = packed.picture & 0x8000 != 0
        base = rest & 0x200 == 0 ? nil : UInt8(truncatingIfNeeded: rest >> 12)
        layer = rest & 0x400 == 0 ? nil : UInt8(rest >> 20 & 0x03)
        isSynchronised = rest & 0x40_0000 != 0
        key = rest & 0x800 == 0 ? nil : UInt8(rest >> 23 & 0x1F)
    }
}
