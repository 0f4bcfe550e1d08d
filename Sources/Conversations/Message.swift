import Foundation
package import Vocabulary
package import Web

/// Something said in a conversation: an event of its stream. Its place there is its number.
package struct Message: Codable, Sendable, Equatable {
    /// Most characters of a message (Unicode scalars): a long letter, not a book.
    package static let longest = 8000

    /// The id that the sender's browser gave it, by which the browser knows it again.
    package let id: String
    package let from: PersonID
    package let part: Participant.Part
    /// What the sender is called in this conversation.
    package let name: String
    /// As it was typed, in the small Markdown of `docs/conversations.md`; empty when it was withdrawn or is only attachments.
    package var text: String
    /// Files that came with it.
    package var attachments: [AttachmentSummary]?
    /// What the guard replaced in `text` (C07): names of `SensitiveKind`.
    package var masked: [String]?
    package var editedAt: Timestamp?
    package var isWithdrawn: Bool?
    /// Of a note that belongs to one message: which, and what it is to it.
    package var mark: NoteMark?

    package init(
        id: CommandID, from: PersonID, part: Participant.Part, name: String, text: String, attachments: [AttachmentSummary]? = nil,
        masked: [String]? = nil
    ) {
        self.id = id.description
        self.from = from
        self.part = part
        self.name = name
        self.text = text
        self.attachments = attachments
        self.masked = masked
    }

    /// The text without what nobody can see at its ends, or nil when nothing is left or it is too long.
    package static func tidy(_ text: String) -> String? {
        let tidied = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !tidied.isEmpty, tidied.unicodeScalars.count <= longest else { return nil }
        // Control characters but tab and line feed have no meaning in a message, and some reorder what follows unseen.
        guard tidied.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F || $0 == "\n" || $0 == "\t" }) else { return nil }
        return tidied
    }
}

/// What a note of the team is to one message, for teams that speak several languages.
package struct NoteMark: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable {
        /// Somebody asks for a translation.
        case translationWanted
        /// The note is the translation.
        case translation
    }

    /// The message's sequence.
    package let about: Int
    package let kind: Kind

    package init(about: Int, kind: Kind) {
        self.about = about
        self.kind = kind
    }
}

/// What is shown of a file in a message. The file itself is asked for by its id.
package struct AttachmentSummary: Codable, Sendable, Equatable {
    package let id: String
    package let name: String
    package let type: String
    package let bytes: Int
    package let width: Int?
    package let height: Int?

    package init(id: String, name: String, type: String, bytes: Int, width: Int? = nil, height: Int? = nil) {
        self.id = id
        self.name = name
        self.type = type
        self.bytes = bytes
        self.width = width
        self.height = height
    }
}

/// Names of the events of a conversation's stream.
package enum ConversationEvent {
    /// Body: `Message`.
    package static let messageSent = "message.sent"
    /// Body: `MessageChange`. The event that it changes is changed too, for whoever reads it later.
    package static let messageEdited = "message.edited"
    package static let messageWithdrawn = "message.withdrawn"
    /// Body: `Coming`.
    package static let joined = "participant.joined"
    package static let left = "participant.left"
    /// A member of staff opened the conversation (C54). Body: `Coming`.
    package static let staffRead = "staff.read"
    /// Body: `Ending`.
    package static let closed = "conversation.closed"
    package static let reopened = "conversation.reopened"
    /// In the team's stream. Body: `Message`.
    package static let noteAdded = "note.added"
}

/// A message was edited or withdrawn.
package struct MessageChange: Codable, Sendable {
    /// The sequence of the message.
    package let message: Int
    /// Nil when it was withdrawn, and in an edit that a later change has overtaken.
    package let text: String?
    package let masked: [String]?
    package let at: Timestamp
}

/// Somebody came, left, or read.
package struct Coming: Codable, Sendable {
    package let person: PersonID
    package let part: Participant.Part
    package let name: String

    package init(person: PersonID, part: Participant.Part, name: String) {
        self.person = person
        self.part = part
        self.name = name
    }
}

/// A conversation ended or went on.
package struct Ending: Codable, Sendable {
    package let by: PersonID?
    package let part: Participant.Part?

    package init(by: PersonID?, part: Participant.Part?) {
        self.by = by
        self.part = part
    }
}
