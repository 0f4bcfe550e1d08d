import Vocabulary

// The messages of `/live` about calls that become group calls; docs/protocol.md is the reference and Browser/live/protocol.js the mirror.

struct AddWish: Decodable, Sendable {
    let call: ID<Call>
    let person: PersonID
}

struct AddAnswer: Decodable, Sendable {
    let call: ID<Call>
    let agrees: Bool
}

/// One of the two takes it back, or could not get into the meeting.
struct AddCancel: Decodable, Sendable {
    enum Reason: String, Decodable { case cancelled, failed }

    let call: ID<Call>
    let reason: Reason
}

/// Body of the `ack` to `call.contacts`.
struct AddableContacts: Encodable, Sendable {
    struct Contact: Encodable, Sendable {
        let person: PersonID
        let name: String?
        let hue: Int
        let picture: String?
        /// As the contacts' list shows it; absent while nothing of them is connected.
        let presence: String?
    }

    let contacts: [Contact]
}

/// Where it stands, for both pages of the call.
struct CallAdding: Encodable, Sendable {
    let type = "call.adding"
    let call: ID<Call>
    /// `asking`, `ringing` or `moving`.
    let stage: String
    /// Whether this person asked for it.
    let isOwn: Bool
    /// Who is to be added.
    let who: Caller
    /// Where both go over to.
    let meeting: ID<Meeting>?
}

struct CallNotAdded: Encodable, Sendable {
    let type = "call.notAdded"
    let call: ID<Call>
    let reason: CallUpgradeEnd
    let isOwn: Bool
    let who: Caller
}

/// Body of the `ack` to `call.accept` by whoever is added.
struct AddedTo: Encodable, Sendable {
    let meeting: ID<Meeting>
}
