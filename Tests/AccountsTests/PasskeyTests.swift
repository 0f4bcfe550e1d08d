import Crypto
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Accounts

@Suite("passkeys (WebAuthn Level 3)") struct PasskeyTests {
    /// Ana with a passkey.
    private func ana(_ door: Door, _ device: SoftwareAuthenticator) async throws -> Principal.Member {
        try await door.register("Ana")
        let ana = try await door.member("Ana")
        let order = try await door.accounts.passkeyOrder(for: ana)
        try await door.accounts.addPasskey(device.make(order.challenge), named: "Laptop", for: ana, proof: try await door.proof(ana))
        return ana
    }

    private func signIn(_ door: Door, _ device: SoftwareAuthenticator) async throws -> NewSession {
        try await door.accounts.signIn(passkey: try device.use(try door.accounts.passkeyQuestionForSignIn().challenge), from: Door.visit())
    }

    @Test("a passkey signs in by itself", arguments: Engine.all)
    func aPasskeySignsIn(on engine: Engine) async throws {
        for key in [SoftwareAuthenticator.Key.es256(.init()), .ed25519(.init())] {
            let door = try await Door(on: engine)
            let device = SoftwareAuthenticator(key)
            let ana = try await ana(door, device)
            device.handle = ana.person.bytes
            let session = try await signIn(door, device)
            #expect(session.isOpen && session.person == ana.person)
            #expect(try await door.letters("settingChanged", to: "Ana").count == 1)
        }
    }

    @Test("a passkey stands for both factors, and is not slowed by others who guess")
    func aPasskeyIsNeverLockedOut() async throws {
        let door = try await Door()
        let device = SoftwareAuthenticator()
        _ = try await ana(door, device)
        for number in 0..<60 {
            _ = try? await door.signIn("Ana", password: "guess guess guess", from: Door.visit(from: "198.51.100.\(number)"))
        }
        #expect(try await signIn(door, device).isOpen)
    }

    @Test("an answer is taken once", arguments: Engine.all)
    func anAnswerIsTakenOnce(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let device = SoftwareAuthenticator()
        _ = try await ana(door, device)
        let answer = try device.use(try door.accounts.passkeyQuestionForSignIn().challenge)
        _ = try await door.accounts.signIn(passkey: answer, from: Door.visit())
        await #expect(throws: Refusal.self) { try await door.accounts.signIn(passkey: answer, from: Door.visit()) }
    }

    @Test("a challenge ends, and is good for its own purpose and session only")
    func challengesAreBound() async throws {
        let door = try await Door()
        let device = SoftwareAuthenticator()
        let ana = try await ana(door, device)
        let signIn = try device.use(try door.accounts.passkeyQuestionForSignIn().challenge)
        await #expect(throws: Refusal.self) { try await door.accounts.prove(ana, password: nil, passkey: signIn) }
        let proof = try device.use(try await door.accounts.passkeyQuestion(for: ana).challenge)
        let other = try await door.member("Ana", from: Door.visit(on: Agents.chrome))
        await #expect(throws: Refusal.self) { try await door.accounts.prove(other, password: nil, passkey: proof) }
        await #expect(throws: Refusal.self) { try await door.accounts.signIn(passkey: proof, from: Door.visit()) }
        #expect(try await door.accounts.prove(ana, password: nil, passkey: proof).person == ana.person)
        let late = try device.use(try door.accounts.passkeyQuestionForSignIn().challenge)
        door.clock.advance(by: .minutes(5))
        await #expect(throws: Refusal.self) { try await door.accounts.signIn(passkey: late, from: Door.visit()) }
        let invented = try device.use(Base64URL.encode([UInt8](repeating: 7, count: 40)))
        await #expect(throws: Refusal.self) { try await door.accounts.signIn(passkey: invented, from: Door.visit()) }
    }

    @Test(
        "what an attacker could change is noticed",
        arguments: [
            { $0.origin = "https://evil.test" }, { $0.relyingParty = "evil.test" }, { $0.flags = 0x01 }, { $0.flags = 0x04 },
            { $0.flags = 0x01 | 0x04 | 0x10 }, { $0.extras = ["crossOrigin": true] }, { $0.extras = ["topOrigin": "https://evil.test"] },
            { $0.extras = ["type": "webauthn.create"] }, { $0.handle = Array(repeating: 1, count: 16) },
        ] as [@Sendable (SoftwareAuthenticator) -> Void])
    func forgeriesAreNoticed(change: @Sendable (SoftwareAuthenticator) -> Void) async throws {
        let door = try await Door()
        let device = SoftwareAuthenticator()
        _ = try await ana(door, device)
        change(device)
        await #expect(throws: Refusal.self) { try await signIn(door, device) }
        #expect(try await door.count("session") == 1)
    }

    @Test("another key's signature is not believed")
    func anotherKeyIsNotBelieved() async throws {
        let door = try await Door()
        let device = SoftwareAuthenticator()
        _ = try await ana(door, device)
        let challenge = try door.accounts.passkeyQuestionForSignIn().challenge
        let forged = try SoftwareAuthenticator().use(challenge)
        await #expect(throws: Refusal.self) { try await door.accounts.signIn(passkey: forged, from: Door.visit()) }
        let borrowed = try SoftwareAuthenticator().use(challenge).replacing(
            /"rawId":"[^"]*"/, with: "\"rawId\":\"\(Base64URL.encode(device.credential))\"")
        await #expect(throws: Refusal.self) { try await door.accounts.signIn(passkey: borrowed, from: Door.visit()) }
    }

    @Test("a counter that does not grow betrays a copy", arguments: Engine.all)
    func copiesAreNoticed(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let device = SoftwareAuthenticator(signCount: 5)
        _ = try await ana(door, device)
        device.signCount = 6
        #expect(try await signIn(door, device).isOpen)
        await #expect(throws: Refusal.self) { try await signIn(door, device) }
        device.signCount = 7
        #expect(try await signIn(door, device).isOpen)
    }

    @Test("nobody makes a passkey in somebody else's name")
    func makingIsBoundToTheSession() async throws {
        let door = try await Door()
        let device = SoftwareAuthenticator()
        let ana = try await ana(door, device)
        try await door.register("Mallory")
        let mallory = try await door.member("Mallory")
        let order = try await door.accounts.passkeyOrder(for: ana)
        let (other, proof) = (SoftwareAuthenticator(), try await door.proof(mallory))
        await #expect(throws: Refusal.self) {
            try await door.accounts.addPasskey(other.make(order.challenge), named: "", for: mallory, proof: proof)
        }
        // Nor may she register a credential that is Ana's already.
        let own = try await door.accounts.passkeyOrder(for: mallory)
        await #expect(throws: Refusal.self) {
            try await door.accounts.addPasskey(device.make(own.challenge), named: "", for: mallory, proof: proof)
        }
    }

    @Test func aRemovedPasskeyOpensNothing() async throws {
        let door = try await Door()
        let device = SoftwareAuthenticator()
        let ana = try await ana(door, device)
        let passkey = try #require(try await door.database.read { try $0.passkeys(of: ana.person) }.first)
        try await door.accounts.removePasskey(passkey.id, of: ana.person, proof: try await door.proof(ana))
        await #expect(throws: Refusal.self) { try await signIn(door, device) }
    }

    @Test(
        "passkeys are offered where browsers keep them",
        arguments: [
            ("https://talk.example.org", "talk.example.org"), ("http://localhost:8080", "localhost"), ("https://192.0.2.1:8443", nil),
            ("http://talk.example.org", nil), ("https://[2001:db8::1]", nil),
        ] as [(String, String?)])
    func passkeysAreOfferedWhereBrowsersKeepThem(origin: String, host: String?) {
        #expect(RelyingParty(origin: origin)?.id == host)
    }

    @Test("the examples of the standard are believed", arguments: WebAuthnExample.all)
    func theExamplesOfTheStandardAreBelieved(example: WebAuthnExample) throws {
        let object = try CBORReader.read(hex(example.attestationObject))
        let made = try AuthenticatorData(parsing: try #require(object["authData"]?.byteString))
        let key = try COSEKey(try CBORReader.read(try #require(made.credential?.key)))
        let creation = try ClientData(parsing: hex(example.creationClientData), act: .create, origin: "https://example.org")
        #expect(creation.challenge == hex(example.creationChallenge))
        let client = try ClientData(parsing: hex(example.clientData), act: .get, origin: "https://example.org")
        #expect(client.challenge == hex(example.challenge))
        let signed = hex(example.authenticatorData) + Array(SHA256.hash(data: hex(example.clientData)))
        #expect(key.verifies(hex(example.signature), over: signed))
        #expect(!key.verifies(hex(example.signature), over: signed + [0]))
        // The examples were made without user verification, which this server demands.
        let used = try AuthenticatorData(parsing: hex(example.authenticatorData))
        #expect(throws: PasskeyFailure.notVerified) { try used.check(relyingParty: "example.org") }
        #expect(throws: PasskeyFailure.relyingParty) { try used.check(relyingParty: "example.com") }
    }
}

/// Bytes from hexadecimal.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}
