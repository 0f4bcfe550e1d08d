import Conversations
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Vocabulary
package import Web

extension Desk {
    /// What the widget sends with the visitor's first message.
    private struct BeginningWish: Decodable {
        let id: String
        let text: String
        let language: String?
        let notice: Int?
        let card: CardWish?
        let token: String?
        let identity: String?
        let consent: Bool?

        static let shape = JSONShape.object(
            ["id": .text(36), "text": .text(2 * Message.longest)],
            optional: [
                "language": .text(8), "notice": .number, "card": CardWish.shape, "token": .text(64),
                "identity": .text(VisitorIdentity.longestToken), "consent": .flag,
            ])
    }

    private struct Begun: Encodable {
        let conversation: ConversationID
        /// Opens the conversation to whoever has it. Shown once.
        let token: String
        let channel: String
    }

    var widgetRoutes: [Route] {
        [
            Route(
                .get, "/widget/{key}/loader.js", .everyone, limit: Route.Limit.none, isAnonymous: true, standing: Self.scriptsStand,
                purpose: "Hands out the script of the widget, the same for everybody."
            ) { request, context in
                let key = try Self.siteKey(context)
                return try await widget.file("\(key)/loader", at: ground.clock.now) { try loaderFile(of: try await site(key)) }
                    .response(to: request)
            },
            Route(
                .get, "/widget/{key}/invitations.js", .everyone, limit: Route.Limit.none, isAnonymous: true, standing: Self.scriptsStand,
                purpose: "Hands out a site's rules for offering help, which browsers decide by themselves."
            ) { request, context in
                let key = try Self.siteKey(context)
                return try await widget.file("\(key)/invitations", at: ground.clock.now) {
                    try invitationsFile(of: try await site(key))
                }.response(to: request)
            },
            Route(
                .get, "/widget/{key}", .everyone, isAnonymous: true, purpose: "Shows the widget; the same for everybody, stores nothing."
            ) { request, context in
                try await document(request, context)
            },
            Route(
                .get, "/widget/{key}/return", .everyone, isAnonymous: true,
                purpose: "Shows the widget as a page of its own, for a private link; its token stays in the browser."
            ) { request, context in
                try await document(request, context)
            },
            Route(
                .get, "/widget/{key}/availability", .everyone, isAnonymous: true, purpose: "Tells whether somebody can answer now."
            ) { request, context in
                let key = try Self.siteKey(context)
                return try await widget.file("\(key)/availability", at: ground.clock.now) {
                    let isStaffed = try await isStaffed(try await site(key))
                    return WidgetFile(#"{"isStaffed":\#(isStaffed)}"#, type: "application/json", keptFor: Self.availabilityAge)
                }.response(to: request)
            },
            Route(
                .get, "/widget/{key}/availability.js", .everyone, isAnonymous: true,
                purpose: "Tells a page with invitations whether one of the team is free now."
            ) { request, context in
                let key = try Self.siteKey(context)
                return try await widget.file("\(key)/availability.js", at: ground.clock.now) {
                    let isFree = try await isFree(try await site(key))
                    return WidgetFile(
                        #"dispatchEvent(new CustomEvent("sotto.free",{detail:\#(isFree)}));document.currentScript.remove()"#,
                        type: "text/javascript; charset=utf-8", keptFor: Self.availabilityAge)
                }.response(to: request)
            },
            Route(.post, "/widget/{key}/enquiries", .everyone, purpose: "Begins a visitor's conversation with a site's team.") {
                request, context in
                let site = try await site(try Self.siteKey(context))
                let wish: BeginningWish = try await BeginningWish.shape.read(request)
                guard let id = CommandID(wish.id), wish.token.map(Visitor.isToken) ?? true else { throw Problem.malformed }
                let identity = try wish.identity.map { token throws(Problem) in try identify(token, at: site) }
                var enquiry = EnquiryWish(
                    card: try site.card(wish.card, identity), text: wish.text, id: id,
                    language: wish.language.flatMap(Language.init(rawValue:)) ?? context.language,
                    notice: wish.notice ?? site.settings.noticeVersion)
                enquiry.token = wish.token
                enquiry.consents = wish.consent == true
                try beginnings.take(.writing, client: context.client)
                if try await !isStaffed(site.queue(for: enquiry.card)) { enquiry.channel = .message }
                let (begun, token) = try await begin(enquiry, at: site)
                return try Response(
                    json: Begun(conversation: begun.conversation, token: token, channel: begun.channel.rawValue))
            },
        ]
    }

    /// How long the scripts of a site are given again as they are. Short: another node may have changed what they tell.
    static let scriptsStand = Duration.seconds(1)
    /// How long browsers believe that somebody is there.
    static let availabilityAge = 15

    static func siteKey(_ context: Context) throws(Problem) -> String {
        let key: String = try context.parameter("key")
        guard SupportSite.isKey(key) else { throw .notFound }
        return key
    }

    private func site(_ key: String) async throws -> SupportSite {
        guard let site = try await ground.database.read({ try $0.supportSite(key: key) }) else { throw Problem.notFound }
        return site
    }

    private func document(_ request: Request, _ context: Context) async throws -> Response {
        let key = try Self.siteKey(context)
        let asked = request.uri.queryParameters.get("language").flatMap(Language.init(rawValue:))
        let language = asked ?? context.language
        let file = try await widget.file("\(key)/document/\(language.rawValue)", at: ground.clock.now) {
            try documentFile(of: try await site(key), in: language)
        }
        var response = file.response(to: request)
        if asked == nil { response.headers[.vary] = "Accept-Encoding, Accept-Language" }
        return response
    }
}
