import Crypto
import Foundation

/// Time-based one-time passwords (RFC 6238) with the parameters every authenticator app speaks: SHA-1, six digits, thirty seconds.
struct TOTP: Sendable {
    let secret: [UInt8]

    /// Seconds a code stands.
    static let period: Int64 = 30
    /// Steps before and after the present one that are taken, for clocks that differ.
    static let drift: Int64 = 1
    /// RFC 4226 §4 R6: 160 bits.
    static let secretLength = 20

    /// The step a moment belongs to.
    static func step(atSecond second: Int64) -> Int64 { second / period }

    /// The code of a step, with leading zeros (RFC 4226 §5.3).
    func code(step: Int64, digits: Int = 6) -> String {
        let counter = withUnsafeBytes(of: step.bigEndian) { Array($0) }
        let hash = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
        let offset = Int(hash[19] & 0x0F)
        let number = hash[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let text = String(number % (1...digits).reduce(UInt32(1)) { power, _ in power * 10 })
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// The step whose code this is, later than the last one used: **a code is taken once** (RFC 6238 §5.2).
    func step(of typed: String, atSecond second: Int64, after last: Int64) -> Int64? {
        let digits = typed.filter { !$0.isWhitespace }
        guard digits.utf8.count == 6 else { return nil }
        let now = Self.step(atSecond: second)
        return ((now - Self.drift)...(now + Self.drift)).first { $0 > last && Self.equal(code(step: $0), digits) }
    }

    /// What an authenticator app reads, from a picture or a tap (the de-facto key URI format).
    func address(issuer: String, account: String) -> String {
        func escape(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "" }
        return "otpauth://totp/\(escape(issuer)):\(escape(account))?secret=\(Base32.encode(secret))&issuer=\(escape(issuer))"
    }

    /// Takes as long for a wrong code as for a right one.
    private static func equal(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count && zip(one.utf8, other.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// RFC 4648 §6 base 32 in capitals, without padding: the way authenticator apps write secrets.
enum Base32 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var pending: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            pending = pending << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(alphabet[Int(pending >> bits & 31)])
            }
            pending &= (1 << bits) - 1
        }
        if bits > 0 { text.append(alphabet[Int(pending << (5 - bits) & 31)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads what `encode` writes; nil for anything else.
    static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var pending: UInt32 = 0
        var bits: UInt32 = 0
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            pending = pending << 5 | UInt32(value)
            bits += 5
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: pending >> bits))
            pending &= (1 << bits) - 1
        }
        // What is left over fills no byte, and is zero (RFC 4648 §6).
        return bits < 5 && pending == 0 ? bytes : nil
    }
}
