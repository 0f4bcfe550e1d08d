// The two answers that a lite agent ever gives. Neither is longer than the check that a browser sends to get it.

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

    /// Appends the head of an answer whose own attributes have this length.
    private func begin(_ kind: Class, attributes: Int, in output: inout OutputRawSpan) -> Bool {
        let length = attributes + Self.integrityLength + Self.fingerprintLength
        guard output.byteCount == 0, output.freeCapacity >= Self.headerLength + length else { return false }
        let bits = UInt16(kind.rawValue)
        let place = method & 0x000F | (method & 0x0070) << 1 | (method & 0x0F80) << 2
        output.append(bigEndian: place | (bits & 0b10) << 7 | (bits & 0b01) << 4)
        output.append(bigEndian: UInt16(length))
        output.append(bigEndian: Self.magicCookie)
        output.append(bigEndian: transaction.first)
        output.append(bigEndian: transaction.rest)
        return true
    }

    /// Appends what proves and seals an answer. If OpenSSL fails nothing of it is left, as an answer without proof helps nobody.
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
