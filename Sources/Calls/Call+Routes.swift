import Accounts
import HTTPTypes
package import Web
import Hummingbird
import Vocabulary

extension Calls {
    package var routes: [Route] { callRoutes + guestRoutes + meetingRoutes }

    private var callRoutes: [Route] {
        [
            Route(.get, "/people/{person}/call", .members, purpose: "Begins a call: gives it an address and shows the check before it.") {
                request, context in
                let person: PersonID = try context.parameter("person")
                guard try await ground.database.read({ [member = try context.member] in try $0.areContacts(member.person, person) }) else {
                    throw Problem.notFound
                }
                return .redirect(to: "/calls/\(ID<Call>(at: ground.clock.now))?with=\(person)", type: .normal)
            },
            Route(
                .get, "/calls/preview", .members, purpose: "Shows camera, microphone and speaker, and what works, without calling anybody."
            ) { request, context in
                var page = Page("calls/preview", title: "calls.preview.title")
                page.styles = ["design/form.css", "calls/call.css"]
                page.scripts = ["calls/preview.js"]
                return try await ground.pages.respond(page, request, context)
            },
            Route(.get, "/calls/relay", .participants, purpose: "Gives short-lived relay credentials for the check before a call.") {
                _, _ in
                try Response(json: ["iceServers": relay.map { [$0.server(at: ground.clock.now)] } ?? []])
            },
            Route(.get, "/goodbye", .everyone, purpose: "Where a guest's call ends.") { request, context in
                var page = Page("calls/goodbye", title: "calls.goodbye.title")
                page.styles = ["accounts/accounts.css"]
                return try await ground.pages.respond(page, request, context)
            },
            Route(.get, "/calls/{call}", .participants, purpose: "The page of one call: check, ringing, talking, ended.") {
                request, context in
                let id: ID<Call> = try context.parameter("call")
                return try await ground.pages.respond(try await page(of: id, request, context), request, context)
            },
        ]
    }

    /// The page for a participant of the call, or for the member who is about to make it.
    private func page(of id: ID<Call>, _ request: Request, _ context: Context) async throws -> Page {
        guard let viewer = context.principal.person else { throw Problem.notFound }
        let call = try await ground.database.read { try $0.call(id) }
        let other: PersonID
        if let call {
            guard let known = call.other(than: viewer) else { throw Problem.notFound }
            other = known
        } else {
            guard let with = request.uri.queryParameters["with"].flatMap({ PersonID(String($0)) }), case .member = context.principal,
                try await ground.database.read({ try $0.areContacts(viewer, with) })
            else { throw Problem.notFound }
            other = with
        }
        return try await page(id, call, viewer: viewer, other: other, context)
    }

    private func page(_ id: ID<Call>, _ call: Call?, viewer: PersonID, other: PersonID, _ context: Context) async throws -> Page {
        let isGuest = if case .guest = context.principal { true } else { false }
        let (name, picture) = try await peer(other, in: call, seenBy: viewer, context)
        let relayOnly =
            if let call { try await ground.database.read { try $0.relayOnly(call.id) } } else {
                try await exchange.parties.wantsRelay(viewer, other)
            }
        let role = isGuest ? "guest" : call == nil || call?.caller == viewer ? "caller" : call?.link != nil ? "host" : "callee"
        var page = Page("calls/call", title: "calls.pageTitle")
        page.titleValues = ["name": name]
        page.styles = ["design/form.css", "calls/call.css"]
        page.scripts = ["calls/callPage.js"]
        var model: [String: Any] = ["id": id.description, "role": role]
        if role == "caller" {
            model["isCaller"] = true
            model["callee"] = other.description
        }
        if call?.state == .waiting, isGuest { model["waitsForHost"] = true }
        if relayOnly { model["relayOnly"] = true }
        if !isGuest, call?.link == nil, holdsMeetings { model["canAdd"] = true }
        if relayOnly, relay != nil { model["showsRelayNote"] = true }
        var peer: [String: Any] = ["name": name, "initials": Face.initials(name), "hue": Face.hue(other)]
        if let picture { peer["pictureURL"] = picture }
        page.model = ["call": model, "peer": peer, "returnURL": isGuest ? "/goodbye" : "/"]
        return page
    }

    private func peer(_ other: PersonID, in call: Call?, seenBy viewer: PersonID, _ context: Context) async throws -> (String, String?) {
        if let call, call.link != nil { return (try await exchange.parties.name(of: other, in: call, seenBy: viewer) ?? "", nil) }
        let card = try await people.card(of: other, seenBy: viewer)
        return (people.label(card, other, in: context.language), card?.pictureURL)
    }
}
