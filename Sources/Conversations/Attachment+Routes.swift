import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
package import Vocabulary
package import Web

extension Conversations {
    private struct AttachmentWish: Decodable {
        let conversation: ConversationID
        let name: String
        let bytes: Int
    }

    /// How far an upload is. With `file` it is whole.
    private struct UploadState: Encodable {
        let id: ID<Attachment>
        let offset: Int
        var file: AttachmentSummary?
    }

    package var attachmentRoutes: [Route] {
        [
            Route(.post, "/attachments", .conversants, purpose: "Begins to hand over a file in a conversation.") { request, context in
                guard let person = context.principal.person else { throw Problem.signInRequired }
                if case .visitor = context.principal { try uploads.take(.writing, client: context.client) }
                var request = request
                let body = try await request.collectBody(upTo: 16 * 1024)
                guard let wish = try? JSONDecoder().decode(AttachmentWish.self, from: Data(buffer: body)) else { throw Problem.malformed }
                let id = try await beginAttachment(named: wish.name, bytes: wish.bytes, in: wish.conversation, by: person)
                return .json(UploadState(id: id, offset: 0), status: .created)
            },
            Route(.get, "/attachments/{attachment}/offset", .conversants, purpose: "Says how much of an upload has arrived.") {
                _, context in
                guard let person = context.principal.person else { throw Problem.signInRequired }
                let file = try await unsentAttachment(try context.parameter("attachment"), of: person)
                return .json(UploadState(id: file.id, offset: file.received))
            },
            Route(
                .patch, "/attachments/{attachment}", .conversants, bodyLimit: Attachment.largestPiece,
                purpose: "Takes the next piece of an upload, and looks at the file when it is the last."
            ) { request, context in
                guard let person = context.principal.person else { throw Problem.signInRequired }
                guard let offset = request.uri.queryParameters["offset"].flatMap({ Int($0) }) else { throw Problem.malformed }
                let id: ID<Attachment> = try context.parameter("attachment")
                var request = request
                let body = try await request.collectBody(upTo: Attachment.largestPiece)
                let file = try await receive(Array(buffer: body), at: offset, of: id, by: person)
                return .json(UploadState(id: id, offset: offset + body.readableBytes, file: file))
            },
            Route(.delete, "/attachments/{attachment}", .conversants, purpose: "Takes back a file that was not sent.") { _, context in
                guard let person = context.principal.person else { throw Problem.signInRequired }
                try await dropAttachment(try context.parameter("attachment"), of: person)
                return Response(status: .noContent)
            },
            Route(
                .get, "/attachments/{attachment}", .everyone, isAnonymous: true,
                purpose: "A file of a conversation, for whoever was given its link within the last minutes."
            ) { request, context in
                let query = request.uri.queryParameters
                guard let until = query["until"].flatMap({ Int64($0) }), let key = query["key"] else { throw Problem.notFound }
                return try await serve(try context.parameter("attachment"), until: Timestamp(milliseconds: until), key: String(key))
            },
        ]
    }

    // MARK: - Links

    package struct AttachmentLink: PlainAnswer {
        package let url: String
        package let until: Timestamp
    }

    /// A link that opens the file for some minutes to whoever has it.
    package func linkToAttachment(_ id: ID<Attachment>, for person: PersonID) async throws -> AttachmentLink {
        guard let file = try await ground.database.read({ try $0.attachment(id) }), file.state == .sent || file.owner == person else {
            throw Problem.notFound
        }
        _ = try await place(of: person, in: file.conversation) as (Participant, Conversation)
        let until = ground.clock.now + Attachment.linkLifetime
        return AttachmentLink(url: "/attachments/\(id)?until=\(until.milliseconds)&key=\(key(of: id, until: until))", until: until)
    }

    private func key(of id: ID<Attachment>, until: Timestamp) -> String {
        CrockfordBase32.encode(Array(ground.keys.blindIndex("\(id) \(until.milliseconds)", as: .init("attachment", "link")).prefix(20)))
    }

    private func serve(_ id: ID<Attachment>, until: Timestamp, key: String) async throws -> Response {
        // Both are compared as a whole: a wrong key says nothing about how much of it was right.
        let expected = self.key(of: id, until: until)
        let isRight = zip(expected.utf8, key.utf8).reduce(expected.utf8.count ^ key.utf8.count) { $0 | Int($1.0 ^ $1.1) } == 0
        guard isRight else { throw Problem.notFound }
        guard until > ground.clock.now else { throw Problem(.gone, "problem.linkGone") }
        let found = try await ground.database.read { transaction -> (Attachment, Conversation)? in
            guard let file = try transaction.attachment(id), file.state != .receiving,
                let conversation = try transaction.conversation(file.conversation)
            else { return nil }
            return (file, conversation)
        }
        guard let (file, conversation) = found else { throw Problem.notFound }
        let name = try await ground.keys.openText(file.name, of: conversation.keeper, as: Attachment.nameColumn)
        let pieces = self.pieces(of: file, keeper: conversation.keeper)
        let isPicture = file.width != nil
        return Response(
            status: .ok,
            headers: [
                .contentType: file.type,
                .contentDisposition: "\(isPicture ? "inline" : "attachment"); filename*=UTF-8''\(LocalPath.escape(name))",
                .contentSecurityPolicy: "sandbox; default-src 'none'",
                .xContentTypeOptions: "nosniff",
                // A widget stands on a page of another site; the link itself is what opens the file.
                .crossOriginResourcePolicy: "cross-origin",
                .cacheControl: "private, max-age=600",
            ],
            body: .init(contentLength: file.bytes) { writer in
                var pieces = pieces
                while let piece = try await pieces.next() { try await writer.write(ByteBuffer(bytes: piece)) }
                try await writer.finish(nil)
            })
    }
}
