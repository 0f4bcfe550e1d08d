import Foundation
import TestKit
import Testing

@testable import Accounts

/// A short walk of what `bin/fuzz` does at length: seeds of the right shape with bytes of them changed, for what strangers send to sign in.
@Suite("hostile input to the parsers of sign-in") struct HostileInputTests {
    private func mutations(of folder: String, _ feed: ([UInt8]) -> Void) throws { try HostileInput.each(of: folder, feed) }

    @Test func cborIsNeverReadPastItsEnd() throws {
        var read = 0
        try mutations(of: "cbor") { bytes in
            var reader = CBORReader(bytes)
            guard let value = try? reader.next() else { return }
            read += 1
            #expect(reader.offset <= bytes.count)
            _ = try? COSEKey(value)
        }
        #expect(read > 0, "some of it was well-formed")
    }

    @Test func attestationsGiveNoMoreThanTheyHold() throws {
        try mutations(of: "attestation") { bytes in
            guard let credential = (try? AuthenticatorData(parsing: bytes))?.credential else { return }
            #expect((1...AuthenticatorData.longestID).contains(credential.id.count))
            #expect(credential.id.count + credential.key.count < bytes.count)
        }
    }

    @Test func noChangedAnswerIsBelieved() throws {
        let party = try #require(RelyingParty(origin: "https://sotto.test"))
        let device = SoftwareAuthenticator()
        let right = try device.use("AAAA")
        #expect(throws: Never.self) { try party.used(try PasskeyAnswer(json: right), key: device.coseKey, signCount: 0) }
        var dice = Seeded(7)
        let bytes = Array(right.utf8)
        for _ in 0..<2000 {
            var changed = bytes
            let place = Int.random(in: 0..<bytes.count, using: &dice)
            changed[place] = UInt8.random(in: 0x20...0x7E, using: &dice)
            guard let answer = try? PasskeyAnswer(json: String(decoding: changed, as: UTF8.self)),
                (try? party.used(answer, key: device.coseKey, signCount: 0)) != nil
            else { continue }
            // What is not signed may differ: the id it came under, and spare bits at the end of base64.
            let original = try PasskeyAnswer(json: right)
            #expect(Base64URL.decode(answer.response.signature ?? "") == Base64URL.decode(original.response.signature ?? ""))
            #expect(Base64URL.decode(answer.response.clientDataJSON) == Base64URL.decode(original.response.clientDataJSON))
        }
    }

    @Test func secretsReadBackAsThemselves() throws {
        try mutations(of: "totp") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            if let secret = Base32.decode(text) { #expect(Base32.encode(secret) == text) }
            _ = TOTP(secret: bytes).step(of: text, atSecond: .max / 2, after: 0)
        }
    }
}
