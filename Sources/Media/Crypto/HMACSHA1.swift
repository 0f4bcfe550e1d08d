internal import COpenSSL

/// What HMAC-SHA1 makes of a message.
struct MessageDigest: BitwiseCopyable {
    static let byteCount = 20
    // The 20 bytes in their order, in three numbers of whichever order the machine has.
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt32 = 0

    /// Whether the bytes at the offset are the first `count` of these. **It takes as long for a near miss as for a far one.**
    func agrees(with bytes: RawSpan, at offset: Int, count: Int = byteCount) -> Bool {
        guard offset >= 0, count <= Self.byteCount, offset <= bytes.byteCount - count else { return false }
        return Swift.withUnsafeBytes(of: self) { digest in
            var difference: UInt8 = 0
            for place in 0..<count { difference |= digest[place] ^ bytes.byte(at: offset + place) }
            return difference == 0
        }
    }

    /// Appends the first `count` bytes.
    func append(to output: inout OutputRawSpan, count: Int = byteCount) {
        Swift.withUnsafeBytes(of: self) { digest in
            for place in 0..<count { output.append(digest[place]) }
        }
    }
}

/// HMAC-SHA1 (RFC 2104) under one key, kept ready: setting a key costs several times what a short message costs.
final class HMACSHA1 {
    private let context: OpaquePointer
    /// Whether OpenSSL agreed to every step since the message began.
    private var isSound = false

    /// Nil when OpenSSL has no memory left.
    init?(key: [UInt8]) {
        guard let algorithm = EVP_MAC_fetch(nil, "HMAC", nil) else { return nil }
        // The context holds the algorithm from now on.
        defer { EVP_MAC_free(algorithm) }
        guard let context = EVP_MAC_CTX_new(algorithm) else { return nil }
        self.context = context
        guard Self.set(key, in: context) else { return nil }
    }

    deinit {
        EVP_MAC_CTX_free(context)
    }

    private static func set(_ key: [UInt8], in context: OpaquePointer) -> Bool {
        // A name of OpenSSL's parameters must stay where it is, which a string that Swift hands over does not.
        let name: StaticString = "digest"
        var digest: [CChar] = Array("SHA1".utf8CString)
        return digest.withUnsafeMutableBufferPointer { digest in
            let name = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
            let parameters = [OSSL_PARAM_construct_utf8_string(name, digest.baseAddress, 0), OSSL_PARAM_construct_end()]
            // An empty key must be told from "the key as before", which nil means.
            return EVP_MAC_init(context, key.isEmpty ? [0] : key, key.count, parameters) == 1
        }
    }

    /// Begins a message under the same key.
    func begin() {
        isSound = EVP_MAC_init(context, nil, 0, nil) == 1
    }

    func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        let hasTaken = EVP_MAC_update(context, start, bytes.count) == 1
        isSound = isSound && hasTaken
    }

    func update(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Adds the number in network order.
    func update(bigEndian number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { update($0) }
    }

    /// The digest of the message; nil if OpenSSL refused a step, and then nothing counts as authentic.
    func finish() -> MessageDigest? {
        var digest = MessageDigest()
        var length = 0
        let isDone = withUnsafeMutableBytes(of: &digest) { bytes in
            EVP_MAC_final(context, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), &length, MessageDigest.byteCount) == 1
        }
        return isSound && isDone && length == MessageDigest.byteCount ? digest : nil
    }
}
