package import Vocabulary

/// Who said something in an exported conversation.
package enum ExportAuthor: Sendable, Equatable {
    case visitor
    /// Somebody of the team, by the id that the other program gave them.
    case agent(String, name: String)
    case program(name: String)
}

/// A file in an exported message.
package struct ExportFile: Sendable, Equatable {
    package let id: String
    package let name: String
}

package struct ExportMessage: Sendable, Equatable {
    package let id: String
    package let at: Timestamp
    package let author: ExportAuthor
    package let text: String
    package var isNote = false
    package var files: [ExportFile] = []
}

package struct ExportPerson: Sendable, Equatable {
    package let id: String
    package let name: String
    package let email: String?
}

package struct ExportConversation: Sendable, Equatable {
    package let id: String
    package let arrivedAt: Timestamp
    /// When it ended; nil for one that goes on.
    package let closedAt: Timestamp?
    package let lastAt: Timestamp?
    package let visitor: ExportPerson
    package let language: String?
    /// The id of whoever had it.
    package let agent: String?
    package let tags: [String]
    /// Messages that stand in the conversation's own record.
    package var messages: [ExportMessage] = []
}

/// What a record of an export is.
package enum ExportRecord: Sendable, Equatable {
    case conversation(ExportConversation)
    case message(ExportMessage, conversation: String)
    /// Somebody of the team.
    case agent(ExportPerson)
    /// Somebody who wrote, or may have.
    case contact(ExportPerson)
    case reply(id: String, shortcut: String, text: String)
    /// Not taken, and why.
    case skipped(id: String?, SkipReason)
}

/// Why a record is not taken.
package enum SkipReason: String, Sendable, CaseIterable {
    case unknownKind = "it is of no kind that is known"
    case noID = "it has no id, or one that is no plain word"
    case noTime = "it says no time"
    case system = "the program wrote it about itself"
    case empty = "it says nothing"
    case deleted = "it was deleted there"
    case notSupport = "it is no conversation with a visitor"
    case label = "a tag that no conversation has is nothing here"
    case notJSON = "it is no valid JSON"
    case tooLong = "it is longer than 16 MiB"
    case broken = "from here on the file cannot be read"
    case old = "it ended longer ago than the site keeps conversations"
    case future = "it lies in the future"
    case there = "it was taken before"
    case twice = "the export holds it twice"
    case noConversation = "its conversation is not in the export"
    case tooManyMessages = "it has more messages than a conversation can hold"
    case noFile = "its file does not lie beside the export; its name stands in the message"
    case fileRefused = "its file is of a kind or size that is not taken; its name stands in the message"
    case badReply = "a reply has 1 to 40 characters of shortcut and a text"
}

/// The programs whose exports are read.
package enum ExportFormat: String, Sendable, CaseIterable {
    case chatwoot
    case rocketchat
    case livehelperchat

    /// What the record is. **Of anything that is not needed here nothing is kept**: no address of a computer, no place, no browser.
    package func read(_ value: ExportValue) -> ExportRecord {
        switch self {
        case .chatwoot: Chatwoot.read(value)
        case .rocketchat: RocketChat.read(value)
        case .livehelperchat: LiveHelperChat.read(value)
        }
    }

    /// The words that this program fills in, as they are written here.
    package func reply(_ text: String) -> String {
        let words =
            switch self {
            case .chatwoot, .rocketchat:
                ["{{contact.name}}": "{visitor.name}", "{{agent.name}}": "{agent.name}"]
            case .livehelperchat: ["{nick}": "{visitor.name}", "{operator}": "{agent.name}"]
            }
        return words.reduce(text) { $0.replacing($1.key, with: $1.value) }
    }
}
