import Storage
import Vocabulary

/// A wish to become contacts with whoever has an e-mail address.
///
/// **The asker sees the address they typed and nothing else**, whether anybody has it or not: what they see must not tell.
/// Who has the address sees an ordinary request (`ContactRequest`), which the asker does not see as theirs.
struct AddressRequest: Sendable {
    let id: ID<AddressRequest>
    let asker: PersonID
    /// Keyed fingerprint of the address, the same as the account's.
    let index: [UInt8]
    /// Sealed for the asker.
    let address: Sealed
    let at: Timestamp

    static let addressColumn = SealedColumn("address_request", "address")
}
