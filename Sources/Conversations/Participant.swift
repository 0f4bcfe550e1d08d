package import Storage
package import Vocabulary

/// One person in one conversation: **the only thing that lets somebody read or write there.**
package struct Participant: Sendable {
    /// As what they take part.
    package enum Part: String, Codable, CaseIterable, Sendable, SQLConvertible {
        case visitor, agent
        /// Staff who reads along and advises the agents, and whom the visitor sees reading.
        case observer
        /// A program. Always labelled as one.
        case bot
        case member

        /// Whether they hear the team's stream and may add to it.
        package var isStaff: Bool { self == .agent || self == .observer || self == .bot }
        /// Whether they may say something that everyone hears.
        package var speaks: Bool { self != .observer }
    }

    package static let nameColumn = SealedColumn("participant", "name")

    package let conversation: ConversationID
    package let person: PersonID
    package let part: Part
    /// What the others call them here, sealed by the conversation's keeper.
    package let name: Sealed
    package let joinedAt: Timestamp
    package let leftAt: Timestamp?
    /// The last sequence that reached one of their devices.
    package let delivered: Int
    /// The last sequence they have seen. Never ahead of `delivered`.
    package let read: Int
}
