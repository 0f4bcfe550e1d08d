import CryptoExtras
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Accounts

@Suite("registering with a passkey alone") struct PasskeyRegistrationTests {
    /// What Ana's browser posts after her device made a passkey.
    private func registration(_ door: Door, _ device: SoftwareAuthenticator, name: String = "Ana") throws -> Registration {
        let order = try door.accounts.passkeyOrderForSignUp()
        let person = try #require(Base64URL.decode(order.user.id).flatMap(PersonID.init(bytes:)))
        device.handle = person.bytes
        return Registration(
            name: name, email: "\(name.lowercased())@example.org", way: .passkey(device.make(order.challenge), of: person), age: .adult)
    }

    private func signIn(_ door: Door, _ device: SoftwareAuthenticator) async throws -> NewSession {
        try await door.accounts.signIn(passkey: try device.use(try door.accounts.passkeyQuestionForSignIn().challenge), from: Door.visit())
    }

    @Test("C01: an account is made with a passkey and no password, and opens with it", arguments: Engine.all)
    func aPasskeyMakesAnAccount(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let device = SoftwareAuthenticator()
        _ = try await door.accounts.register(try registration(door, device), from: Door.visit())
        let account = try #require(try await door.account("ana@example.org"))
        #expect(!account.hasPassword && account.person.bytes == device.handle)
        #expect(try await signIn(door, device).isOpen)
        #expect(try await door.accounts.hasNothingButPasskeys(account.person), "recovery codes are offered")
        await #expect(throws: Refusal.self) { try await door.signIn("Ana", password: "") }
        await #expect(throws: Refusal.self) { try await door.signIn("Ana") }
    }

    @Test("a form that is sent twice makes one account and leaves it whole", arguments: Engine.all)
    func sentTwice(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let device = SoftwareAuthenticator()
        let form = try registration(door, device)
        _ = try await door.accounts.register(form, from: Door.visit())
        await #expect(throws: Refusal.self) { try await door.accounts.register(form, from: Door.visit()) }
        #expect(try await signIn(door, device).isOpen, "the key of the first account was not destroyed")
        #expect(try await door.count("account") == 1)
    }

    @Test("an order made for one person registers nobody else, and a sign-in is no registration")
    func ordersAreBound() async throws {
        let door = try await Door()
        let device = SoftwareAuthenticator()
        var form = try registration(door, device)
        guard case .passkey(let answer, _) = form.way else { return }
        form.way = .passkey(answer, of: PersonID(at: door.clock.now))
        await #expect(throws: Refusal.self) { try await door.accounts.register(form, from: Door.visit()) }
        let question = try door.accounts.passkeyQuestionForSignIn()
        form.way = .passkey(device.make(question.challenge), of: PersonID(at: door.clock.now))
        await #expect(throws: Refusal.self) { try await door.accounts.register(form, from: Door.visit()) }
        #expect(try await door.count("account") == 0)
    }

    @Test("an address that is taken says nothing, and its account stays as it is", arguments: Engine.all)
    func takenAddress(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        try await door.register("Ana")
        let mallory = SoftwareAuthenticator()
        #expect(try await door.accounts.register(try registration(door, mallory), from: Door.visit()) == nil)
        #expect(try await door.count("passkey") == 0)
        await #expect(throws: Refusal.self) { try await signIn(door, mallory) }
        #expect(try await door.signIn("Ana").isOpen)
    }

