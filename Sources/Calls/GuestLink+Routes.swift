package import Accounts
import HTTPTypes
import Hummingbird
package import Vocabulary
import Web

extension Calls {
    static let linkForm = Form(
        "/guest-links",
        [
            .choice("lifetime", GuestLink.lifetimes.map(String.init)), .choice("uses", ["one", "many"]), .flag("lobby"),
        ])

    static func joinForm(_ secret: String) -> Form {
        Form("/join/\(secret)", [.line("name", maximum: Guest.nameLength)])
    }

    var guestRoutes: [Route] {
        [
            Route(.get, "/guest-links", .members, purpose: "A member's links for guests.") { request, context in
                try await linksPage(request, context)
            },
            Route(.post, "/guest-links", .members, purpose: "Makes a link for guests.") { request, context in
                let form = try await Self.linkForm.read(request)
                guard form.isAccepted, let hours = Int(form.text("lifetime")) else { return try await linksPage(request, context, form) }
                let wish = GuestLinkWish(hours: hours, isForOne: form.text("uses") == "one", hasLobby: form.flag("lobby"))
                let made = try await makeLink(wish, for: try context.member.person)
                return try await linksPage(request, context, fresh: "\(ground.site.origin)/join/\(made.secret)")
            },
            Route(.post, "/guest-links/{link}/revoke", .members, purpose: "Takes a guest link back.") { request, context in
                _ = try await Form("", []).read(request)
                try await revoke(try context.parameter("link"), of: try context.member.person)
                return .redirect(to: "/guest-links", type: .normal)
            },
            Route(.get, "/join/{secret}", .everyone, purpose: "Asks who comes by a link for a name; stores nothing.") {
                request, context in
                try await joinPage(try context.parameter("secret"), request, context)
            },
            Route(
                .post, "/join/{secret}", .everyone,
                purpose: "Lets a guest call the maker of the link, or come to the meeting that it is for."
            ) {
                request, context in
                let secret: String = try context.parameter("secret")
                let viewer = context.principal.person
                if let link = try await openLink(secret, for: viewer), let meeting = try await meeting(behind: link) {
                    return try await come(to: meeting, by: link, secret, request, context)
                }
                let form = try await Self.joinForm(secret).read(request)
                guard form.isAccepted else { return try await joinPage(secret, request, context, form) }
                let (call, token) = try await join(secret, as: form.text("name"), by: viewer)
                var response = Response.redirect(to: "/calls/\(call.id)", type: .normal)
                response.headers[values: .setCookie].append(Self.guestCookie.header(token))
                return response
            },
        ]
    }

    private func linksPage(_ request: Request, _ context: Context, _ form: Submission? = nil, fresh: String? = nil) async throws -> Response
    {
        let now = ground.clock.now
        let host = try context.member.person
        let links = try await ground.database.read { try $0.guestLinks(of: host).filter { $0.isOpen(at: now) && !$0.isRelayOnly } }
        var page = Page("calls/guest-links", title: "calls.guestLink.title")
        page.section = .guestLinks
        page.styles = ["design/form.css", "calls/guest-links.css"]
        page.scripts = ["design/copy.js"]
        page.form = form ?? Self.linkForm.filled(with: ["lifetime": "24", "uses": "one", "lobby": "on"])
        if let fresh { page.model["fresh"] = ["url": fresh] }
        page.model["links"] = links.map { link -> [String: Any] in
            let uses = link.usesLeft.map { ground.pages.text("calls.guestLink.usesLeft", count: $0, [:], in: context.language) }
            return [
                "createdAt": link.createdAt.machineText, "createdWords": link.createdAt.words(in: context.language),
                "expiresAt": link.expiresAt.machineText, "expiresWords": link.expiresAt.words(in: context.language),
                "hasLobby": link.hasLobby,
                "usesWords": uses ?? ground.pages.text("calls.guestLink.anyNumber", [:], in: context.language),
                "revokeAction": "/guest-links/\(link.id)/revoke",
            ]
        }
        return try await ground.pages.respond(page, request, context)
    }

    private func joinPage(_ secret: String, _ request: Request, _ context: Context, _ form: Submission? = nil) async throws -> Response {
        guard let link = try await openLink(secret, for: context.principal.person) else { throw Problem(.gone, "problem.linkGone") }
        if let meeting = try await meeting(behind: link) {
            return try await doorPage(of: meeting, by: link, secret, request, context, form)
        }
        let name = try await exchange.parties.hostName(of: link.id, host: link.host)
        var page = Page("calls/join", title: "calls.join.title")
        page.titleValues = ["name": name]
        page.styles = ["design/form.css", "calls/guest-links.css"]
        page.form = form ?? Self.joinForm(secret).filled()
        // Made when a visitor said yes to an offered call: they are not asked twice.
        if link.isRelayOnly { page.scripts = ["calls/joinAs.js"] }
        let host: [String: Any] = ["name": name, "initials": Face.initials(name), "hue": Face.hue(link.host)]
        page.model = ["host": host, "hasLobby": link.hasLobby]
        return try await ground.pages.respond(page, request, context)
    }

    /// A person's latest calls, for their home page.
    package func recent(of person: PersonID, in language: Language) async throws -> [RecentCall] {
        let calls = try await ground.database.read { try $0.callHistory(of: person, limit: 8) }
        let cards = try await people.cards(of: calls.compactMap { $0.other(than: person) }, seenBy: person)
        var recent: [RecentCall] = []
        for call in calls {
            guard let other = call.other(than: person), case .ended(let reason, let at) = call.state else { continue }
            let guest = try await exchange.parties.guestName(of: other, in: call)
            let isMissed = call.callee == person && call.wasMissed
            let word =
                switch reason {
                case .hungUp, .upgraded: call.caller == person ? "outgoing" : "incoming"
                case .missed, .cancelled, .busy: isMissed ? "missed" : "unanswered"
                case .declined: "declined"
                case .failed: "failed"
                }
            recent.append(
                RecentCall(
                    name: guest ?? people.label(cards[other], other, in: language),
                    url: call.link == nil ? "/people/\(other)" : "/guest-links",
                    words: ground.pages.text("calls.recent.\(word)", [:], in: language), isMissed: isMissed, at: at))
        }
        return recent
    }
}
