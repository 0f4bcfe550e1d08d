import Accounts
import Foundation
import Hummingbird
package import Storage
package import Vocabulary
package import Web

/// Administration of the desk: web sites, queues, and who answers.
extension Desk {
    /// Those who set up sites and queues.
    static let administrators = Access.roles([.owner, .administrator])
    /// Most sites, queues and people in a queue: a team, not a town.
    static let mostSites = 200
    static let mostQueues = 200

    static let newSiteForm = Form(
        "/desk/administration/sites", [.line("name", maximum: 80), .line("origin", maximum: 200, isRequired: false)])

    private static let languages = Language.allCases.map(\.rawValue)

    static func siteForm(_ site: ID<SupportSite>, queues: [Queue]) -> Form {
        Form(
            "/desk/administration/sites/\(site)",
            [
                .line("name", maximum: 80), .choice("queue", queues.map(\.id.description)),
                .paragraph("origins", maximum: 2000, isRequired: false), .line("controller", maximum: 200, isRequired: false),
                .line("statementURL", maximum: 500, isRequired: false), .line("accent", maximum: 7), .choice("side", ["left", "right"]),
                .line("keepDays", maximum: 4), .flag("takesFiles"),
            ]
                + languages.flatMap {
                    [
                        .line("greeting-\($0)", maximum: 200, isRequired: false),
                        .paragraph("notice-\($0)", maximum: 1000, isRequired: false),
                        .paragraph("consent-\($0)", maximum: 1000, isRequired: false),
                    ]
                })
    }

    var siteRoutes: [Route] {
        [
            Route(.get, "/desk/administration", Self.administrators, purpose: "The sites whose visitors are answered here.") {
                request, context in try await sitesPage(request, context)
            },
            Route(.post, "/desk/administration/sites", Self.administrators, purpose: "Enters a site and gives its line of script.") {
                request, context in
                var form = try await Self.newSiteForm.read(request)
                let origin = form.optional("origin").flatMap(SupportSite.origin)
                if form.optional("origin") != nil, origin == nil { form.refuse("origin", "sites.problem.origin") }
                guard form.isAccepted else { return try await sitesPage(request, context, form) }
                let site = try await enter(
                    form.text("name"), origin: origin, by: try context.member.person,
                    queueName: ground.pages.text("sites.queues.first", [:], in: context.language))
                return .seeOther(LocalPath("/desk/administration/sites/\(site)") ?? .home)
            },
            Route(.get, "/desk/administration/sites/{site}", Self.administrators, purpose: "One site: its script, look and texts.") {
                request, context in try await sitePage(try context.parameter("site"), request, context)
            },
            Route(.post, "/desk/administration/sites/{site}", Self.administrators, purpose: "Changes a site's look and texts.") {
                request, context in try await change(try context.parameter("site"), request, context)
            },
        ]
    }

    // MARK: - Acts

    /// Enters a site. The first one brings a queue, in which whoever enters it answers, so that it can be tried at once.
    ///
    /// - Parameter queueName: what that queue is called. Not as the site: people would take one for the other.
    package func enter(
        _ name: String, origin: String?, by person: PersonID, queueName: String
    ) async throws -> ID<SupportSite> {
        let now = ground.clock.now
        var settings = SupportSite.Settings()
        settings.origins = [origin].compactMap(\.self)
        return try await ground.database.write { [settings] transaction in
            guard try transaction.supportSites().count < Self.mostSites else { throw Problem.forbidden }
            let queue: Queue
            if let known = try transaction.queues().first {
                queue = known
            } else {
                queue = Queue(id: .init(at: now), name: queueName)
                try transaction.add(queue, at: now)
                if try transaction.agent(person) == nil { try transaction.put(Agent(person: person, status: .available, since: now)) }
                try transaction.put(person, into: queue.id)
            }
            let site = SupportSite(id: .init(at: now), key: SupportSite.newKey(), name: name, queue: queue.id, settings: settings)
            try transaction.add(site, at: now)
            return site.id
        }
    }