    @Test("a passkey that belongs to somebody is not taken over by a new account", arguments: Engine.all)
    func takenCredential(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let device = SoftwareAuthenticator()
        _ = try await door.accounts.register(try registration(door, device), from: Door.visit())
        let handle = device.handle
        await #expect(throws: Refusal.self) {
            try await door.accounts.register(try registration(door, device, name: "Mallory"), from: Door.visit())
        }
        device.handle = handle
        #expect(try await signIn(door, device).isOpen)
        #expect(try await door.account("mallory@example.org") == nil)
    }

    @Test("where addresses are confirmed, the passkey confirms and opens nothing before", arguments: Engine.all)
    func confirmation(on engine: Engine) async throws {
        let door = try await Door(on: engine) { $0.confirmsEmail = true }
        let (device, mallory) = (SoftwareAuthenticator(), SoftwareAuthenticator())
        _ = try await door.accounts.register(try registration(door, device), from: Door.visit())
        await #expect(throws: Refusal("accounts.signIn.unconfirmed")) { try await signIn(door, device) }
        let token = try await door.token(in: "confirmEmail", to: "Ana")
        #expect(try await door.accounts.confirmationState(token, for: nil) == .needsPasskey)
        await #expect(throws: Refusal.self) { try await door.accounts.confirmEmail(token, by: nil, password: "anything") }
        let question = try door.accounts.passkeyQuestionForSignIn().challenge
        await #expect(throws: Refusal.self) {
            try await door.accounts.confirmEmail(token, by: nil, password: nil, passkey: try mallory.use(question))
        }
        #expect(try await door.accounts.confirmEmail(token, by: nil, password: nil, passkey: try device.use(question)))
        #expect(try await signIn(door, device).isOpen)
    }

    @Test("Windows Hello's RS256 is taken; a short, odd or foreign RSA key is not", arguments: [2048, 3072])
    func rsa(bits: Int) async throws {
        let door = try await Door()
        let device = SoftwareAuthenticator(.rs256(try _RSA.Signing.PrivateKey(keySize: .init(bitCount: bits))))
        _ = try await door.accounts.register(try registration(door, device), from: Door.visit())
        #expect(try await signIn(door, device).isOpen)
        let key = try CBORReader.read(device.coseKey)
        let other = SoftwareAuthenticator(.rs256(try _RSA.Signing.PrivateKey(keySize: .bits2048)))
        let signature = Array(try other.sign(Array("words".utf8)))
        #expect(try !COSEKey(key).verifies(signature, over: Array("words".utf8)))
        #expect(try !COSEKey(key).verifies([], over: []))
        func rsa(_ modulus: [UInt8], _ exponent: [UInt8]) -> CBOR {
            .map([
                (.unsigned(1), .unsigned(3)), (.unsigned(3), .negative(256)), (.negative(0), .bytes(modulus)),
                (.negative(1), .bytes(exponent)),
            ])
        }
        let odd = [UInt8](repeating: 0xFF, count: 256)
        for (modulus, exponent) in [
            ([UInt8](repeating: 0xFF, count: 128), [1, 0, 1]), (odd, [1]), (odd, [3]), (odd, []),
            ([UInt8](repeating: 0, count: 256), [1, 0, 1]),
            ([UInt8](repeating: 0xFF, count: 1024), [1, 0, 1]), ([], [1, 0, 1]),
        ] as [([UInt8], [UInt8])] {
            #expect(throws: PasskeyFailure.key) { try COSEKey(rsa(modulus, exponent)) }
        }
    }

    @Test("a passkey gets another name from its own person only", arguments: Engine.all)
    func names(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        let device = SoftwareAuthenticator()
        _ = try await door.accounts.register(try registration(door, device), from: Door.visit())
        let (ana, mallory) = (try await door.person("Ana"), try await door.register("Mallory"))
        let passkey = try #require(try await door.database.read { try $0.passkeys(of: ana) }.first)
        await #expect(throws: Problem.notFound) { try await door.accounts.renamePasskey(passkey.id, of: mallory, to: "Mine") }
        try await door.accounts.renamePasskey(passkey.id, of: ana, to: "Telephone")
        let renamed = try #require(try await door.database.read { try $0.passkeys(of: ana) }.first)
        #expect(try await door.ground.keys.openTexts([(ana, renamed.name)], as: Passkey.nameColumn) == ["Telephone"])
    }
}
