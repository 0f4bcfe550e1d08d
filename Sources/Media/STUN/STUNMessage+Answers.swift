// What a lite agent ever writes: two answers, neither of which is longer than the check that a browser sends to get it, and one request,
// which asks whether somebody is where their checks seem to come from.

extension STUNMessage {
    /// Appends the success response to this request: where it came from, as we see it. False if there is no room.
    func answer(to address: TransportAddress, by mac: HMACSHA1, into output: inout OutputRawSpan) -> Bool {
        let value = address.ipv4 == nil ? 20 : 8
        guard begin(.success, attributes: 4 + value, in: &output) else { return false }
        output.append(bigEndian: STUNAttribute.xorMappedAddress)
        output.append(bigEndian: UInt16(value))
        output.append(bigEndian: address.ipv4 == nil ? 2 : 1 as UInt16)
        output.append(bigEndian: address.port ^ UInt16(Self.magicCookie >> 16))
        if let address = address.ipv4 {
            output.append(bigEndian: address ^ Self.magicCookie)
        } else {
            output.append(bigEndian: address.high ^ (UInt64(Self.magicCookie) << 32 | UInt64(transaction.first)))
            output.append(bigEndian: address.low ^ transaction.rest)
        }
        return Self.end(by: mac, in: &output)
    }

    /// Appends "487 Role Conflict" (RFC 8445 §7.3.1.1), without a phrase: the only error we ever send.
    func refuseRole(by mac: HMACSHA1, into output: inout OutputRawSpan) -> Bool {
        guard begin(.failure, attributes: 8, in: &output) else { return false }
        output.append(bigEndian: STUNAttribute.errorCode)
        output.append(bigEndian: 4 as UInt16)
        output.append(bigEndian: 0x0457 as UInt32)
        return Self.end(by: mac, in: &output)
    }

    /// Appends a Binding request of the controlled side (RFC 8445 §7.2.2). False if there is no room.
    static func request(
        _ transaction: STUNTransaction, to username: [UInt8], tieBreaker: UInt64, by mac: HMACSHA1, into output: inout OutputRawSpan
    ) -> Bool {
        let padding = (4 - username.count % 4) % 4
        let attributes = 4 + username.count + padding + 8 + 12
        guard begin(.request, binding, transaction, attributes: attributes, in: &output) else { return false }
        output.append(bigEndian: STUNAttribute.username)
        output.append(bigEndian: UInt16(username.count))
        output.append(copying: username.span.bytes)
        for _ in 0..<padding { output.append(0 as UInt8) }
        output.append(bigEndian: STUNAttribute.priority)
        output.append(bigEndian: 4 as UInt16)
        output.append(bigEndian: peerReflexivePriority)
        output.append(bigEndian: STUNAttribute.iceControlled)
        output.append(bigEndian: 8 as UInt16)
        output.append(bigEndian: tieBreaker)
        return end(by: mac, in: &output)
    }

    /// RFC 8445 §7.1.1 and §5.1.2.1, with the type preference of a peer-reflexive candidate.
    private static let peerReflexivePriority: UInt32 = 110 << 24 | 65_535 << 8 | 255

    /// Appends the head of an answer whose own attributes have this length.
    private func begin(_ kind: Class, attributes: Int, in output: inout OutputRawSpan) -> Bool {
        Self.begin(kind, method, transaction, attributes: attributes, in: &output)
    }

    private static func begin(
        _ kind: Class, _ method: UInt16, _ transaction: STUNTransaction, attributes: Int, in output: inout OutputRawSpan
    ) -> Bool {
        let length = attributes + integrityLength + fingerprintLength
        guard output.byteCount == 0, output.freeCapacity >= headerLength + length else { return false }
        let bits = UInt16(kind.rawValue)
        let place = method & 0x000F | (method & 0x0070) << 1 | (method & 0x0F80) << 2
        output.append(bigEndian: place | (bits & 0b10) << 7 | (bits & 0b01) << 4)
        output.append(bigEndian: UInt16(length))
        output.append(bigEndian: magicCookie)
        output.append(bigEndian: transaction.first)
        output.append(bigEndian: transaction.rest)
        return true
    }

    /// Appends what proves and seals a message. If OpenSSL fails nothing of it is left, as one without proof helps nobody.
    private static func end(by mac: HMACSHA1, in output: inout OutputRawSpan) -> Bool {
        guard let digest = digest(of: output.bytes, by: mac) else {
            output.removeAll()
            return false
        }
        output.append(bigEndian: STUNAttribute.messageIntegrity)
        output.append(bigEndian: UInt16(MessageDigest.byteCount))
        digest.append(to: &output)
        let checksum = CRC32.checksum(of: output.bytes)
        output.append(bigEndian: STUNAttribute.fingerprint)
        output.append(bigEndian: 4 as UInt16)
        output.append(bigEndian: checksum ^ fingerprintMask)
        return true
    }
}
