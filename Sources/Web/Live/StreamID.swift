package import Vocabulary

/// A durable stream: events with a sequence without holes, from 1 (clause
/// of the live link: nothing acknowledged is lost, doubled or reordered).
///
/// Each person has one of their own, `notices`. A conversation is a stream that several people hear.
package struct StreamID: Hashable, Sendable {
    private let id: PersonID
    /// What kind of stream: `notices`, `conversation`.
    package let name: String
    /// Whether more than its owner may hear it.
    package let isShared: Bool

    /// A person's own stream.
    package init(_ name: String, of owner: PersonID) {
        id = owner
        self.name = name
        isShared = false
    }

    /// A stream about a noun, for whoever may hear it.
    package init(_ name: String, about noun: ID<some Any>) {
        id = PersonID(high: noun.high, low: noun.low)
        self.name = name
        isShared = true
    }

    /// The noun's 16 bytes: a person for `notices`, a conversation for messages.
    package var owner: [UInt8] { id.bytes }

    /// What browsers call it: `notices`, `conversation/01k…`.
    package var label: String { isShared ? "\(name)/\(id)" : name }

    /// Reads the label of a shared stream; nil for anything else.
    init?(label: String) {
        let parts = label.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let id = PersonID(String(parts[1])) else { return nil }
        self.init(String(parts[0]), about: id)
    }

    /// The stream of the noun with these 16 bytes; nil when there are not 16.
    init?(_ name: String, owner: some Collection<UInt8>, isShared: Bool) {
        guard let id = PersonID(bytes: owner) else { return nil }
        self.id = id
        self.name = name
        self.isShared = isShared
    }
}
