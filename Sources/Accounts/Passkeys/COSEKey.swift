import Crypto
import CryptoExtras

/// A public key as authenticators write it (RFC 9052 §7, RFC 9053 §7), of one of the kinds this server takes.
struct COSEKey: Sendable {
    enum Kind: Sendable {
        /// ECDSA with SHA-256 over P-256: every platform.
        case es256(P256.Signing.PublicKey)
        /// EdDSA over Ed25519 (RFC 9864 names it −19; −8 is what authenticators write).
        case ed25519(Curve25519.Signing.PublicKey)
        /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8812 §2): what Windows Hello makes where its chip knows no other.
        case rs256(_RSA.Signing.PublicKey)
    }

    /// COSE algorithm numbers in the order of preference.
    static let algorithms = [-7, -8, -257]

    /// Bytes of an RSA modulus that are taken: 2048 to 4096 bits. A longer one would only cost.
    private static let moduli = 256...512
    /// Public exponents that are taken: 65537, which everybody uses.
    private static let exponents: Set<[UInt8]> = [[1, 0, 1]]

    let kind: Kind

    init(_ value: CBOR) throws(PasskeyFailure) {
        do {
            switch (value[1]?.integer, value[3]?.integer, value[-1]?.integer) {
            case (2, -7, 1):
                guard let x = value[-2]?.byteString, let y = value[-3]?.byteString, x.count == 32, y.count == 32 else {
                    throw PasskeyFailure.key
                }
                kind = .es256(try P256.Signing.PublicKey(x963Representation: [4] + x + y))
            case (1, -8, 6):
                guard let x = value[-2]?.byteString, x.count == 32 else { throw PasskeyFailure.key }
                kind = .ed25519(try Curve25519.Signing.PublicKey(rawRepresentation: x))
            case (3, -257, _):
                guard let modulus = value[-1]?.byteString, let exponent = value[-2]?.byteString,
                    Self.moduli.contains(modulus.count), modulus.first != 0, Self.exponents.contains(exponent)
                else { throw PasskeyFailure.key }
                kind = .rs256(try _RSA.Signing.PublicKey(n: modulus, e: exponent))
            default: throw PasskeyFailure.key
            }
        } catch {
            throw .key
        }
    }

    func verifies(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        switch kind {
        case .es256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: message)
        case .ed25519(let key): return key.isValidSignature(signature, for: message)
        case .rs256(let key):
            return key.isValidSignature(.init(rawRepresentation: signature), for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5)
        }
    }
}

/// Why a passkey's answer is not believed. For tests and logs; people read one sentence for all.
enum PasskeyFailure: String, Error, Equatable {
    case format, type, challenge, origin, crossOrigin, relyingParty, notPresent, notVerified, backupState, key, signature, counter, unknown,
        owner
}
