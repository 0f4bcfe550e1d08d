package import Vocabulary

/// A durable stream: events with a sequence without holes, from 1 (clause
/// of the live link: nothing acknowledged is lost, doubled or reordered).
///
/// Each person has one, `notices`. Conversations are streams too.
package struct StreamID: Hashable, Sendable {
    private let id: PersonID
    /// What kind of stream: `notices`.
    package let name: String

    package init(_ name: String, of owner: ID<some Any>) {
        id = PersonID(high: owner.high, low: owner.low)
        self.name = name
    }

    /// The noun's 16 bytes: a person for `notices`, a conversation for messages.
    package var owner: [UInt8] { id.bytes }

    /// The stream of the noun with these 16 bytes; nil when there are not 16.
    init?(_ name: String, owner: some Collection<UInt8>) {
        guard let id = PersonID(bytes: owner) else { return nil }
        self.id = id
        self.name = name
    }
}
