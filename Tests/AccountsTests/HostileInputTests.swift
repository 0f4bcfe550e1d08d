import Foundation
import TestKit
import Testing

@testable import Accounts

/// A short walk of what `bin/fuzz` does at length: seeds of the right shape with bytes of them changed, for what strangers send to sign in.
@Suite("hostile input to the parsers of sign-in") struct HostileInputTests {
    private static let rounds = 20_000

    /// A generator of its own, so that a failure is the same every time.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64

        // SplitMix64.
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private func mutations(of folder: String, _ feed: ([UInt8]) -> Void) throws {
        let path = Repository.path + "/Fuzz/Seeds/" + folder
        var dice = Dice(state: 7)
        let seeds = try FileManager.default.contentsOfDirectory(atPath: path).sorted().map {
            Array(try Data(contentsOf: URL(filePath: "\(path)/\($0)")))
        }
        try #require(!seeds.isEmpty)
        for round in 0..<Self.rounds {
            var bytes = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 1...4, using: &dice) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &dice)
                switch Int.random(in: 0..<4, using: &dice) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &dice)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
                case 2: bytes.removeSubrange(place...)
                default: bytes.insert(contentsOf: bytes[place...].prefix(9), at: place)
                }
            }
            feed(bytes)
        }
    }

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
        var dice = Dice(state: 7)
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
