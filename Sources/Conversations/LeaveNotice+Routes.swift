import Hummingbird
package import Web

extension Conversations {
    /// Says whither a link leads before anybody follows it. **It never leads there by itself**, and nothing of it is kept.
    package var leaveRoutes: [Route] {
        [
            Route(
                .get, "/leave", .everyone, isAnonymous: true,
                purpose: "Names the site to which a link in a message leads, before somebody follows it; keeps nothing."
            ) { request, context in
                guard let to = request.uri.queryParameters["to"], let notice = LeaveNotice(String(to)) else { throw Problem.malformed }
                var page = Page("conversations/leave", title: "conversations.leave.title")
                page.styles = ["conversations/leave.css"]
                page.model = ["address": notice.address, "host": notice.host, "isEncrypted": notice.isEncrypted]
                return try await ground.pages.respond(page, request, context)
            }
        ]
    }

    package var routes: [Route] { leaveRoutes + attachmentRoutes }
}
