import Crypto
import Foundation
import Web

/// A browser's answer, in the shape of `PublicKeyCredential.toJSON()` (WebAuthn Level 3 §5.1.8).
struct PasskeyAnswer: Decodable {
    struct Response: Decodable {
        let clientDataJSON: String
        let attestationObject: String?
        let authenticatorData: String?
        let signature: String?
        let userHandle: String?
    }

    let rawId: String
    let type: String
    let response: Response

    /// Longest JSON text that is looked at: a chain of certificates fits.
    static let limit = 32 * 1024

    init(json: String) throws(PasskeyFailure) {
        guard json.utf8.count <= Self.limit, let answer = try? JSONDecoder().decode(PasskeyAnswer.self, from: Data(json.utf8)),
            answer.type == "public-key"
        else { throw .format }
        self = answer
    }

    static func bytes(_ text: String?) throws(PasskeyFailure) -> [UInt8] {
        guard let bytes = text.flatMap(Base64URL.decode) else { throw .format }
        return bytes
    }
}

/// Where passkeys of this server belong: the host they are bound to, and the origin the browser must name.
struct RelyingParty: Sendable {
    /// A host name; passkeys cannot be bound to an IP address.
    let id: String
    let origin: String

    /// Nil where browsers offer no passkeys.
    init?(origin: String) {
        guard let host = Site.passkeyHost(of: origin) else { return nil }
        id = host
        self.origin = origin
    }

    /// A passkey that was just made, believed (§7.1). Where it comes from is
    /// not asked: any authenticator will do, so the attestation is not read.
    struct Made: Sendable {
        let credential: [UInt8]
        let key: [UInt8]
        let signCount: UInt32
        let challenge: [UInt8]
    }

    func made(_ answer: PasskeyAnswer) throws(PasskeyFailure) -> Made {
        let client = try ClientData(parsing: try PasskeyAnswer.bytes(answer.response.clientDataJSON), act: .create, origin: origin)
        guard let object = try? CBORReader.read(try PasskeyAnswer.bytes(answer.response.attestationObject)),
            let bytes = object["authData"]?.byteString
        else { throw .format }
        let data = try AuthenticatorData(parsing: bytes)
        try data.check(relyingParty: id)
        guard let credential = data.credential, try PasskeyAnswer.bytes(answer.rawId) == credential.id else { throw .format }
        guard let key = try? CBORReader.read(credential.key) else { throw .key }
        _ = try COSEKey(key)
        return Made(credential: credential.id, key: credential.key, signCount: data.signCount, challenge: client.challenge)
    }

    /// An answer signed by the key of a stored passkey (§7.2).
    struct Used: Sendable {
        let signCount: UInt32
        let challenge: [UInt8]
    }

    func used(_ answer: PasskeyAnswer, key: [UInt8], signCount stored: UInt32) throws(PasskeyFailure) -> Used {
        let clientJSON = try PasskeyAnswer.bytes(answer.response.clientDataJSON)
        let client = try ClientData(parsing: clientJSON, act: .get, origin: origin)
        let bytes = try PasskeyAnswer.bytes(answer.response.authenticatorData)
        let data = try AuthenticatorData(parsing: bytes)
        try data.check(relyingParty: id)
        guard let value = try? CBORReader.read(key) else { throw .key }
        let signed = bytes + Array(SHA256.hash(data: clientJSON))
        guard try COSEKey(value).verifies(try PasskeyAnswer.bytes(answer.response.signature), over: signed) else { throw .signature }
        // §7.2 step 22: a counter that does not grow means two devices hold one key. Passkeys that are synchronised always say 0.
        guard data.signCount == 0 && stored == 0 || data.signCount > stored else { throw .counter }
        return Used(signCount: data.signCount, challenge: client.challenge)
    }
}
