import Crypto
import Foundation
import Vocabulary

/// A certificate this machine gives itself, for a network without a domain (RFC 5280, P-256 with ECDSA and SHA-256).
struct SelfSignedCertificate {
    /// Some browsers take none that is good for longer than 825 days.
    static let lifetime = Duration.days(397)

    /// PEM.
    let certificate: String
    /// PEM.
    let key: String

    /// - Parameters:
    ///   - names: host names, such as `localhost`.
    ///   - addresses: IPv4 addresses as 4 bytes, IPv6 addresses as 16.
    init(names: [String], addresses: [[UInt8]], at now: Timestamp) throws {
        let key = P256.Signing.PrivateKey()
        let body = Self.body(names: names, addresses: addresses, publicKey: Array(key.publicKey.derRepresentation), at: now)
        let signature = try key.signature(for: body)
        let whole = DER.sequence(body, Self.algorithm, DER.bits(Array(signature.derRepresentation)))
        certificate = Self.pem(whole, "CERTIFICATE")
        self.key = key.pemRepresentation + "\n"
    }

    /// ecdsa-with-SHA256 (RFC 5758 §3.2).
    private static let algorithm = DER.sequence(DER.object(1, 2, 840, 10045, 4, 3, 2))

    /// RFC 5280 §4.1.2
    private static func body(names: [String], addresses: [[UInt8]], publicKey: [UInt8], at now: Timestamp) -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        let serial = (0..<2).flatMap { _ in withUnsafeBytes(of: random.next(), Array.init) }
        let commonName = DER.sequence(DER.set(DER.sequence(DER.object(2, 5, 4, 3), DER.text("Sotto on \(names.first ?? "this machine")"))))
        return DER.sequence(
            DER.tagged(0, DER.positive([2]), isConstructed: true),  // version 3
            DER.positive([serial[0] & 0x7F | 0x01] + serial.dropFirst()),
            algorithm,
            commonName,
            // A clock that is a little behind must not find it too young.
            DER.sequence(time(now - .days(1)), time(now + lifetime)),
            commonName,
            publicKey,
            DER.tagged(3, extensions(names: names, addresses: addresses), isConstructed: true))
    }

    private static func extensions(names: [String], addresses: [[UInt8]]) -> [UInt8] {
        // RFC 5280 §4.2.1.6: dNSName is [2], iPAddress is [7].
        let alternatives = names.flatMap { DER.tagged(2, Array($0.utf8)) } + addresses.flatMap { DER.tagged(7, $0) }
        return DER.sequence(
            DER.sequence(DER.object(2, 5, 29, 17), DER.octets(DER.value(0x30, alternatives))),
            DER.sequence(DER.object(2, 5, 29, 19), DER.boolean(true), DER.octets(DER.sequence())),  // no authority
            DER.sequence(DER.object(2, 5, 29, 15), DER.boolean(true), DER.octets(DER.value(0x03, [7, 0x80]))),  // digitalSignature
            DER.sequence(DER.object(2, 5, 29, 37), DER.octets(DER.sequence(DER.object(1, 3, 6, 1, 5, 5, 7, 3, 1)))))  // serverAuth
    }

    /// UTCTime until 2049, then GeneralizedTime (RFC 5280 §4.1.2.5).
    private static func time(_ time: Timestamp) -> [UInt8] {
        let digits = time.iso8601.prefix(19).filter(\.isNumber)
        return digits < "2050" ? DER.value(0x17, Array((digits.dropFirst(2) + "Z").utf8)) : DER.value(0x18, Array((digits + "Z").utf8))
    }

    private static func pem(_ bytes: [UInt8], _ label: String) -> String {
        let lines = Data(bytes).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN \(label)-----\n\(lines)\n-----END \(label)-----\n"
    }
}
