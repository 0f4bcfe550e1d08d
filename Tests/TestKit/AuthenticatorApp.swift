import Crypto

/// An authenticator app on somebody's phone: RFC 6238 written a second time, so that the server's own is not checked against itself.
package struct AuthenticatorApp: Sendable {
    private let key: SymmetricKey

    /// - Parameter secret: base 32, as the page shows it.
    package init(_ secret: String) {
        var bits = ""
        for letter in secret.uppercased() {
            guard let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".firstIndex(of: letter) else { continue }
            let number = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".distance(from: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".startIndex, to: value)
            let digits = String(number, radix: 2)
            bits += String(repeating: "0", count: 5 - digits.count) + digits
        }
        let letters = Array(bits)
        key = SymmetricKey(data: (0..<letters.count / 8).compactMap { UInt8(String(letters[$0 * 8..<$0 * 8 + 8]), radix: 2) })
    }

    /// These bytes as a secret (RFC 4648 §6).
    package static func secret(_ bytes: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        let bits = bytes.flatMap { byte in (0..<8).map { Int(byte >> (7 - $0) & 1) } }
        return String((0..<bits.count / 5).map { letters[bits[$0 * 5..<$0 * 5 + 5].reduce(0) { $0 << 1 | $1 }] })
    }

    /// The six digits it shows at that second of the epoch.
    package func code(at second: Int64) -> String {
        let counter = (0..<8).reversed().map { UInt8(truncatingIfNeeded: (second / 30) >> ($0 * 8)) }
        let sum = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: key))
        let start = Int(sum[19] % 16)
        let number = sum[start..<start + 4].reduce(0) { $0 * 256 + Int($1) } % 0x8000_0000
        return String(String(1_000_000 + number % 1_000_000).dropFirst())
    }
}