    private func change(_ id: ID<SupportSite>, _ request: Request, _ context: Context) async throws -> Response {
        let (found, queues) = try await ground.database.read { (try $0.supportSite(id), try $0.queues()) }
        guard let found else { throw Problem.notFound }
        var form = try await Self.siteForm(id, queues: queues).read(request)
        let lines = form.text("origins").split(whereSeparator: \.isWhitespace).map(String.init)
        let origins = lines.compactMap(SupportSite.origin)
        if origins.count != lines.count { form.refuse("origins", "sites.problem.origin") }
        if form.text("accent").wholeMatch(of: /#[0-9a-fA-F]{6}/) == nil { form.refuse("accent", "sites.problem.accent") }
        let days = Int(form.text("keepDays"))
        if !(1...3650).contains(days ?? 0) { form.refuse("keepDays", "sites.problem.keepDays") }
        let statement = form.text("statementURL")
        if !statement.isEmpty, !["https://", "http://"].contains(where: statement.hasPrefix) {
            form.refuse("statementURL", "sites.problem.statementURL")
        }
        guard form.isAccepted, let queue = ID<Queue>(form.text("queue")), let days else {
            return try await sitePage(id, request, context, form)
        }
        var settings = found.settings
        settings.origins = origins
        settings.controller = form.text("controller")
        settings.statementURL = statement
        settings.accent = form.text("accent")
        settings.side = form.text("side")
        settings.keepDays = days
        settings.takesFiles = form.flag("takesFiles")
        let (notice, consent) = (settings.notice, settings.consent)
        for language in Self.languages {
            settings.greeting[language] = form.optional("greeting-\(language)")
            settings.notice[language] = form.optional("notice-\(language)")
            settings.consent[language] = form.optional("consent-\(language)")
        }
        // Whoever agreed to the old words agreed to those (C27).
        if settings.notice != notice || settings.consent != consent { settings.noticeVersion += 1 }
        let changed = SupportSite(id: id, key: found.key, name: form.text("name"), queue: queue, settings: settings)
        try await ground.database.write { try $0.change(changed) }
        widget.clear()
        return .seeOther(LocalPath("/desk/administration/sites/\(id)?saved=yes") ?? .home)
    }

    // MARK: - Pages

    private func sitesPage(_ request: Request, _ context: Context, _ form: Submission? = nil) async throws -> Response {
        let (sites, queues) = try await ground.database.read { (try $0.supportSites(), try $0.queues()) }
        let names = Dictionary(queues.map { ($0.id, $0.name) }) { first, _ in first }
        var page = deskPage("sites", "atSites", title: "sites.title")
        page.form = form ?? Self.newSiteForm.filled()
        page.model["sites"] = sites.map { site -> [String: Any] in
            ["name": site.name, "url": "/desk/administration/sites/\(site.id)", "queue": names[site.queue] ?? ""]
        }
        return try await ground.pages.respond(page, request, context)
    }

    private func sitePage(
        _ id: ID<SupportSite>, _ request: Request, _ context: Context, _ form: Submission? = nil
    ) async throws -> Response {
        let (site, queues) = try await ground.database.read { (try $0.supportSite(id), try $0.queues()) }
        guard let site else { throw Problem.notFound }
        var page = deskPage("site", "atSites", title: "sites.one")
        page.titleValues = ["name": site.name]
        if try request.query()["saved"] != nil { page.message = "accounts.saved" }
        var values = [
            "name": site.name, "queue": site.queue.description, "origins": site.settings.origins.joined(separator: "\n"),
            "controller": site.settings.controller, "statementURL": site.settings.statementURL, "accent": site.settings.accent,
            "side": site.settings.side, "keepDays": String(site.settings.keepDays),
        ]
        if site.settings.takesFiles { values["takesFiles"] = "on" }
        for language in Self.languages {
            values["greeting-\(language)"] = site.settings.greeting[language] ?? ""
            values["notice-\(language)"] = site.settings.notice[language] ?? ""
            values["consent-\(language)"] = site.settings.consent[language] ?? ""
        }
        let shown = form ?? Self.siteForm(id, queues: queues).filled(with: values)
        page.form = shown
        page.styles.append("desk/site.css")
        page.scripts = ["design/copy.js", "desk/site.js"]
        page.model["deskSite"] = [
            "name": site.name, "url": Self.sitePath(id), "key": site.key, "script": site.script(at: ground.site.origin),
        ]
        page.model["queues"] = queues.map { queue -> [String: Any] in
            var option: [String: Any] = ["id": queue.id.description, "name": queue.name]
            if shown.text("queue") == queue.id.description { option["selected"] = true }
            return option
        }
        page.model["words"] = Language.allCases.map { language -> [String: Any] in
            var words: [String: Any] = ["code": language.rawValue, "name": language.name]
            let isSaid = ["greeting", "notice", "consent"].contains { shown.optional("\($0)-\(language.rawValue)") != nil }
            if isSaid || language == context.language { words["isOpen"] = true }
            if let greeting = shown.optional("greeting-\(language.rawValue)") { words["greeting"] = greeting }
            if let notice = shown.optional("notice-\(language.rawValue)") { words["notice"] = notice }
            if let consent = shown.optional("consent-\(language.rawValue)") { words["consent"] = consent }
            return words
        }
        var response = try await ground.pages.respond(page, request, context)
        // The preview is a page of our own.
        response.headers[.contentSecurityPolicy] = SecurityHeaders.policy(origin: ground.site.origin, more: ["frame-src 'self'"])
        return response
    }

    /// A page of the desk's administration.
    func deskPage(_ template: String, _ place: String, title: String) -> Page {
        var page = Page("desk/\(template)", title: title)
        page.section = .desk
        page.styles = ["design/form.css", "accounts/settings.css", "desk/administration.css", "calls/guest-links.css"]
        page.model["deskAdministration"] = [place: true]
        return page
    }
}

extension SupportSite {
    /// The one line that a site puts on its pages.
    package func script(at origin: String) -> String {
        "<script async src=\"\(origin)/widget/\(key)/loader.js\"></script>"
    }

    /// Scheme, host and port of an address; nil for anything that is no web site's.
    static func origin(_ text: String) -> String? {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = parts.host?.lowercased(), !host.isEmpty, parts.user == nil, !host.contains("*"), !host.contains(";"),
            !host.contains("'")
        else { return nil }
        return "\(scheme)://\(host)" + (parts.port.map { ":\($0)" } ?? "")
    }
}

extension Transaction {
    package func supportSite(_ id: ID<SupportSite>) throws -> SupportSite? {
        try first("SELECT * FROM support_site WHERE id = \(id)").map(SupportSite.init)
    }

    func change(_ site: SupportSite) throws {
        let settings = String(decoding: try JSONEncoder().encode(site.settings), as: UTF8.self)
        try run(
            "UPDATE support_site SET name = \(site.name), queue_id = \(site.queue), settings = \(settings) WHERE id = \(site.id)")
    }
}
