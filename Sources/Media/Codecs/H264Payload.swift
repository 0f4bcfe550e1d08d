/// What can be told of a packet of H.264 (RFC 6184) without decoding it. It has no descriptor: its pictures are told apart by their
/// timestamps alone, so nothing of it is counted anew.
package enum H264Payload {
    /// Two packets of the format that browsers use (`packetization-mode=1`): several units in one, and a part of one.
    private static let aggregate: UInt8 = 24
    private static let fragment: UInt8 = 28
    private static let keyPicture: UInt8 = 5
    private static let parameters: UInt8 = 7

    /// What begins in a packet.
    package struct Beginning: OptionSet, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The parameters of what follows, with which every whole picture of a browser begins.
        package static let parameters = Beginning(rawValue: 1)
        /// A picture that stands on no other.
        package static let keyPicture = Beginning(rawValue: 2)
    }

    /// Nil for what is no packet of this format: a unit of a kind that is not sent, or one that goes on past the end.
    package static func beginning(of payload: RawSpan) -> Beginning? {
        guard payload.byteCount > 1 else { return nil }
        let kind = payload.byte(at: 0) & 0x1F
        switch kind {
        case 1...23: return of(kind)
        case aggregate: return beginning(ofUnitsIn: payload)
        case fragment:
            guard payload.byteCount > 2 else { return nil }
            let head = payload.byte(at: 1)
            return head & 0x80 == 0 ? [] : of(head & 0x1F)
        default: return nil
        }
    }

    /// RFC 6184 §5.7.1: each unit behind its length.
    private static func beginning(ofUnitsIn payload: RawSpan) -> Beginning? {
        var found: Beginning = []
        var offset = 1
        while offset < payload.byteCount {
            guard offset + 2 < payload.byteCount else { return nil }
            let length = Int(payload.number(at: offset, as: UInt16.self))
            guard length > 0, offset + 2 + length <= payload.byteCount else { return nil }
            found.formUnion(of(payload.byte(at: offset + 2) & 0x1F))
            offset += 2 + length
        }
        return found
    }

    private static func of(_ kind: UInt8) -> Beginning {
        switch kind {
        case keyPicture: .keyPicture
        case parameters: .parameters
        default: []
        }
    }
}
