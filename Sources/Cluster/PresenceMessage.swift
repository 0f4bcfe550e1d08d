package import Vocabulary

/// What nodes tell each other about who is with them.
package enum PresenceMessage: Equatable, Sendable {
    /// How somebody is on the node: nil when they have left it.
    package struct Entry: Equatable, Sendable {
        package let person: PersonID
        package let standing: Standing?

        package init(person: PersonID, standing: Standing?) {
            self.person = person
            self.standing = standing
        }
    }

    /// What a person chose, and when (milliseconds, 0 for "before they came"): the later choice holds.
    package struct Standing: Equatable, Sendable {
        package var choice: PresenceChoice
        package var chosenAt: Int64

        package init(_ choice: PresenceChoice, chosenAt: Int64) {
            self.choice = choice
            self.chosenAt = chosenAt
        }
    }

    /// What has changed; `number` counts these messages.
    case change(number: Int, [Entry])
    /// Alive; `number` is that of the latest change.
    case beat(number: Int)
    /// Please say everything: the sender has missed something of this node.
    case ask(NodeLife)
    /// Everybody on the node as of change `number`, in parts.
    case everybody(number: Int, part: Int, of: Int, [Entry])
    /// The node is going down.
    case bye

    /// Entries in one message, so that it stays far below the 1 MB that NATS carries.
    package static let mostEntries = 10_000
}
