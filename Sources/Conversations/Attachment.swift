package import Storage
package import Vocabulary

/// A file that somebody hands over in a conversation.
///
/// It lies in the database, in sealed pieces: so it is in the same transaction as what it belongs to, in every backup, on every node,
/// and gone with its conversation; **there are no orphans**. A piece carries the file's id and its place in it under the seal, so that
/// none can be moved, swapped or left out unseen. Only pictures, which are made anew, are ever whole in memory.
package struct Attachment: Sendable, Equatable {
    package enum State: String, Sendable, SQLConvertible {
        /// Some of it may still be missing.
        case receiving
        /// Whole and looked at, but not said yet.
        case ready
        /// Part of a message.
        case sent
    }

    /// Largest file, in bytes.
    package static let largest = 20 * 1024 * 1024
    /// Largest picture, in bytes: it is whole in memory while it is made anew.
    package static let largestPicture = 12 * 1024 * 1024
    /// Most files in one message.
    package static let mostInMessage = 10
    /// Most bytes of files in one conversation.
    package static let mostInConversation = 200 * 1024 * 1024
    /// Most bytes of files on this server. **Bytes that arrived**, not those that somebody said would.
    package static let mostInHouse = 20 * 1024 * 1024 * 1024
    /// Beyond this many of them only staff hands files over.
    package static let mostOfVisitors = mostInHouse / 4 * 3
    /// Most files of one person that are not said yet, whole or not: two messages full.
    package static let mostUnsent = 2 * mostInMessage
    /// Largest piece that is sent at once, in bytes.
    package static let largestPiece = 1024 * 1024
    /// Longest name, in characters.
    static let longestName = 120
    /// What was not said by then goes.
    package static let unsentLifetime: Duration = .hours(1)
    /// How long a link to a file opens it.
    package static let linkLifetime: Duration = .minutes(10)

    static let nameColumn = SealedColumn("attachment", "name")
    static let pieceColumn = SealedColumn("attachment_piece", "bytes")

    package let id: ID<Attachment>
    package let conversation: ConversationID
    /// Who handed it over.
    package let owner: PersonID
    package let name: Sealed
    /// By its content; empty until it was looked at.
    package let type: String
    package let bytes: Int
    package let received: Int
    package let state: State
    package let width: Int?
    package let height: Int?

    /// A file's name as it is kept: without folders, without what cannot be seen, not too long.
    static func tidy(_ name: String) -> String {
        let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        let seen = last.unicodeScalars.filter { scalar in
            scalar.value >= 0x20 && scalar.value != 0x7F && scalar.properties.generalCategory != .format
                && !"\"<>|".unicodeScalars.contains(scalar)
        }
        let text = String(String(String.UnicodeScalarView(seen)).suffix(longestName)).drop { $0 == "." || $0 == " " }
        return text.isEmpty ? "file" : String(text)
    }
}
