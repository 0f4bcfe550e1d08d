/// A STUN message (RFC 8489) as far as connectivity checks need it: where its attributes lie, and the values of those that ICE reads.
///
/// It keeps places, not bytes, so each question about it is asked together with the bytes that it was parsed from.
package struct STUNMessage: Sendable {
    package enum Class: UInt8, Sendable { case request, indication, success, failure }

    package static let headerLength = 20
    package static let magicCookie: UInt32 = 0x2112_A442
    package static let binding: UInt16 = 0x001

    package let kind: Class
    package let method: UInt16
    package let transaction: STUNTransaction

    /// The places of values in the message, without their padding.
    package private(set) var username: Range<Int>?
    package private(set) var mappedAddress: Range<Int>?
    package private(set) var priority: UInt32?
    package private(set) var errorCode: UInt16?
    package private(set) var claimsControl: Bool?
    package private(set) var nominates = false
    /// The first attribute that must be understood (RFC 8489 §14) and is not.
    package private(set) var unknown: UInt16?
    /// Where MESSAGE-INTEGRITY and FINGERPRINT begin, with their heads.
    private(set) var integrity: Int?
    private(set) var fingerprint: Int?

    /// Reads a message that fills the datagram. **Nothing in it is authentic yet.**
    package init(parsing bytes: RawSpan) throws(STUNFault) {
        guard bytes.byteCount >= Self.headerLength else { throw .short }
        let type = bytes.number(at: 0, as: UInt16.self)
        guard type < 0x4000, bytes.number(at: 4, as: UInt32.self) == Self.magicCookie else { throw .foreign }
        let length = Int(bytes.number(at: 2, as: UInt16.self))
        guard length % 4 == 0, length == bytes.byteCount - Self.headerLength else { throw .length }
        // The class stands in bits 4 and 8 of the type, the method around them (RFC 8489 §5).
        let bits = UInt8(truncatingIfNeeded: type >> 7 & 0b10 | type >> 4 & 0b01)
        guard let kind = Class(rawValue: bits) else { throw .foreign }
        self.kind = kind
        method = type & 0x000F | type >> 1 & 0x0070 | type >> 2 & 0x0F80
        transaction = STUNTransaction(first: bytes.number(at: 8), rest: bytes.number(at: 12))

        var offset = Self.headerLength
        while offset < bytes.byteCount {
            guard offset <= bytes.byteCount - 4 else { throw .length }
            let attribute = bytes.number(at: offset, as: UInt16.self)
            let start = offset + 4
            let end = start + Int(bytes.number(at: offset + 2, as: UInt16.self))
            guard end <= bytes.byteCount else { throw .length }
            // FINGERPRINT ends a message (RFC 8489 §14.7).
            guard fingerprint == nil else { throw .afterFingerprint }
            try note(attribute, at: offset, value: start..<end, in: bytes)
            offset = (end + 3) & ~3
        }
    }

    private mutating func note(_ attribute: UInt16, at offset: Int, value: Range<Int>, in bytes: RawSpan) throws(STUNFault) {
        if attribute == STUNAttribute.fingerprint {
            guard value.count == 4 else { throw .length }
            fingerprint = offset
            return
        }
        // What comes after the integrity is not covered by it, and counts as not there (RFC 8489 §14.5).
        guard integrity == nil else { return }
        switch attribute {
        case STUNAttribute.username: if username == nil { username = value }
        case STUNAttribute.xorMappedAddress: if mappedAddress == nil { mappedAddress = value }
        case STUNAttribute.messageIntegrity:
            guard value.count == MessageDigest.byteCount else { throw .length }
            integrity = offset
        case STUNAttribute.errorCode:
            guard value.count >= 4 else { throw .length }
            let number = UInt16(bytes.byte(at: value.lowerBound + 2) & 0b111) * 100 + UInt16(bytes.byte(at: value.lowerBound + 3))
            errorCode = number
        case STUNAttribute.priority:
            guard value.count == 4 else { throw .length }
            priority = bytes.number(at: value.lowerBound)
        case STUNAttribute.useCandidate:
            guard value.isEmpty else { throw .length }
            nominates = true
        case STUNAttribute.iceControlled, STUNAttribute.iceControlling:
            guard value.count == 8 else { throw .length }
            claimsControl = attribute == STUNAttribute.iceControlling
        case STUNAttribute.messageIntegritySHA256: break
        default:
            if attribute < STUNAttribute.optional, unknown == nil { unknown = attribute }
        }
    }
}

/// The 96 bits by which a response finds its request.
package struct STUNTransaction: Hashable, Sendable {
    package let first: UInt32
    package let rest: UInt64

    package init(first: UInt32, rest: UInt64) {
        self.first = first
        self.rest = rest
    }

    init(using random: inout some RandomNumberGenerator) {
        self.init(first: random.next(), rest: random.next())
    }
}

/// Attributes by their numbers (RFC 8489 §18.3, RFC 8445 §16.1). Those from `optional` on may be passed over when unknown.
enum STUNAttribute {
    static let username: UInt16 = 0x0006
    static let messageIntegrity: UInt16 = 0x0008
    static let errorCode: UInt16 = 0x0009
    static let messageIntegritySHA256: UInt16 = 0x001C
    static let xorMappedAddress: UInt16 = 0x0020
    static let priority: UInt16 = 0x0024
    static let useCandidate: UInt16 = 0x0025
    static let optional: UInt16 = 0x8000
    static let fingerprint: UInt16 = 0x8028
    static let iceControlled: UInt16 = 0x8029
    static let iceControlling: UInt16 = 0x802A
}

/// Why a datagram is no STUN message.
package enum STUNFault: Error, Equatable, Sendable {
    case short
    /// Not of this protocol: wrong first bits or cookie.
    case foreign
    /// A length that does not fit what is there.
    case length
    case afterFingerprint
}
