import HTTPTypes
import Hummingbird
package import ServiceLifecycle
import Storage
import Vocabulary
package import Web

extension Desk {
    /// A new reply, or another one in its place.
    static func replyForm(_ reply: ID<SavedReply>? = nil) -> Form {
        Form(
            "/desk/words" + (reply.map { "/\($0)" } ?? ""),
            [.line("shortcut", maximum: 40), .paragraph("text", maximum: 4000), .line("queue", maximum: 40, isRequired: false)])
    }
    static let wrapUpForm = Form("/desk/words/wrap-ups", [.line("name", maximum: longestWord)])

    /// Where else somebody at the desk may go from the inbox, and what an inbox says to which nobody has ever written.
    private func places(of member: Principal.Member) async throws -> [String: Any] {
        let runs = !member.roles.isDisjoint(with: [.owner, .administrator])
        let (wasWrittenTo, sites) = try await ground.database.read { transaction in
            (
                try reach(of: member, in: transaction).contains { try transaction.wasWrittenTo($0) },
                runs ? try transaction.supportSites() : []
            )
        }
        var places: [String: Any] = [:]
        if !member.roles.isDisjoint(with: Self.watchers) { places["watches"] = true }
        if runs { places["runs"] = true }
        guard !wasWrittenTo else { return places }
        // A list without an entry would be left out.
        var first: [String: Any] = ["runs": runs]
        if let site = sites.first {
            first["widget"] = ["url": "/desk/administration/sites/\(site.id)", "try": "/widget/\(site.key)"]
        } else if runs {
            first["noSite"] = true
        }
        places["first"] = first
        return places
    }

    package var inboxRoutes: [Route] {
        [
            Route(.get, "/desk", .roles(Self.staff), purpose: "The team's inbox.") { request, context in
                var page = Page("desk/desk", title: "desk.title")
                page.section = .desk
                page.styles = ["design/form.css", "conversations/conversations.css", "desk/desk.css"]
                page.scripts = ["desk/desk.js"]
                page.model["places"] = try await places(of: try context.member)
                return try await ground.pages.respond(page, request, context)
            },
            Route(.get, "/desk/words", .roles(Self.staff), purpose: "The team's saved replies and words for outcomes.") {
                request, context in
                try await wordsPage(request, context)
            },
            Route(.post, "/desk/words", .roles(Self.staff), purpose: "Saves a reply for the team.") { request, context in
                try await saveReply(nil, request, context)
            },
            Route(.get, "/desk/words/{reply}", .roles(Self.staff), purpose: "One saved reply of the team, to be changed.") {
                request, context in
                let id: ID<SavedReply> = try context.parameter("reply")
                guard let reply = try await ground.database.read({ try $0.savedReplies() }).first(where: { $0.id == id }) else {
                    throw Problem.notFound
                }
                let values = ["shortcut": reply.shortcut, "text": reply.text, "queue": reply.queue?.description ?? ""]
                return try await wordsPage(request, context, reply: Self.replyForm(id).filled(with: values), of: id)
            },
            Route(.post, "/desk/words/{reply}", .roles(Self.staff), purpose: "Changes a saved reply of the team.") { request, context in
                try await saveReply(try context.parameter("reply"), request, context)
            },
            Route(.post, "/desk/words/{reply}/remove", .roles(Self.staff), purpose: "Removes a saved reply.") { request, context in
                _ = try await Form("", []).read(request)
                guard let id = ID<SavedReply>(try context.parameter("reply")) else { throw Problem.notFound }
                try await ground.database.write { try $0.remove(id) }
                return .redirect(to: "/desk/words", type: .normal)
            },
            Route(.post, "/desk/words/wrap-ups", .roles(Self.staff), purpose: "Adds a word for how a conversation ended.") {
                request, context in
                let form = try await Self.wrapUpForm.read(request)
                guard form.isAccepted else { return try await wordsPage(request, context, wrapUp: form) }
                let wrapUp = WrapUp(id: .init(at: ground.clock.now), name: form.text("name"))
                try await ground.database.write { _ = try $0.add(wrapUp) }
                return .redirect(to: "/desk/words", type: .normal)
            },
            Route(.post, "/desk/words/wrap-ups/{code}/remove", .roles(Self.staff), purpose: "Removes a word for an outcome.") {
                request, context in
                _ = try await Form("", []).read(request)
                guard let id = ID<WrapUp>(try context.parameter("code")) else { throw Problem.notFound }
                try await ground.database.write { try $0.remove(id) }
                return .redirect(to: "/desk/words", type: .normal)
            },
        ]
    }

    private func saveReply(_ older: ID<SavedReply>?, _ request: Request, _ context: Context) async throws -> Response {
        if let older, try await !ground.database.read({ try $0.savedReplies() }).contains(where: { $0.id == older }) {
            throw Problem.notFound
        }
        var form = try await Self.replyForm(older).read(request)
        let shortcut = form.text("shortcut").trimmingPrefix("/").lowercased()
        if !form.text("shortcut").isEmpty, shortcut.wholeMatch(of: SavedReply.shortcuts) == nil {
            form.refuse("shortcut", "desk.words.problem.shortcut")
        }
        guard form.isAccepted else { return try await wordsPage(request, context, reply: form, of: older) }
        let reply = SavedReply(
            id: older ?? .init(at: ground.clock.now), queue: ID<Queue>(form.text("queue")), shortcut: shortcut, text: form.text("text"))
        try await save(reply, isNew: older == nil)
        return .redirect(to: "/desk/words?saved=yes", type: .normal)
    }

    private func wordsPage(
        _ request: Request, _ context: Context, reply: Submission? = nil, of changed: ID<SavedReply>? = nil, wrapUp: Submission? = nil
    ) async throws -> Response {
        let (replies, wrapUps, queues) = try await ground.database.read { transaction in
            (try transaction.savedReplies(), try transaction.wrapUps(), try transaction.queues())
        }
        let names = Dictionary(uniqueKeysWithValues: queues.map { ($0.id, $0.name) })
        var page = Page("desk/words", title: "desk.words.title")
        page.section = .desk
        page.styles = ["design/form.css", "desk/words.css"]
        if try request.query()["saved"] != nil { page.message = "accounts.saved" }
        let shown = reply ?? Self.replyForm().filled()
        page.forms["reply"] = shown
        if changed != nil { page.model["change"] = true }
        page.forms["wrapUp"] = wrapUp ?? Self.wrapUpForm.filled()
        page.model["queues"] = queues.map { queue -> [String: Any] in
            var model: [String: Any] = ["id": queue.id.description, "name": queue.name]
            if queue.id.description == shown.text("queue") { model["isChosen"] = true }
            return model
        }
        page.model["replies"] = replies.map { reply -> [String: Any] in
            var model: [String: Any] = [
                "shortcut": reply.shortcut, "words": reply.text, "url": "/desk/words/\(reply.id)",
                "removeAction": "/desk/words/\(reply.id)/remove",
            ]
            model["queue"] = reply.queue.flatMap { names[$0] }
            return model
        }
        page.model["wrapUps"] = wrapUps.map { ["name": $0.name, "removeAction": "/desk/words/wrap-ups/\($0.id)/remove"] }
        return try await ground.pages.respond(page, request, context)
    }

    /// Brings back what was put aside until a time. Looking often costs one index; being late costs a visitor a minute.
    package var inboxServices: [any Service] {
        [
            Rounds(every: .seconds(5), logger: ground.logger, rouseDue),
            Rounds(every: .seconds(60), logger: ground.logger, endPlacesInClosed),
            Rounds(every: .seconds(60), logger: ground.logger, putBackLeftBehind),
        ]
    }
}
