import Crypto

/// A message of STUN (RFC 8489 §5): as much as asking a relay needs.
struct STUNMessage: Sendable {
    static let (allocate, refresh): (UInt16, UInt16) = (0x0003, 0x0004)
    static let (username, messageIntegrity, errorCodeAttribute, lifetime): (UInt16, UInt16, UInt16, UInt16) = (
        0x0006, 0x0008, 0x0009, 0x000D
    )
    static let (realm, nonce, requestedTransport): (UInt16, UInt16, UInt16) = (0x0014, 0x0015, 0x0019)
    private static let cookie: [UInt8] = [0x21, 0x12, 0xA4, 0x42]

    let type: UInt16
    let transaction: [UInt8]
    let attributes: [(UInt16, [UInt8])]

    init(type: UInt16, attributes: [(UInt16, [UInt8])] = []) {
        self.type = type
        self.attributes = attributes
        transaction = (0..<12).map { _ in UInt8.random(in: .min ... .max) }
    }

    /// Nil when the bytes are not one whole message.
    init?(parsing bytes: [UInt8]) {
        func number(_ place: Int) -> Int { Int(bytes[place]) << 8 | Int(bytes[place + 1]) }
        guard bytes.count >= 20, Array(bytes[4..<8]) == Self.cookie, number(2) == bytes.count - 20 else { return nil }
        type = UInt16(number(0))
        transaction = Array(bytes[8..<20])
        var found: [(UInt16, [UInt8])] = []
        var place = 20
        while place + 4 <= bytes.count {
            let (kind, length) = (UInt16(number(place)), number(place + 2))
            guard place + 4 + length <= bytes.count else { return nil }
            found.append((kind, Array(bytes[place + 4..<place + 4 + length])))
            place += 4 + (length + 3) / 4 * 4
        }
        attributes = found
    }

    subscript(_ kind: UInt16) -> [UInt8]? { attributes.first { $0.0 == kind }?.1 }

    /// The number of an error response (RFC 8489 §14.8); nil for any other message.
    var errorCode: Int? {
        guard type & 0x0110 == 0x0110, let value = self[Self.errorCodeAttribute], value.count >= 4 else { return nil }
        return Int(value[2] & 7) * 100 + Int(value[3])
    }

    /// As it is sent; with a key, proved by MESSAGE-INTEGRITY (RFC 8489 §14.5).
    func bytes(key: [UInt8]? = nil) -> [UInt8] {
        let body = attributes.flatMap { Self.attribute($0.0, $0.1) }
        guard let key else { return header(body.count) + body }
        // The length already counts the 24 bytes that are about to be added.
        let proved = header(body.count + 24) + body
        let code = HMAC<Insecure.SHA1>.authenticationCode(for: proved, using: SymmetricKey(data: key))
        return proved + Self.attribute(Self.messageIntegrity, Array(code))
    }

    private func header(_ length: Int) -> [UInt8] {
        Self.big(type) + Self.big(UInt16(length)) + Self.cookie + transaction
    }

    private static func attribute(_ kind: UInt16, _ value: [UInt8]) -> [UInt8] {
        big(kind) + big(UInt16(value.count)) + value + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
    }

    private static func big(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }
}
