package import Conversations
import HTTPTypes
import Vocabulary
import Web

/// A file that is to be handed over.
struct AttachmentWish: APIShape {
    let name: String
    let bytes: Int

    static var limits: [String: APISchema] { ["name": .text(longest: 250, shortest: 1), "bytes": .integer(1...Attachment.largest)] }
}

/// How far an upload is. With `file` it is whole, and was looked at.
struct UploadShape: APIShape {
    let id: ID<Attachment>
    let offset: Int
    let file: AttachmentSummary?
}

/// Opens a file for some minutes to whoever has it.
struct AttachmentLinkShape: APIShape {
    let url: String
    let until: Timestamp
}

extension Desk {
    /// Files of conversations, handed over in pieces as a page does it, under the same limits, and looked at as those are.
    var attachmentOperations: [APIOperation] {
        [
            .get(
                "/enquiries/{enquiry}/attachments", "listAttachments", .readConversations,
                "Lists the files of a conversation. It is written down, and the visitor sees that the program reads.",
                [
                    .limit,
                    .init(name: "cursor", schema: .id, meaning: "What `next` of the page before said."),
                ]
            ) { (call) -> APIPage<AttachmentSummary> in
                let id: ConversationID = try call.parameter("enquiry")
                let limit = try call.query("limit", as: Int.self) ?? API.usualPage
                let after: ID<Attachment>? = try call.query("cursor")
                try await read(id, by: call)
                return APIPage(try await conversations.attachments(in: id, after: after, limit: limit + 1), limit: limit) { $0.id }
            },
            .change(
                .post, "/enquiries/{enquiry}/attachments", "beginAttachment", .writeConversations,
                "Begins to hand over a file of so many bytes. What is not sent with a message within an hour goes.", status: .created
            ) { (call, wish: AttachmentWish) in
                let enquiry: ConversationID = try call.parameter("enquiry")
                try await read(enquiry, by: call)
                let id = try await conversations.beginAttachment(named: wish.name, bytes: wish.bytes, in: enquiry, by: call.person)
                return UploadShape(id: id, offset: 0, file: nil)
            }
            .with(example: ["name": "invoice.pdf", "bytes": 48_213]),
            .get(
                "/attachments/{attachment}", "readUpload", .writeConversations,
                "Says how much of a file has arrived that the program hands over: from there it goes on."
            ) { call in
                let file = try await conversations.unsentAttachment(try call.parameter("attachment"), of: call.person)
                return UploadShape(id: file.id, offset: file.received, file: nil)
            },
            .piece(
                "/attachments/{attachment}", "sendPiece", .writeConversations,
                "Takes the next piece of a file, at most a mebibyte, and looks at the file when it is the last.",
                [
                    .init(
                        name: "offset", schema: .integer(0...Attachment.largest), meaning: "How many bytes came before.", isRequired: true)
                ], longest: Attachment.largestPiece
            ) { call in
                guard let offset = try call.query("offset", as: Int.self) else { throw Problem.malformed }
                let id: ID<Attachment> = try call.parameter("attachment")
                let file = try await conversations.receive(call.body, at: offset, of: id, by: call.person)
                return UploadShape(id: id, offset: offset + call.body.count, file: file)
            },
            .act(.delete, "/attachments/{attachment}", "dropAttachment", .writeConversations, "Takes back a file that was not sent.") {
                try await conversations.dropAttachment(try $0.parameter("attachment"), of: $0.person)
            },
            .get(
                "/attachments/{attachment}/link", "linkAttachment", .readConversations,
                "Gives an address that opens a file for ten minutes. It is written down, and the visitor sees that the program reads."
            ) { call in
                let id: ID<Attachment> = try call.parameter("attachment")
                guard let conversation = try await conversations.conversation(of: id, for: call.person) else { throw Problem.notFound }
                try await read(conversation, by: call)
                let link = try await conversations.linkToAttachment(id, for: call.person)
                return AttachmentLinkShape(url: ground.site.origin + link.url, until: link.until)
            },
        ]
    }
}
