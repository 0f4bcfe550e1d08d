import Testing

@testable import Accounts

@Suite("CBOR (RFC 8949)") struct CBORTests {
    /// RFC 8949 appendix A, those of the part that authenticators write.
    @Test(
        arguments: [
            ("00", .unsigned(0)), ("17", .unsigned(23)), ("1818", .unsigned(24)), ("1903e8", .unsigned(1000)),
            ("1a000f4240", .unsigned(1_000_000)),
            ("1b000000e8d4a51000", .unsigned(1_000_000_000_000)), ("1bffffffffffffffff", .unsigned(.max)), ("20", .negative(0)),
            ("3863", .negative(99)),
            ("3bffffffffffffffff", .negative(.max)), ("f4", .bool(false)), ("f5", .bool(true)), ("f6", .null), ("40", .bytes([])),
            ("4401020304", .bytes([1, 2, 3, 4])), ("60", .text("")), ("6449455446", .text("IETF")), ("62c3bc", .text("ü")),
            ("64f0908591", .text("𐅑")),
            ("80", .array([])), ("83010203", .array([.unsigned(1), .unsigned(2), .unsigned(3)])),
            ("8301820203820405", .array([.unsigned(1), .array([.unsigned(2), .unsigned(3)]), .array([.unsigned(4), .unsigned(5)])])),
            ("a0", .map([])), ("a201020304", .map([(.unsigned(1), .unsigned(2)), (.unsigned(3), .unsigned(4))])),
            ("a26161016162820203", .map([(.text("a"), .unsigned(1)), (.text("b"), .array([.unsigned(2), .unsigned(3)]))])),
        ] as [(String, CBOR)])
    func theExamplesOfTheStandardAreRead(text: String, value: CBOR) throws {
        #expect(try CBORReader.read(hex(text)) == value)
    }

    @Test(
        "what is cut, endless, deep, odd or ambiguous is refused",
        arguments: [
            ("", .truncated), ("18", .truncated), ("42ff", .truncated), ("5bffffffffffffffff", .truncated),
            ("9bffffffffffffffff", .tooMany),
            ("bbffffffffffffffff", .tooMany), ("8181818181818100", .tooDeep), ("5f4101ff", .unsupported), ("9fff", .unsupported),
            ("c100", .unsupported),
            ("f7", .unsupported), ("f90000", .unsupported), ("fb3ff0000000000000", .unsupported), ("61ff", .notUTF8),
            ("a201020103", .duplicateKey),
            ("1817", .notShortest), ("190001", .notShortest), ("1a0000ffff", .notShortest), ("1b00000000ffffffff", .notShortest),
            ("0000", .unsupported),
        ] as [(String, CBORReader.Failure)])
    func theRestIsRefused(text: String, failure: CBORReader.Failure) {
        #expect(throws: failure) { try CBORReader.read(hex(text)) }
    }

    @Test func noBytesMakeItFallOver() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...64, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = try? CBORReader.read(bytes)
            _ = try? AuthenticatorData(parsing: bytes)
        }
    }

    @Test func threeHundredValuesAreTooMany() {
        let list = [0x98, 0x96] + [UInt8](repeating: 0x80, count: 150)
        #expect(throws: CBORReader.Failure.tooMany) { try CBORReader.read([0x82] + list + list) }
    }
}
