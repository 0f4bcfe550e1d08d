/// The master key and salt of one direction, from the DTLS handshake (RFC 5764 §4.2).
package struct SRTPMasterKey: Sendable {
    let profile: SRTPProfile
    let key: [UInt8]
    let salt: [UInt8]

    /// Nil when the lengths are not those of the profile.
    package init?(_ profile: SRTPProfile, key: [UInt8], salt: [UInt8]) {
        guard key.count == profile.keyLength, salt.count == profile.saltLength else { return nil }
        self.profile = profile
        self.key = key
        self.salt = salt
    }

    /// The keys of both directions in what DTLS exports: the client's key, the server's, the client's salt, the server's.
    package static func pair(_ profile: SRTPProfile, exported: [UInt8]) -> (client: SRTPMasterKey, server: SRTPMasterKey)? {
        let (key, salt) = (profile.keyLength, profile.saltLength)
        guard exported.count == 2 * (key + salt) else { return nil }
        let salts = exported[(2 * key)...]
        guard let client = SRTPMasterKey(profile, key: Array(exported[..<key]), salt: Array(salts.prefix(salt))),
            let server = SRTPMasterKey(profile, key: Array(exported[key..<2 * key]), salt: Array(salts.suffix(salt)))
        else { return nil }
        return (client, server)
    }
}

extension SRTPMasterKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "•" }
    package var debugDescription: String { "•" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// What is made of a master key for one protocol in one direction (RFC 3711 §4.3).
struct SRTPSessionKeys {
    enum Stream: UInt8 {
        case rtp = 0
        case rtcp = 3
    }

    let profile: SRTPProfile
    let stream: Stream
    let cipherKey: [UInt8]
    /// Empty where the cipher authenticates.
    let authenticationKey: [UInt8]
    let salt: [UInt8]

    init(_ profile: SRTPProfile, _ stream: Stream, cipherKey: [UInt8], authenticationKey: [UInt8] = [], salt: [UInt8]) {
        self.profile = profile
        self.stream = stream
        self.cipherKey = cipherKey
        self.authenticationKey = authenticationKey
        self.salt = salt
    }

    /// Nil when OpenSSL has no memory left.
    init?(_ master: SRTPMasterKey, for stream: Stream) {
        func derive(_ label: UInt8, _ count: Int) -> [UInt8]? { Self.derive(from: master, label: stream.rawValue + label, count: count) }
        guard let cipherKey = derive(0, master.key.count), let salt = derive(2, master.salt.count),
            let authenticationKey = master.profile == .counter128 ? derive(1, MessageDigest.byteCount) : []
        else { return nil }
        self.init(master.profile, stream, cipherKey: cipherKey, authenticationKey: authenticationKey, salt: salt)
    }

    /// The pseudo-random bytes of RFC 3711 §4.3.3: the key stream under the master key that begins at the label, mixed with the salt.
    static func derive(from master: SRTPMasterKey, label: UInt8, count: Int) -> [UInt8]? {
        let algorithm: BlockCipher.Algorithm = master.key.count == 32 ? .counter256 : .counter128
        guard var cipher = BlockCipher(algorithm, .seal, key: master.key) else { return nil }
        // The label stands above the 48 bits of an index, which is zero as keys are never derived again (RFC 3711 §4.3.1).
        var nonce = master.salt + [UInt8](repeating: 0, count: 16 - master.salt.count)
        nonce[7] ^= label
        var stream = [UInt8](repeating: 0, count: count)
        guard nonce.withUnsafeBytes({ cipher.begin(nonce: $0) }) else { return nil }
        let isDone = stream.withUnsafeMutableBytes { bytes -> Bool in
            guard let start = bytes.baseAddress else { return false }
            return cipher.transform(UnsafeRawBufferPointer(bytes), to: start)
        }
        return isDone ? stream : nil
    }
}
