import Hummingbird
import Storage
import Vocabulary
import Web

extension SupportSite.Invitation: SiteRule {
    static var list: WritableKeyPath<SupportSite.Settings, [Self]> { \.invitations }
    static var most: Int { 50 }

    func clashes(with other: Self) -> Bool { self == other }

    /// How a form shows it.
    fileprivate var values: [String: String] {
        var values = ["path": path, "seconds": String(seconds), "pages": String(pages)]
        for (language, text) in words { values["words-\(language)"] = text }
        if needsAgent { values["needsAgent"] = "on" }
        return values
    }

    /// What a form says; nil, with the problems noted, where something does not fit.
    fileprivate init?(_ form: inout Submission) {
        let said = form.texts("words")
        if said.isEmpty { form.refuse("words-en", "invitations.problem.words") }
        let path = form.optional("path") ?? "*"
        if !["/", "*"].contains(path.prefix(1)) || path.contains(where: { $0.isWhitespace || "?#".contains($0) }) {
            form.refuse("path", "invitations.problem.path")
        }
        let (seconds, pages) = (form.number("seconds", in: 0...3600), form.number("pages", in: 1...100))
        guard form.isAccepted, let seconds, let pages else { return nil }
        self.init(words: said, path: path, seconds: seconds, pages: pages, needsAgent: form.flag("needsAgent"))
    }
}

/// Administration of a site's offers of help.
extension Desk {
    private static func form(_ site: ID<SupportSite>, _ rule: String? = nil) -> Form {
        Form(
            sitePath(site, "invitations") + (rule.map { "/\($0)" } ?? ""),
            Language.allCases.map { .line("words-\($0.rawValue)", maximum: 200, isRequired: false) } + [
                .line("path", maximum: 200, isRequired: false), .line("seconds", maximum: 4), .line("pages", maximum: 3),
                .flag("needsAgent"),
            ])
    }

    var invitationRoutes: [Route] {
        [
            chooserRoute("invitations", "atInvitations", title: "invitations.title"),
            Route(
                .get, "/desk/administration/sites/{site}/invitations", Self.administrators, purpose: "A site's offers of help, in order."
            ) { request, context in try await invitationsPage(try context.parameter("site"), request, context) },
            Route(.post, "/desk/administration/sites/{site}/invitations", Self.administrators, purpose: "Adds an offer of help.") {
                request, context in try await saveInvitation(nil, request, context)
            },
            Route(
                .get, "/desk/administration/sites/{site}/invitations/{rule}", Self.administrators, purpose: "One offer of help of a site."
            ) { request, context in
                let (site, rule): (ID<SupportSite>, String) = (try context.parameter("site"), try context.parameter("rule"))
                let found = try await ground.database.read { try $0.supportSite(site) }
                guard let known = found?.settings.invitations.first(where: { $0.fingerprint == rule }) else { throw Problem.notFound }
                return try await invitationsPage(site, request, context, Self.form(site, rule).filled(with: known.values), of: rule)
            },
            Route(
                .post, "/desk/administration/sites/{site}/invitations/{rule}", Self.administrators, purpose: "Changes an offer of help."
            ) { request, context in try await saveInvitation(try context.parameter("rule"), request, context) },
        ] + actRoutes(of: SupportSite.Invitation.self, at: "invitations")
    }

    private func saveInvitation(_ rule: String?, _ request: Request, _ context: Context) async throws -> Response {
        let site: ID<SupportSite> = try context.parameter("site")
        var form = try await Self.form(site, rule).read(request)
        guard let invitation = SupportSite.Invitation(&form) else {
            return try await invitationsPage(site, request, context, form, of: rule)
        }
        guard let problem = try await put(invitation, insteadOf: rule, of: site) else {
            return .seeOther(LocalPath(Self.sitePath(site, "invitations?saved=yes")) ?? .home)
        }
        // What was typed can be added anew where the older one is gone.
        let isGone = problem == "sites.rule.stale"
        if isGone { form = form.moved(to: Self.form(site)) }
        form.refuse(problem)
        return try await invitationsPage(site, request, context, form, of: isGone ? nil : rule)
    }

    private func invitationsPage(
        _ id: ID<SupportSite>, _ request: Request, _ context: Context, _ form: Submission? = nil, of rule: String? = nil
    ) async throws -> Response {
        guard let site = try await ground.database.read({ try $0.supportSite(id) }) else { throw Problem.notFound }
        var page = try sitePage("invitations", "atInvitations", title: "invitations.one", of: site, request)
        let shown = form ?? Self.form(id).filled(with: ["path": "*", "seconds": "30", "pages": "1", "needsAgent": "on"])
        page.form = shown
        page.model["byLanguage"] = byLanguage(shown, ["words"], in: context.language)
        if rule != nil { page.model["change"] = ["url": Self.sitePath(id, "invitations")] }
        page.model["rules"] = listed(site.settings.invitations, at: Self.sitePath(id, "invitations")) { invitation in
            func text(_ key: String, _ number: Int) -> String {
                ground.pages.text("invitations.\(key)", count: number, [:], in: context.language)
            }
            var model: [String: Any] = [
                "words": words(invitation.words, in: context.language) ?? "", "path": invitation.path,
                "seconds": text("after", invitation.seconds), "pages": text("seen", invitation.pages),
                "spoken": invitation.words.keys.sorted().compactMap(Language.init).map { ["name": $0.name] },
            ]
            if invitation.needsAgent { model["needsAgent"] = true }
            return model
        }
        return try await ground.pages.respond(page, request, context)
    }
}
