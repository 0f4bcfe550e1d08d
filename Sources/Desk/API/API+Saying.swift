package import Conversations
import HTTPTypes
import Vocabulary
import Web

/// What programs say. With files the text may be left out.
struct MessageWish: APIShape {
    let text: String?
    let attachments: [ID<Attachment>]?

    static var limits: [String: APISchema] {
        ["text": .text(longest: Message.longest, shortest: 1), "attachments": .list(.id, longest: Attachment.mostInMessage)]
    }
}

struct TextWish: APIShape {
    let text: String

    static var limits: [String: APISchema] { ["text": .text(longest: Message.longest, shortest: 1)] }
}

/// A note of the team, which may be about one message: a translation of it, or the wish for one.
struct NoteWish: APIShape {
    let text: String?
    let mark: NoteMark?

    static var limits: [String: APISchema] { ["text": .text(longest: Message.longest, shortest: 1)] }
}

struct SaidShape: APIShape {
    let sequence: Int
    let masked: [String]?

    init(_ said: Said) { (sequence, masked) = (said.sequence, said.masked) }
}

extension NoteMark.Kind: APIWord, CaseIterable {
    package static var allCases: [Self] { [.translationWanted, .translation] }
}

extension Desk {
    /// What is said in an enquiry.
    var sayingOperations: [APIOperation] {
        [
            .change(
                .post, "/enquiries/{enquiry}/messages", "sendMessage", .writeConversations,
                "Says something to the visitor and the team, marked as said by a program; with files that it handed over before.",
                status: .created
            ) { (call, wish: MessageWish) in
                let id: ConversationID = try call.parameter("enquiry")
                try await read(id, by: call)
                return SaidShape(
                    try await conversations.say(
                        wish.text ?? "", attachments: wish.attachments ?? [], id: call.id, in: id, by: call.person))
            }
            .with(example: ["text": "Your parcel left our shop this morning."]),
            .change(
                .put, "/enquiries/{enquiry}/messages/{sequence}", "editMessage", .writeConversations,
                "Changes what the program said. The former words are gone from the server."
            ) { (call, wish: TextWish) in try await change(call, to: wish.text) },
            .change(
                .delete, "/enquiries/{enquiry}/messages/{sequence}", "withdrawMessage", .writeConversations,
                "Takes back what the program said, and its files. The words are gone from the server."
            ) { call in try await change(call, to: nil) },
            .change(
                .post, "/enquiries/{enquiry}/notes", "addNote", .writeConversations,
                "Adds a note that only the team sees; with a mark it is a message's translation, or the wish for one.", status: .created
            ) { (call, wish: NoteWish) in
                let id: ConversationID = try call.parameter("enquiry")
                try await read(id, by: call)
                return SaidShape(try await conversations.note(wish.text ?? "", mark: wish.mark, id: call.id, in: id, by: call.person))
            },
        ]
    }

    private func change(_ call: APICall, to text: String?) async throws -> SaidShape {
        let (id, sequence): (ConversationID, Int) = (try call.parameter("enquiry"), try call.parameter("sequence"))
        guard (1...1_000_000_000).contains(sequence) else { throw Problem.notFound }
        try await read(id, by: call)
        return SaidShape(try await conversations.change(sequence, to: text, id: call.id, in: id, by: call.person))
    }
}
