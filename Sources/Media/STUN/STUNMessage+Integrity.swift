extension STUNMessage {
    /// What the checksum is mixed with, so that it is not taken for that of another protocol: "STUN" (RFC 8489 §14.7).
    static let fingerprintMask: UInt32 = 0x5354_554E

    /// Whether the message ends in a FINGERPRINT that is right.
    package func hasFingerprint(in bytes: RawSpan) -> Bool {
        guard let fingerprint, fingerprint <= bytes.byteCount - 8 else { return false }
        let checksum = CRC32.checksum(of: bytes.extracting(0..<fingerprint))
        return bytes.number(at: fingerprint + 4) == checksum ^ Self.fingerprintMask
    }

    /// Whether who wrote the message knows the key.
    func isAuthentic(in bytes: RawSpan, by mac: HMACSHA1) -> Bool {
        guard let integrity, integrity <= bytes.byteCount - Self.integrityLength else { return false }
        guard let digest = Self.digest(of: bytes.extracting(0..<integrity), by: mac) else { return false }
        return digest.agrees(with: bytes, at: integrity + 4)
    }

    /// The digest over what stands before MESSAGE-INTEGRITY, **with a length that ends after that attribute** (RFC 8489 §14.5).
    static func digest(of bytes: RawSpan, by mac: HMACSHA1) -> MessageDigest? {
        mac.begin()
        mac.update(bytes.extracting(0..<2))
        mac.update(bigEndian: UInt16(truncatingIfNeeded: bytes.byteCount - headerLength + integrityLength))
        mac.update(bytes.extracting(4..<bytes.byteCount))
        return mac.finish()
    }

    static let integrityLength = 4 + MessageDigest.byteCount
    static let fingerprintLength = 8
}

extension STUNMessage {
    /// The address in XOR-MAPPED-ADDRESS (RFC 8489 §14.2): as the other side saw us.
    package func mappedAddress(in bytes: RawSpan) -> TransportAddress? {
        guard let value = mappedAddress, value.upperBound <= bytes.byteCount, value.count >= 8 else { return nil }
        let port = bytes.number(at: value.lowerBound + 2, as: UInt16.self) ^ UInt16(Self.magicCookie >> 16)
        let first = bytes.number(at: value.lowerBound + 4, as: UInt32.self) ^ Self.magicCookie
        switch (bytes.byte(at: value.lowerBound + 1), value.count) {
        case (1, 8): return TransportAddress(ipv4: first, port: port)
        case (2, 20):
            let second = bytes.number(at: value.lowerBound + 8, as: UInt32.self) ^ transaction.first
            let low = bytes.number(at: value.lowerBound + 12, as: UInt64.self) ^ transaction.rest
            return TransportAddress(ipv6: UInt64(first) << 32 | UInt64(second), low, port: port)
        default: return nil
        }
    }
}
