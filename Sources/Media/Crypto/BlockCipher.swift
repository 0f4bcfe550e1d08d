internal import COpenSSL

/// A cipher of OpenSSL with its key set. Setting a key costs more than a packet, so that happens once; each packet brings its nonce alone.
struct BlockCipher: ~Copyable {
    enum Algorithm: Sendable { case counter128, counter256, galois128, galois256 }
    enum Direction: CInt { case open, seal }

    private let context: OpaquePointer

    /// Nil for a key of the wrong length, and when OpenSSL has no memory left.
    init?(_ algorithm: Algorithm, _ direction: Direction, key: [UInt8]) {
        let cipher =
            switch algorithm {
            case .counter128: EVP_aes_128_ctr()
            case .counter256: EVP_aes_256_ctr()
            case .galois128: EVP_aes_128_gcm()
            case .galois256: EVP_aes_256_gcm()
            }
        guard key.count == Int(EVP_CIPHER_get_key_length(cipher)), let context = EVP_CIPHER_CTX_new() else { return nil }
        guard EVP_CipherInit_ex(context, cipher, nil, key, nil, direction.rawValue) == 1 else {
            EVP_CIPHER_CTX_free(context)
            return nil
        }
        self.context = context
    }

    deinit {
        EVP_CIPHER_CTX_free(context)
    }

    /// Begins a message. **The nonce has the length that the cipher wants**: 16 bytes for counter mode, 12 for Galois.
    mutating func begin(nonce: UnsafeRawBufferPointer) -> Bool {
        EVP_CipherInit_ex(context, nil, nil, nil, nonce.baseAddress?.assumingMemoryBound(to: UInt8.self), -1) == 1
    }

    /// Authenticates what stays readable.
    mutating func authenticate(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var count: CInt = 0
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), let length = CInt(exactly: bytes.count) else {
            return false
        }
        return EVP_CipherUpdate(context, nil, &count, start, length) == 1
    }

    /// Turns text into its cipher or back; `target` may be where `source` is. **There is room for as much.**
    mutating func transform(_ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) -> Bool {
        guard !source.isEmpty else { return true }
        var count: CInt = 0
        guard let start = source.baseAddress?.assumingMemoryBound(to: UInt8.self), let length = CInt(exactly: source.count) else {
            return false
        }
        return EVP_CipherUpdate(context, target.assumingMemoryBound(to: UInt8.self), &count, start, length) == 1 && count == length
    }

    /// Ends a sealed message: writes its tag.
    mutating func finish(writingTag tag: UnsafeMutableRawBufferPointer) -> Bool {
        var count: CInt = 0
        var nothing: UInt8 = 0
        return EVP_CipherFinal_ex(context, &nothing, &count) == 1
            && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, CInt(tag.count), tag.baseAddress) == 1
    }

    /// Ends an opened message: whether it is what was sealed.
    mutating func finish(checkingTag tag: UnsafeMutableRawBufferPointer) -> Bool {
        var count: CInt = 0
        var nothing: UInt8 = 0
        return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, CInt(tag.count), tag.baseAddress) == 1
            && EVP_CipherFinal_ex(context, &nothing, &count) == 1
    }
}
