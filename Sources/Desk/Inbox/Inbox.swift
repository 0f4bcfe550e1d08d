package import Conversations
import Foundation
import Storage
package import Vocabulary
import Web

/// What a member of staff works on: lists of enquiries, a page at a time.
package enum Inbox {
    /// The lists beside each other.
    package enum View: String, Codable, Sendable, CaseIterable {
        /// Theirs, and those they were invited to.
        case mine
        case waiting
        /// Everything that goes on in their queues.
        case open
        case snoozed
        case closed
    }

    /// Lines on one page.
    static let page = 50

    /// Characters of a message that a line shows.
    static let excerpt = 140

    /// Where the next page begins: after this line.
    struct Cursor: Sendable, Equatable {
        var priority = 0
        let at: Timestamp
        let id: ConversationID
    }

    /// One enquiry in a list.
    ///
    /// **Nothing that a visitor typed is in it unless the reader takes part in the conversation** (C54): `name`, `text` and `unread` are
    /// missing for everybody else, and so they are once it is closed.
    package struct Line: Encodable, Sendable {
        struct Colleague: Encodable, Sendable {
            let person: PersonID
            let name: String
        }

        package let conversation: ConversationID
        package let state: Enquiry.State
        package let channel: Enquiry.Channel
        package let queue: ID<Queue>
        package let queueName: String
        package let siteName: String
        package let language: String
        package let priority: Int
        package let arrivedAt: Timestamp
        package let waitingSince: Timestamp
        package let answeredAt: Timestamp?
        package let closedAt: Timestamp?
        package let lastAt: Timestamp
        /// Whether the visitor spoke last.
        package let awaitsTeam: Bool
        let agent: Colleague?
        package let isMine: Bool
        /// Whether a colleague asked the reader to help.
        package let isInvited: Bool
        /// As what the reader takes part, if they do.
        package let part: Participant.Part?
        /// Whether the site the visitor came from says that it knows them.
        let isVouched: Bool
        package let snoozedUntil: Timestamp?
        package let tags: [String]
        package var name: String?
        package var text: String?
        /// As what the one who said `text` takes part.
        package var textPart: Participant.Part?
        package var unread: Int?
    }

    /// One page of a list, and how much is in those that have a number beside their name.
    package struct Page: Encodable, Sendable {
        package let lines: [Line]
        /// Given back as `after` for the next page; nil at the end.
        package let next: String?
        package let counts: Counts
    }

    package struct Counts: Encodable, Sendable, Equatable {
        package let mine: Int
        package let waiting: Int
    }
}

extension Enquiry.State: Codable {}
extension Enquiry.Channel: Codable {}

extension Inbox.Cursor: LosslessStringConvertible {
    var description: String { "\(priority).\(at.milliseconds).\(id)" }

    init?(_ description: String) {
        let parts = description.split(separator: ".")
        guard parts.count == 3, let priority = Int(parts[0]), let at = Int64(parts[1]), let id = ConversationID(String(parts[2])) else {
            return nil
        }
        self.init(priority: priority, at: .init(milliseconds: at), id: id)
    }
}

extension Enquiry {
    /// Where a page ends that has this as its last line.
    func cursor(in view: Inbox.View) -> Inbox.Cursor {
        view == .waiting ? .init(priority: priority, at: waitingSince, id: conversation) : .init(at: lastAt, id: conversation)
    }

    /// Whether it stands above another in a list: who waits longest first where somebody waits, else the latest.
    func isAbove(_ other: Enquiry, in view: Inbox.View) -> Bool {
        if view == .waiting {
            return (-priority, waitingSince, conversation) < (-other.priority, other.waitingSince, other.conversation)
        }
        return (lastAt, conversation) > (other.lastAt, other.conversation)
    }
}
