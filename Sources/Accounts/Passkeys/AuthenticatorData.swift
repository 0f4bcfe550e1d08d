import Crypto

/// What an authenticator signs (WebAuthn Level 3 §6.1).
struct AuthenticatorData: Sendable {
    let relyingParty: [UInt8]
    let flags: UInt8
    let signCount: UInt32
    /// Present when a passkey was just made.
    let credential: NewCredential?

    /// WebAuthn §6.5.1.
    struct NewCredential: Sendable {
        let id: [UInt8]
        /// The COSE key, as written.
        let key: [UInt8]
    }

    var isUserPresent: Bool { flags & 0x01 != 0 }
    var isUserVerified: Bool { flags & 0x04 != 0 }
    var isBackupEligible: Bool { flags & 0x08 != 0 }
    var isBackedUp: Bool { flags & 0x10 != 0 }

    /// Longest credential id (WebAuthn §4).
    static let longestID = 1023

    init(parsing bytes: [UInt8]) throws(PasskeyFailure) {
        guard bytes.count >= 37 else { throw .format }
        relyingParty = Array(bytes[0..<32])
        flags = bytes[32]
        signCount = bytes[33..<37].reduce(0) { $0 << 8 | UInt32($1) }
        var rest = bytes[37...]
        credential = flags & 0x40 != 0 ? try Self.credential(from: &rest) : nil
        if flags & 0x80 != 0 { _ = try Self.value(from: &rest) }
        guard rest.isEmpty else { throw .format }
    }

    private static func credential(from rest: inout ArraySlice<UInt8>) throws(PasskeyFailure) -> NewCredential {
        let header = Array(rest.prefix(18))
        guard header.count == 18 else { throw .format }
        let length = Int(header[16]) << 8 | Int(header[17])
        rest = rest.dropFirst(18)
        guard (1...longestID).contains(length), rest.count > length else { throw .format }
        let id = Array(rest.prefix(length))
        rest = rest.dropFirst(length)
        return NewCredential(id: id, key: try value(from: &rest))
    }

    /// The bytes of the next CBOR value.
    private static func value(from rest: inout ArraySlice<UInt8>) throws(PasskeyFailure) -> [UInt8] {
        var reader = CBORReader(rest)
        guard (try? reader.next()) != nil else { throw .format }
        defer { rest = rest.dropFirst(reader.offset) }
        return Array(rest.prefix(reader.offset))
    }

    /// The checks that making and using a passkey share (§7.1 steps 14–18, §7.2 steps 16–19): the device was touched and knew its person.
    func check(relyingParty expected: String) throws(PasskeyFailure) {
        guard relyingParty == Array(SHA256.hash(data: Array(expected.utf8))) else { throw .relyingParty }
        guard isUserPresent else { throw .notPresent }
        guard isUserVerified else { throw .notVerified }
        guard isBackupEligible || !isBackedUp else { throw .backupState }
    }
}
