import Conversations
import Foundation
import Hummingbird
import Vocabulary
package import Web

extension Desk {
    /// What the widget sends with the visitor's first message.
    private struct BeginningWish: Decodable {
        let id: String
        let text: String
        let language: String?
        let notice: Int?
        let card: Visitor.Card?
    }

    private struct Begun: Encodable {
        let conversation: ConversationID
        /// Opens the conversation to whoever has it. Shown once.
        let token: String
    }

    var widgetRoutes: [Route] {
        [
            Route(.post, "/widget/{key}/enquiries", .everyone, purpose: "Begins a visitor's conversation with a site's team.") {
                request, context in
                guard let site = try await ground.database.read({ try $0.supportSite(key: try context.parameter("key")) }) else {
                    throw Problem.notFound
                }
                var request = request
                let body = try await request.collectBody(upTo: 64 * 1024)
                guard let wish = try? JSONDecoder().decode(BeginningWish.self, from: Data(buffer: body)), let id = CommandID(wish.id) else {
                    throw Problem.malformed
                }
                let (enquiry, token) = try await begin(
                    EnquiryWish(
                        card: wish.card ?? .init(), text: wish.text, id: id,
                        language: wish.language.flatMap(Language.init(rawValue:)) ?? context.language,
                        notice: wish.notice ?? site.settings.noticeVersion), at: site)
                return try Response(json: Begun(conversation: enquiry.conversation, token: token))
            }
        ]
    }
}
