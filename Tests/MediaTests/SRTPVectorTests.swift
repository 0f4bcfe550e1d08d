import Testing

@testable import Media

/// What the RFCs say comes out, byte by byte.
@Suite struct SRTPVectorTests {
    static let masterKey = hex("E1F97A0D3E018BE0D64FA32C06DE4139")
    static let masterSalt = hex("0EC675AD498AFEEBB6960B3AABE6")

    /// RFC 3711 §B.2.
    @Test func theKeyStreamIsThatOfTheRFC() throws {
        guard var cipher = BlockCipher(.counter128, .seal, key: hex("2B7E151628AED2A6ABF7158809CF4F3C")) else {
            throw SRTPFault.malformed
        }
        let nonce = hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000")
        var stream = [UInt8](repeating: 0, count: 48)
        let hasBegun = nonce.withUnsafeBytes { cipher.begin(nonce: $0) }
        let isDone = stream.withUnsafeMutableBytes { cipher.transform(UnsafeRawBufferPointer($0), to: $0.baseAddress!) }
        #expect(hasBegun && isDone)
        #expect(stream == hex("E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0"))
    }

    /// RFC 3711 §B.3.
    @Test func theSessionKeysAreThoseOfTheRFC() throws {
        let master = try #require(SRTPMasterKey(.counter128, key: Self.masterKey, salt: Self.masterSalt))
        let keys = try #require(SRTPSessionKeys(master, for: .rtp))
        #expect(keys.cipherKey == hex("C61E7A93744F39EE10734AFE3FF7A087"))
        #expect(keys.salt == hex("30CBBC08863D8C85D49DB34A9AE1"))
        #expect(keys.authenticationKey == hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"))
    }

    /// The packets by which implementations of AES_CM_128_HMAC_SHA1_80 have compared themselves since libsrtp 1.
    @Test func aPacketInCounterModeIsThatOfEveryOtherImplementation() throws {
        let master = try #require(SRTPMasterKey(.counter128, key: Self.masterKey, salt: Self.masterSalt))
        guard let sender = SRTPSender(master), let receiver = SRTPReceiver(master) else { throw SRTPFault.malformed }
        let line = SealedLine(sender, receiver)
        let plain = hex("800f1234 decafbad cafebabe abababab abababab abababab abababab")
        let sealed = hex("800f1234 decafbad cafebabe 4e55dc4c e79978d8 8ca4d215 949d2402 b78d6acc 99ea179b 8dbb")
        #expect(try line.seal(plain) == sealed)
        #expect(try line.open(sealed) == plain)

        let report = hex("81c8000b cafebabe abababab abababab abababab abababab")
        let sealedReport = hex("81c8000b cafebabe 7128035b e487b9bd bef89041 f977a5a8 80000001 993e08cd 54d6c123 0798")
        _ = try line.sealControl(report)
        #expect(try line.sealControl(report) == sealedReport)
        #expect(try line.openControl(sealedReport) == report)
    }

    /// RFC 7714 §16.1 and §16.2.
    @Test(arguments: [
        (
            SRTPProfile.galois128,
            "f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce"
        ),
        (
            .galois256,
            "32b1de78 a822fe12 ef9f78fa 332e33aa b1801238 9a58e2f3 b50b2a02 76ffae0f 1ba63799 b87b7aa3 db36dfff d6b0f9bb 7878d7a7 6c13"
        ),
    ])
    func aPacketInGaloisModeIsThatOfTheRFC(profile: SRTPProfile, sealed: String) throws {
        let line = try Self.line(profile)
        let head = hex("8040f17b 8041f8d3 5501a0b2")
        let text = Array("Gallia est omnis divisa in partes tres".utf8)
        #expect(try line.seal(head, text) == head + hex(sealed))
        #expect(try line.open(head + hex(sealed)) == head + text)
    }

    /// RFC 7714 §17.1 and §17.3; only the index is not the first.
    @Test(arguments: [
        (
            SRTPProfile.galois128,
            """
            63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda 4ce09b46 86303ded 0bb9275b c84aa458 96cf4d2f
            c5abf872 45d9eade
            """
        ),
        (
            .galois256,
            """
            d50ae4d1 f5ce5d30 4ba297e4 7d470c28 2c3ece5d bffe0a50 a2eaa5c1 110555be 8415f658 c61de047 6f1b6fad 1d1eb30c 4446839f
            57ff6f6c b26ac3be
            """
        ),
    ])
    func aReportInGaloisModeIsThatOfTheRFC(profile: SRTPProfile, sealed: String) throws {
        let line = try Self.line(profile)
        let head = hex("81c8000d 4d617273")
        let text = hex("4e545031 4e545032 52545020 0000042a 0000e930 4c756e61") + [UInt8](repeatingWord: 0xDEAD_BEEF, count: 5)
        #expect(try line.openControl(head + hex(sealed) + hex("800005d4")) == head + text)
        for _ in 0..<0x5D4 { _ = try line.sealControl(head + text) }
        #expect(try line.sealControl(head + text) == head + hex(sealed) + hex("800005d4"))
    }

    /// The RFC's examples begin at the session keys.
    private static func line(_ profile: SRTPProfile) throws -> SealedLine {
        let key = (0..<profile.keyLength).map(UInt8.init)
        let salt = Array("Quid pro quo".utf8)
        return try SealedLine(
            rtp: SRTPSessionKeys(profile, .rtp, cipherKey: key, salt: salt),
            rtcp: SRTPSessionKeys(profile, .rtcp, cipherKey: key, salt: salt))
    }
}

extension [UInt8] {
    fileprivate init(repeatingWord word: UInt32, count: Int) {
        self = (0..<count).flatMap { _ in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) } }
    }
}
