@testable import Media

extension Fuzzer {
    static let codecs = [vp8, vp9, h264, av1, red]

    static let vp8 = Fuzzer(name: "vp8") { bytes in
        guard let descriptor = VP8Descriptor(parsing: bytes.span.bytes) else { return }
        precondition(descriptor.length < bytes.count, "nothing is left of the picture")
        _ = descriptor.beginsKeyframe(in: bytes.span.bytes)
        let again = written { precondition(descriptor.write(into: &$0)) } + [0]
        guard let read = VP8Descriptor(parsing: again.span.bytes) else { preconditionFailure("our descriptor cannot be read") }
        precondition(read.length == descriptor.writtenLength && read.picture == descriptor.picture && read.base == descriptor.base)
        precondition(read.layer == descriptor.layer && read.key == descriptor.key && read.startsPicture == descriptor.startsPicture)
    }

    static let vp9 = Fuzzer(name: "vp9") { bytes in
        guard let descriptor = VP9Descriptor(parsing: bytes.span.bytes) else { return }
        precondition(descriptor.length < bytes.count, "nothing is left of the picture")
        let again = written { precondition(descriptor.write(into: &$0)) } + bytes[descriptor.length...]
        guard let read = VP9Descriptor(parsing: again.span.bytes) else { preconditionFailure("our descriptor cannot be read") }
        precondition(read.length == descriptor.writtenLength && read.picture == descriptor.picture && read.base == descriptor.base)
        precondition(read.layer == descriptor.layer && read.beginsKeyframe == descriptor.beginsKeyframe)
    }

    static let h264 = Fuzzer(name: "h264") { bytes in
        _ = H264Payload.beginning(of: bytes.span.bytes)
    }

    /// The input as descriptors behind their lengths, of one stream.
    static let av1 = Fuzzer(name: "av1") { bytes in
        _ = AV1Payload.beginsSequence(bytes.span.bytes)
        var structure = DependencyDescriptor.Structure()
        var rest = bytes[...]
        while let length = rest.popFirst() {
            let piece = Array(rest.prefix(Int(length)))
            rest = rest.dropFirst(Int(length))
            let before = (0..<64 as Range<UInt8>).map { structure.layer(of: $0)?.temporal }
            let found = DependencyDescriptor(parsing: piece.span.bytes, by: &structure)
            precondition(found?.layer ?? 0 < 64, "a layer that there cannot be")
            if found == nil {
                precondition(before == (0..<64).map { structure.layer(of: $0)?.temporal }, "what was refused changed something")
            }
        }
    }

    static let red = Fuzzer(name: "red") { bytes in
        guard bytes.count <= 2048, let type = bytes.first.map({ $0 & 0x7F }), let found = REDPayload(parsing: bytes.span.bytes, of: type)
        else { return }
        precondition(found.newest.upperBound == bytes.count && found.newest.lowerBound > 4 * (found.count - 1), "a sound lies outside")
        let again = written { precondition(found.write(bytes.span.bytes, as: 111, into: &$0)) }
        precondition(REDPayload(parsing: again.span.bytes, of: 111) == found, "our packet cannot be read")
    }
}
