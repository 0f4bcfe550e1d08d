@testable package import Media

/// A browser's side of ICE as a lite agent sees it: it writes checks and reads what comes back.
package struct FullICEPeer {
    package var theirs: ICECredentials
    package var fragment = "ana7"
    package var password = "the password of a browser"
    package var isControlling = true
    private var transactions: UInt64

    package init(checking theirs: ICECredentials) {
        self.theirs = theirs
        // Each generation draws others.
        transactions = theirs.fragment.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) }
    }

    /// The next check, with what a browser puts into it; `extra` comes before the integrity.
    package mutating func check(
        nominating: Bool = false, username: String? = nil, password: String? = nil, extra: [UInt8] = [], hasFingerprint: Bool = true
    ) -> [UInt8] {
        transactions &+= 1
        var attributes = Self.attribute(STUNAttribute.username, Array((username ?? "\(theirs.fragment):\(fragment)").utf8))
        attributes += Self.attribute(STUNAttribute.priority, [0x6E, 0, 1, 0xFF])
        attributes += Self.attribute(
            isControlling ? STUNAttribute.iceControlling : STUNAttribute.iceControlled, [1, 2, 3, 4, 5, 6, 7, 8])
        if nominating { attributes += Self.attribute(STUNAttribute.useCandidate, []) }
        attributes += extra
        return Self.message(
            type: 0x0001, transaction: transactions, attributes, password: password ?? theirs.password, hasFingerprint: hasFingerprint)
    }

    package var ours: ICECredentials { ICECredentials(fragment: fragment, password: password) }

    /// The answer to a request that is right in all; nil to any other.
    package func answer(_ bytes: [UInt8]) -> [UInt8]? {
        guard let request = try? STUNMessage(parsing: bytes.span.bytes), request.kind == .request,
            request.method == STUNMessage.binding, request.hasFingerprint(in: bytes.span.bytes), request.priority != nil,
            request.claimsControl == !isControlling, request.unknown == nil, let mac = HMACSHA1(key: Array(password.utf8)),
            request.isAuthentic(in: bytes.span.bytes, by: mac), let name = request.username,
            Array(bytes[name]) == Array("\(fragment):\(theirs.fragment)".utf8)
        else { return nil }
        return Self.message(type: 0x0101, request.transaction, [], password: password)
    }

    package static func message(
        type: UInt16, transaction: UInt64, _ attributes: [UInt8], password: String, hasFingerprint: Bool = true
    ) -> [UInt8] {
        message(type: type, STUNTransaction(first: 0, rest: transaction), attributes, password: password, hasFingerprint: hasFingerprint)
    }

    package static func message(
        type: UInt16, _ transaction: STUNTransaction, _ attributes: [UInt8], password: String, hasFingerprint: Bool = true
    ) -> [UInt8] {
        var bytes = big(type) + big(UInt16(attributes.count)) + big(STUNMessage.magicCookie)
        bytes += big(transaction.first) + big(transaction.rest) + attributes
        guard let mac = HMACSHA1(key: Array(password.utf8)), let digest = STUNMessage.digest(of: bytes.span.bytes, by: mac) else {
            return []
        }
        bytes += big(STUNAttribute.messageIntegrity) + big(UInt16(20)) + Self.bytes(of: digest)
        let length = bytes.count - STUNMessage.headerLength + (hasFingerprint ? 8 : 0)
        bytes.replaceSubrange(2..<4, with: big(UInt16(length)))
        guard hasFingerprint else { return bytes }
        let checksum = CRC32.checksum(of: bytes.span.bytes) ^ STUNMessage.fingerprintMask
        return bytes + big(STUNAttribute.fingerprint) + big(UInt16(4)) + big(checksum)
    }

    private static func bytes(of digest: MessageDigest) -> [UInt8] {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 32, alignment: 16)
        defer { memory.deallocate() }
        var output = OutputRawSpan(buffer: memory, initializedCount: 0)
        digest.append(to: &output)
        return Array(memory.prefix(output.finalize(for: memory)))
    }

    package static func attribute(_ number: UInt16, _ value: [UInt8]) -> [UInt8] {
        big(number) + big(UInt16(value.count)) + value + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
    }

    private static func big(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
}
