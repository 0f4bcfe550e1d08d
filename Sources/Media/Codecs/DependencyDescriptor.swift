/// What a packet says of its picture beside it (the dependency descriptor of the RTP payload format for AV1, appendix A): its number, its
/// layer, and whether a stream can be begun with it. AV1 itself says nothing of that in the open.
package struct DependencyDescriptor: Equatable, Sendable {
    /// Which layer of which structure a picture is of is told once, with a whole picture, and by a number from then on.
    package struct Structure: Sendable {
        static let mostTemplates = 64

        private var first: UInt8 = 0
        private(set) var count = 0
        /// The temporal layer of each, and in the highest bit whether one may go up to it.
        private var templates = InlineArray<64, UInt8>(repeating: 0)

        package init() {}

        /// The layer of a picture by the number of its template; nil for one that the structure does not have.
        func layer(of template: UInt8) -> (temporal: UInt8, isSynchronised: Bool)? {
            let place = Int((template &+ 64 &- first) & 63)
            guard place < count else { return nil }
            return (templates[place] & 0x7F, templates[place] & 0x80 != 0)
        }

        /// Nil if it goes on past the end. Of what it says, the layers and what each is to those who see so much are of use.
        init?(_ reader: inout BitReader, of bytes: RawSpan) {
            first = UInt8(reader.read(6, of: bytes))
            let targets = Int(reader.read(5, of: bytes)) + 1
            var (temporal, next): (UInt8, UInt32) = (0, 0)
            repeat {
                guard count < Self.mostTemplates else { return nil }
                templates[count] = temporal
                count += 1
                next = reader.read(2, of: bytes)
                // 1: the next temporal layer; 2: the next spatial one; 3: there are no more.
                if next == 1 { temporal += 1 } else if next == 2 { temporal = 0 }
            } while next != 3 && reader.isWhole
            markSwitches(&reader, of: bytes, targets: targets)
            guard reader.isWhole else { return nil }
        }

        /// A picture is one with which somebody may go up to its layer, if it is a switch for those who see no layer above it.
        private mutating func markSwitches(_ reader: inout BitReader, of bytes: RawSpan, targets: Int) {
            var highest = InlineArray<32, UInt8>(repeating: 0)
            var switches = InlineArray<64, UInt32>(repeating: 0)
            for place in 0..<count {
                for target in 0..<targets where reader.isWhole {
                    let indication = reader.read(2, of: bytes)
                    if indication != 0 { highest[target] = max(highest[target], templates[place]) }
                    if indication == 2 { switches[place] |= 1 << UInt32(target) }
                }
            }
            for place in 0..<count {
                let layer = templates[place]
                for target in 0..<targets where switches[place] & 1 << UInt32(target) != 0 && highest[target] == layer {
                    templates[place] |= 0x80
                }
            }
        }
    }

    private let flags: UInt8
    /// Sixteen bits count the pictures of all layers.
    package let picture: UInt16
    /// The temporal layer, if the structure is known, and whether one may go up to it with this picture.
    package private(set) var layer: UInt8?
    package private(set) var isSynchronised = false
    private var hasStructure = false

    /// Reads it by what is known of the structure, or a new one that it brings. Nil if it goes on past the end; then the structure stays.
    package init?(parsing bytes: RawSpan, by structure: inout Structure) {
        guard bytes.byteCount >= 3 else { return nil }
        flags = bytes.byte(at: 0)
        picture = bytes.number(at: 1)
        if bytes.byteCount > 3, bytes.byte(at: 3) & 0x80 != 0 {
            var reader = BitReader(from: 3)
            // Whether there are a structure, the targets that are wanted, and what is said of this picture alone.
            _ = reader.read(5, of: bytes)
            guard let new = Structure(&reader, of: bytes) else { return nil }
            structure = new
            hasStructure = true
        }
        if let found = structure.layer(of: flags & 0x3F) { (layer, isSynchronised) = found }
    }

    /// A structure comes with each whole picture, in its first packet.
    package var beginsKeyframe: Bool { hasStructure && flags & 0x80 != 0 }
}
