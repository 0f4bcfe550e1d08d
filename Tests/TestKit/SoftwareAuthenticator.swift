package import Crypto
package import CryptoExtras
import Foundation

/// An authenticator made of software: writes what a browser would send, also what no honest one would.
package final class SoftwareAuthenticator {
    package enum Key {
        case es256(P256.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
        case rs256(_RSA.Signing.PrivateKey)
    }

    package let key: Key
    package let credential: [UInt8]
    package var signCount: UInt32
    package var origin = "https://sotto.test"
    package var relyingParty = "sotto.test"
    package var flags: UInt8 = 0x01 | 0x04
    package var handle: [UInt8]?
    package var extras: [String: Any] = [:]

    package init(_ key: Key = .es256(.init()), signCount: UInt32 = 0) {
        self.key = key
        self.signCount = signCount
        credential = (0..<32).map { _ in UInt8.random(in: 0...255) }
    }

    // MARK: - CBOR as CTAP2 writes it

    package static func head(_ major: UInt8, _ value: Int) -> [UInt8] {
        switch value {
        case 0..<24: [major << 5 | UInt8(value)]
        case 24..<256: [major << 5 | 24, UInt8(value)]
        default: [major << 5 | 25, UInt8(value >> 8), UInt8(value & 255)]
        }
    }

    package static func integer(_ value: Int) -> [UInt8] { value >= 0 ? head(0, value) : head(1, -1 - value) }
    package static func bytes(_ bytes: [UInt8]) -> [UInt8] { head(2, bytes.count) + bytes }
    package static func text(_ text: String) -> [UInt8] { head(3, text.utf8.count) + Array(text.utf8) }

    /// The public key as CTAP2 writes it.
    package var coseKey: [UInt8] {
        switch key {
        case .es256(let key):
            let point = Array(key.publicKey.x963Representation.dropFirst())
            return Self.head(5, 5) + Self.integer(1) + Self.integer(2) + Self.integer(3) + Self.integer(-7) + Self.integer(-1)
                + Self.integer(1)
                + Self.integer(-2) + Self.bytes(Array(point[..<32])) + Self.integer(-3) + Self.bytes(Array(point[32...]))
        case .ed25519(let key):
            return Self.head(5, 4) + Self.integer(1) + Self.integer(1) + Self.integer(3) + Self.integer(-8) + Self.integer(-1)
                + Self.integer(6)
                + Self.integer(-2) + Self.bytes(Array(key.publicKey.rawRepresentation))
        case .rs256(let key):
            let numbers = try? key.publicKey.getKeyPrimitives()
            return Self.head(5, 4) + Self.integer(1) + Self.integer(3) + Self.integer(3) + Self.integer(-257) + Self.integer(-1)
                + Self.bytes(Array(numbers?.modulus ?? Data())) + Self.integer(-2) + Self.bytes(Array(numbers?.publicExponent ?? Data()))
        }
    }

    // MARK: - Answers

    private func clientData(_ type: String, _ challenge: String) -> [UInt8] {
        var members: [String: Any] = ["type": type, "challenge": challenge, "origin": origin, "crossOrigin": false]
        members.merge(extras) { $1 }
        return Array((try? JSONSerialization.data(withJSONObject: members)) ?? Data())
    }

    private func authenticatorData(with credential: [UInt8] = []) -> [UInt8] {
        Array(SHA256.hash(data: Array(relyingParty.utf8))) + [credential.isEmpty ? flags : flags | 0x40]
            + (0..<4).map { UInt8(truncatingIfNeeded: signCount >> (24 - 8 * UInt32($0))) } + credential
    }

    /// What `navigator.credentials.create` gives.
    package func make(_ challenge: String) -> String {
        let attested =
            [UInt8](repeating: 0, count: 16) + [UInt8(credential.count >> 8), UInt8(credential.count & 255)] + credential + coseKey
        let object =
            Self.head(5, 3) + Self.text("fmt") + Self.text("none") + Self.text("attStmt") + Self.head(5, 0) + Self.text("authData")
            + Self.bytes(authenticatorData(with: attested))
        return json(["clientDataJSON": clientData("webauthn.create", challenge), "attestationObject": object])
    }

    /// What `navigator.credentials.get` gives.
    package func use(_ challenge: String) throws -> String {
        let client = clientData("webauthn.get", challenge)
        let data = authenticatorData()
        let message = data + Array(SHA256.hash(data: client))
        var response = ["clientDataJSON": client, "authenticatorData": data, "signature": try sign(message)]
        response["userHandle"] = handle
        return json(response)
    }

    package func sign(_ message: [UInt8]) throws -> [UInt8] {
        switch key {
        case .es256(let key): Array(try key.signature(for: message).derRepresentation)
        case .ed25519(let key): Array(try key.signature(for: message))
        case .rs256(let key):
            Array(try key.signature(for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5).rawRepresentation)
        }
    }

    /// Base64 as in RFC 4648 §5, without padding.
    private static func encoded(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private func json(_ response: [String: [UInt8]]) -> String {
        let members: [String: Any] = [
            "rawId": Self.encoded(credential), "type": "public-key", "response": response.mapValues(Self.encoded),
        ]
        return String(decoding: (try? JSONSerialization.data(withJSONObject: members)) ?? Data(), as: UTF8.self)
    }
}
