import Crypto
package import Vocabulary

/// 128 random bits that open something to whoever bears them. **Only the SHA-256 is stored**, so a copy of the database opens nothing.
package struct BearerToken: Sendable, Equatable {
    /// 26 characters of Crockford base 32: fits a cookie and an address.
    package let text: Redacted<String>

    /// What the database keeps of it.
    package let hash: [UInt8]

    private init(bytes: [UInt8]) {
        text = Redacted(CrockfordBase32.encode(bytes))
        hash = Array(SHA256.hash(data: bytes))
    }

    /// A fresh one.
    package static func make() -> BearerToken {
        var random = SystemRandomNumberGenerator()
        return BearerToken(bytes: (0..<16).map { _ in random.next() })
    }

    /// Reads what a cookie or an address carries; nil when no token looks like that.
    package init?(_ text: String) {
        guard let bytes = CrockfordBase32.decode(text, count: 16) else { return nil }
        self.init(bytes: bytes)
    }
}
