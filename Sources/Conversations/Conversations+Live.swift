import Foundation
package import Vocabulary
package import Web

extension Conversations {
    /// Most events of one conversation that are sent to catch up; who missed more gets a snapshot of its latest.
    static let window = 1000
    /// Messages in a snapshot, and on one page of older ones.
    package static let page = 50

    /// The streams that a page can ask to hear. **Being a participant is what lets it.**
    package var streamKinds: [StreamKind] {
        [
            StreamKind(shared: Self.stream, window: Self.window, snapshots: snapshot) { sender, stream in
                guard Access.conversants.allows(sender.principal) else { return false }
                return try await mayHear(sender.person, ConversationID(stream))
            },
            StreamKind(shared: Self.teamStream, window: Self.window, snapshots: nil) { sender, stream in
                guard Access.conversants.allows(sender.principal) else { return false }
                return try await ground.database.read { try $0.participant(sender.person, in: ConversationID(stream)) }?.part.isStaff
                    == true
            },
        ]
    }

    /// Who hears a conversation is likely to speak in it.
    private func mayHear(_ person: PersonID, _ conversation: ConversationID) async throws -> Bool {
        do {
            let (participant, found) = try await place(of: person, in: conversation)
            places.remember(Place(participant: participant, conversation: found))
            return true
        } catch let problem as Problem where problem == .notFound {
            return false
        }
    }

    private struct SayWish: Decodable {
        let conversation: ConversationID
        let text: String
        let attachments: [ID<Attachment>]?
    }

    private struct NoteWish: Decodable {
        let conversation: ConversationID
        let text: String
        let mark: NoteMark?
    }

    private struct AttachmentWish: Decodable {
        let attachment: ID<Attachment>
    }

    private struct ChangeWish: Decodable {
        let conversation: ConversationID
        let message: Int
        let text: String?
    }

    private struct SeenWish: Decodable {
        let conversation: ConversationID
        let delivered: Int
        let read: Int
    }

    private struct TypingWish: Decodable {
        let conversation: ConversationID
        let isTyping: Bool
    }

    private struct ConversationWish: Decodable {
        let conversation: ConversationID
        let before: Int?
    }

    package var liveHandlers: [LiveHandler] {
        [
            // Keyed by the browser's id, so nothing needs to remember the answer.
            LiveHandler("message.send", .conversants, isRemembered: false) { command in
                let wish: SayWish = try command.decode()
                return try await say(
                    wish.text, attachments: wish.attachments ?? [], id: command.id, in: wish.conversation, by: command.sender.person)
            },
            LiveHandler("message.edit", .conversants) { command in
                let wish: ChangeWish = try command.decode()
                guard let text = wish.text else { throw Problem.malformed }
                return try await change(wish.message, to: text, id: command.id, in: wish.conversation, by: command.sender.person)
            },
            LiveHandler("message.withdraw", .conversants) { command in
                let wish: ChangeWish = try command.decode()
                return try await change(wish.message, to: nil, id: command.id, in: wish.conversation, by: command.sender.person)
            },
            LiveHandler("note.add", .conversants, isRemembered: false) { command in
                let wish: NoteWish = try command.decode()
                return try await note(wish.text, mark: wish.mark, id: command.id, in: wish.conversation, by: command.sender.person)
            },
            LiveHandler("conversation.see", .conversants, isRemembered: false) { command in
                let wish: SeenWish = try command.decode()
                try await seen(wish.conversation, by: command.sender.person, delivered: wish.delivered, read: wish.read)
                return nil
            },
            LiveHandler("conversation.type", .conversants, isRemembered: false) { command in
                let wish: TypingWish = try command.decode()
                try await typing(wish.conversation, by: command.sender.person, isTyping: wish.isTyping)
                return nil
            },
            LiveHandler("conversation.open", .conversants, isRemembered: false) { command in
                let wish: ConversationWish = try command.decode()
                return try await view(of: wish.conversation, for: command.sender.person)
            },
            LiveHandler("attachment.open", .conversants, isRemembered: false) { command in
                let wish: AttachmentWish = try command.decode()
                return try await linkToAttachment(wish.attachment, for: command.sender.person)
            },
            LiveHandler("conversation.older", .conversants, isRemembered: false) { command in
                let wish: ConversationWish = try command.decode()
                _ = try await place(of: command.sender.person, in: wish.conversation) as (Participant, Conversation)
                return try await page(of: wish.conversation, before: wish.before)
            },
        ]
    }
}
