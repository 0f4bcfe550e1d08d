/// The checksum of ISO 3309, which STUN's FINGERPRINT is made of. It finds what was damaged, not what was forged.
enum CRC32 {
    static func checksum(of bytes: RawSpan) -> UInt32 {
        var remainder = UInt32.max
        for offset in bytes.byteOffsets {
            let place = UInt8(truncatingIfNeeded: remainder) ^ bytes.byte(at: offset)
            remainder = remainder >> 8 ^ table[Int(place)]
        }
        return ~remainder
    }

    /// What each byte does to the remainder, by the reversed polynomial.
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { remainder, _ in remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
    }
}
