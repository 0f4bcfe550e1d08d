import Crypto
import Foundation
package import Storage
package import Vocabulary

/// An address that lets somebody without an account call the member who made it.
///
/// Only a fingerprint of its secret is kept: whoever copies the database cannot use it.
package struct GuestLink: Sendable, Equatable {
    package let id: ID<GuestLink>
    package let host: PersonID
    package let createdAt: Timestamp
    package let expiresAt: Timestamp
    /// How many guests may still come by it; nil for any number.
    package let usesLeft: Int?
    /// Whether guests wait quietly until the host admits them.
    package let hasLobby: Bool
    package let isRevoked: Bool
    /// Whether a call by it goes through the relay, so that neither side learns the other's network address.
    package let isRelayOnly: Bool

    /// Most links one person may have at a time.
    package static let most = 50
    /// The lifetimes a member may choose from, in hours.
    package static let lifetimes = [1, 24, 7 * 24, 30 * 24]
    /// When a link expires that works until its host closes it: the end of the year 9999, which every engine and browser can write down.
    package static let never = Timestamp(milliseconds: 253_402_300_799_999)

    /// Whether it works until its host closes it.
    package var stays: Bool { expiresAt == Self.never }

    package func isOpen(at now: Timestamp) -> Bool {
        !isRevoked && now < expiresAt && usesLeft != 0
    }

    /// 128 random bits for the address.
    static func newSecret() -> String {
        CrockfordBase32.encode(SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) })
    }

    static func fingerprint(of secret: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(secret.utf8)))
    }
}

/// Somebody who came by a guest link: a name, a call, and a key of their own that is destroyed soon after.
package struct Guest: Sendable, Equatable {
    package let person: PersonID
    package let link: ID<GuestLink>
    package let host: PersonID
    package let name: Sealed
    package let joinedAt: Timestamp

    static let nameColumn = SealedColumn("guest", "name")
    /// Longest name, in characters.
    package static let nameLength = 60
    /// How long a guest is known after joining: long enough for a call and a look at who was missed.
    package static let lifetime: Duration = .hours(24)
}
