import Conversations
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Vocabulary
package import Web

/// A visitor's own: with the token of their conversation and nothing else.
extension Desk {
    private struct OwnEnquiry: Encodable {
        let conversation: ConversationID
        let site: String
        let state: String
        let channel: String
        let waiting: Waiting?
        let readers: [ReaderLine]
        let rating: Int?
        let hasEmail: Bool
        /// Nothing of what was said is kept, nor would a word to a rating be.
        let isErased: Bool
        let keptUntil: Timestamp?
        /// Whether they agreed to something, and have not taken it back.
        let consents: Bool
    }

    private struct RatingWish: Decodable {
        let score: Int
        let comment: String?
    }

    private struct LinkWish: Decodable {
        let email: String?
    }

    private static let ratingShape = JSONShape.object(["score": .number], optional: ["comment": .text(Rating.longestComment)])
    private static let linkShape = JSONShape.object([:], optional: ["email": .text(320)])

    var visitorRoutes: [Route] {
        [
            Route(.get, "/enquiry", .visitors, purpose: "Tells a visitor where their question stands and who read it.") { _, context in
                try Response(json: try await own(try context.visitor.person))
            },
            Route(.get, "/enquiry/copy", .visitors, purpose: "Gives a visitor everything that is kept about their conversation.") {
                request, context in
                let copy = try await copy(for: try context.visitor.person)
                guard request.uri.queryParameters.get("format") == "html" else { return try Response(json: copy) }
                return try page(of: copy, in: context.language)
            },
            Route(.post, "/enquiry/rating", .visitors, purpose: "A visitor says how it was.") { request, context in
                let wish: RatingWish = try await Self.ratingShape.read(request)
                try await rate(try context.visitor, score: wish.score, comment: wish.comment)
                return Response(status: .noContent)
            },
            Route(.post, "/enquiry/transcript", .visitors, limit: .guessing, purpose: "Sends a visitor a link to their conversation.") {
                request, context in
                let wish: LinkWish = try await Self.linkShape.read(request)
                try await sendLink(to: try context.visitor, at: wish.email)
                return Response(status: .noContent)
            },
            Route(.post, "/enquiry/forget", .visitors, purpose: "Deletes a visitor's conversation and everything about them.") {
                request, context in
                let _: [String: String] = try await JSONShape.object([:]).read(request)
                return try Response(json: try await forget(try context.visitor.person))
            },
        ]
    }

    private func own(_ person: PersonID) async throws -> OwnEnquiry {
        let (visitor, site) = try await visitorAndSite(person)
        let found = try await ground.database.read { transaction in
            (
                try transaction.enquiry(visitor.conversation), try transaction.rating(of: visitor.conversation),
                try transaction.consent(to: visitor.conversation)
            )
        }
        guard let enquiry = found.0 else { throw Problem.notFound }
        return OwnEnquiry(
            conversation: enquiry.conversation, site: site.key, state: enquiry.state.rawValue, channel: enquiry.channel.rawValue,
            waiting: try await waiting(for: enquiry.conversation), readers: try await readers(of: person, in: enquiry.conversation),
            rating: found.1?.score, hasEmail: try await card(of: visitor).email != nil, isErased: visitor.isErased,
            keptUntil: enquiry.closedAt.map { $0 + .days(max(1, site.settings.keepDays)) },
            consents: found.2.map { $0.withdrawnAt == nil } ?? false)
    }

    private func page(of copy: VisitorCopy, in language: Language) throws -> Response {
        let model: [String: Any] = [
            "site": copy.site, "began": copy.began, "conversation": copy.conversation.description,
            "card": [
                ("name", copy.card.name), ("email", copy.card.email), ("page", copy.card.page),
                ("tags", copy.tags.isEmpty ? nil : copy.tags.joined(separator: ", ")), ("outcome", copy.outcome),
            ]
            .compactMap { name, value in
                value.map { ["label": ground.pages.text("widget.copy.\(name)", [:], in: language), "value": $0] }
            }
                + [copy.card.answers, copy.card.fields].flatMap { ($0 ?? [:]).sorted { $0.key < $1.key } }
                .map { ["label": $0.key, "value": $0.value] },
            "lines": copy.lines.map { line in
                [
                    "at": line.at, "from": line.from ?? "",
                    "text": line.text ?? ground.pages.text("conversations.event.\(line.kind)", ["name": line.from ?? ""], in: language),
                    "files": line.files ?? [],
                ] as [String: Any]
            }, "readers": copy.readers.map { ["name": $0.name, "at": $0.at] },
            "leftOut": copy.leftOut,
        ]
        let html = try ground.pages.render("widget/copy", model, in: language)
        return Response(
            status: .ok,
            headers: [.contentType: "text/html; charset=utf-8", .contentDisposition: "attachment; filename=\"conversation.html\""],
            body: .init(byteBuffer: ByteBuffer(string: html)))
    }
}

extension Context {
    /// The visitor. Only for routes whose access guarantees one.
    var visitor: Principal.Visitor {
        get throws(Problem) {
            guard case .visitor(let visitor) = principal else { throw .signInRequired }
            return visitor
        }
    }
}
