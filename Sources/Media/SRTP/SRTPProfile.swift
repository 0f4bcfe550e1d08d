/// How packets are sealed, in the order of our preference.
package enum SRTPProfile: UInt16, CaseIterable, Sendable {
    /// RFC 7714; the number is that of DTLS-SRTP (RFC 5764 §4.1.2).
    case galois128 = 0x0007
    case galois256 = 0x0008
    /// RFC 3711, for those who know nothing newer.
    case counter128 = 0x0001

    /// What OpenSSL calls it.
    package var name: String {
        switch self {
        case .galois128: "SRTP_AEAD_AES_128_GCM"
        case .galois256: "SRTP_AEAD_AES_256_GCM"
        case .counter128: "SRTP_AES128_CM_SHA1_80"
        }
    }

    package var keyLength: Int { self == .galois256 ? 32 : 16 }
    package var saltLength: Int { self == .counter128 ? 14 : 12 }
    /// What a packet grows by: the tag. RTCP grows by four more for its index.
    package var tagLength: Int { self == .counter128 ? 10 : 16 }

    var cipher: BlockCipher.Algorithm {
        switch self {
        case .galois128: .galois128
        case .galois256: .galois256
        case .counter128: .counter128
        }
    }
}
