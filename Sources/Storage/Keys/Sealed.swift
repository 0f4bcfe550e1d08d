/// A personal value that only its person's key opens (C58). What the database, its journal and its backups hold.
///
/// Layout: one byte of version (1), 12 bytes of nonce, the cipher text, 16 bytes of tag: AES-256-GCM (NIST SP 800-38D).
/// The person and the field are authenticated with it, so that a value cannot be moved to another person or column.
package struct Sealed: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }
}

extension Sealed: SQLConvertible {
    package var sqlValue: SQLValue { .blob(bytes) }
    package init?(sqlValue: SQLValue) {
        guard case .blob(let bytes) = sqlValue else { return nil }
        self.init(bytes: bytes)
    }
}

/// Which column a sealed value belongs to: part of what is authenticated.
package struct SealedColumn: Hashable, Sendable {
    package let table: String
    package let column: String

    package init(_ table: String, _ column: String) {
        self.table = table
        self.column = column
    }
}

/// Why a sealed value could not be made or opened.
package enum SealError: Error, Equatable, Sendable {
    /// The person's key was destroyed, or never was: nobody can read this any more.
    case keyDestroyed
    /// The bytes are not what was sealed for this person and column under this key.
    case tampered
    /// The root key that wraps this person's key is not among those given.
    case rootKeyMissing(id: String)
}
