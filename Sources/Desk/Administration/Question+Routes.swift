import Hummingbird
import Storage
import Vocabulary
import Web

extension SupportSite.Question: SiteRule {
    static var list: WritableKeyPath<SupportSite.Settings, [Self]> { \.questions }
    static var most: Int { 12 }
    static let mostOptions = 30
    /// Keys with words of Sotto's own.
    static let standard = ["name", "email", "topic"]
    static let kinds = standard + ["line", "paragraph", "choice"]

    func clashes(with other: Self) -> Bool { key == other.key }

    /// What a form calls it.
    var formKind: String { Self.standard.contains(key) && kind == .line ? key : kind.rawValue }

    /// How a form shows it.
    fileprivate var values: [String: String] {
        var values = ["kind": formKind]
        if isRequired { values["isRequired"] = "on" }
        for (language, text) in label { values["label-\(language)"] = text }
        for language in Language.allCases.map(\.rawValue) {
            values["options-\(language)"] = options.compactMap { $0[language] }.joined(separator: "\n")
        }
        return values
    }

    /// What a form says; nil, with the problems noted, where something does not fit.
    ///
    /// - Parameter older: the question that is changed. Its key stays, so that answers that were given keep their name.
    fileprivate init?(_ form: inout Submission, older: Self?) {
        let chosen = form.text("kind")
        let label = form.texts("label")
        var key = chosen
        if !Self.standard.contains(chosen) {
            let isOwn = older.map { $0.formKind == $0.kind.rawValue } ?? false
            if isOwn, let older { key = older.key } else { key = words(label, in: .english) ?? "" }
            if label.isEmpty, !Self.standard.contains(key) { form.refuse("label-en", "questions.problem.label") }
        }
        let options = chosen == "choice" ? Self.options(&form) : []
        guard form.isAccepted, let kind = Self.standard.contains(chosen) ? .line : Kind(rawValue: chosen) else { return nil }
        self.init(key, kind: kind, isRequired: form.flag("isRequired"), label: label, options: options)
    }

    /// The lines of each language belong together: the first to the first, the second to the second.
    private static func options(_ form: inout Submission) -> [[String: String]] {
        var options: [[String: String]] = []
        for language in Language.allCases.map(\.rawValue) {
            let lines = form.text("options-\(language)").split(whereSeparator: \.isNewline)
                .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
            guard !lines.isEmpty else { continue }
            if options.isEmpty { options = Array(repeating: [:], count: lines.count) }
            guard lines.count == options.count else {
                form.refuse("options-\(language)", "questions.problem.lines", ["count": "\(options.count)"])
                continue
            }
            for (index, line) in lines.enumerated() { options[index][language] = line }
        }
        if !(2...mostOptions).contains(options.count) {
            form.refuse("options-en", "questions.problem.options", ["most": "\(mostOptions)"])
        }
        return options
    }
}

/// Administration of what a site asks before the first message (C13).
extension Desk {
    private static func form(_ site: ID<SupportSite>, _ rule: String? = nil) -> Form {
        Form(
            sitePath(site, "questions") + (rule.map { "/\($0)" } ?? ""),
            [.choice("kind", SupportSite.Question.kinds), .flag("isRequired")]
                + Language.allCases.flatMap { language -> [Form.Field] in
                    [
                        .line("label-\(language.rawValue)", maximum: 120, isRequired: false),
                        .paragraph("options-\(language.rawValue)", maximum: 2000, isRequired: false),
                    ]
                })
    }

    var questionRoutes: [Route] {
        [
            chooserRoute("questions", "atQuestions", title: "questions.title"),
            Route(
                .get, "/desk/administration/sites/{site}/questions", Self.administrators,
                purpose: "What a site asks before the first message."
            ) { request, context in try await questionsPage(try context.parameter("site"), request, context) },
            Route(.post, "/desk/administration/sites/{site}/questions", Self.administrators, purpose: "Adds a question.") {
                request, context in try await saveQuestion(nil, request, context)
            },
            Route(.get, "/desk/administration/sites/{site}/questions/{rule}", Self.administrators, purpose: "One question of a site.") {
                request, context in
                let (site, rule): (ID<SupportSite>, String) = (try context.parameter("site"), try context.parameter("rule"))
                let found = try await ground.database.read { try $0.supportSite(site) }
                guard let known = found?.settings.questions.first(where: { $0.fingerprint == rule }) else { throw Problem.notFound }
                return try await questionsPage(site, request, context, Self.form(site, rule).filled(with: known.values), of: rule)
            },
            Route(.post, "/desk/administration/sites/{site}/questions/{rule}", Self.administrators, purpose: "Changes a question.") {
                request, context in try await saveQuestion(try context.parameter("rule"), request, context)
            },
        ] + actRoutes(of: SupportSite.Question.self, at: "questions")
    }

    private func saveQuestion(_ rule: String?, _ request: Request, _ context: Context) async throws -> Response {
        let site: ID<SupportSite> = try context.parameter("site")
        var form = try await Self.form(site, rule).read(request)
        let found = try await ground.database.read { try $0.supportSite(site) }
        let older = found?.settings.questions.first { $0.fingerprint == rule }
        guard let question = SupportSite.Question(&form, older: older) else {
            return try await questionsPage(site, request, context, form, of: rule)
        }
        guard let problem = try await put(question, insteadOf: rule, of: site) else {
            return .seeOther(LocalPath(Self.sitePath(site, "questions?saved=yes")) ?? .home)
        }
        // What was typed can be added anew where the older one is gone.
        let isGone = problem == "sites.rule.stale"
        if isGone { form = form.moved(to: Self.form(site)) }
        form.refuse(problem)
        return try await questionsPage(site, request, context, form, of: isGone ? nil : rule)
    }

    private func questionsPage(
        _ id: ID<SupportSite>, _ request: Request, _ context: Context, _ form: Submission? = nil, of rule: String? = nil
    ) async throws -> Response {
        guard let site = try await ground.database.read({ try $0.supportSite(id) }) else { throw Problem.notFound }
        func text(_ key: String) -> String { ground.pages.text(key, [:], in: context.language) }
        var page = try sitePage("questions", "atQuestions", title: "questions.one", of: site, request)
        let shown = form ?? Self.form(id).filled(with: ["kind": "line"])
        page.form = shown
        page.model["kinds"] = SupportSite.Question.kinds.map { kind -> [String: Any] in
            var model: [String: Any] = ["value": kind, "words": text("questions.kind.\(kind)")]
            if shown.text("kind") == kind { model["isChosen"] = true }
            return model
        }
        page.model["byLanguage"] = byLanguage(shown, ["label", "options"], in: context.language)
        if rule != nil { page.model["change"] = ["url": Self.sitePath(id, "questions")] }
        page.model["rules"] = listed(site.settings.questions, at: Self.sitePath(id, "questions")) { question in
            let usual = SupportSite.Question.standard.contains(question.key) ? text("widget.ask.\(question.key)") : question.key
            var model: [String: Any] = [
                "words": words(question.label, in: context.language) ?? usual, "kind": text("questions.kind.\(question.formKind)"),
            ]
            if question.isRequired { model["isRequired"] = true }
            let options = question.options.compactMap { words($0, in: context.language) }
            if !options.isEmpty { model["options"] = options.map { ["name": $0] } }
            return model
        }
        return try await ground.pages.respond(page, request, context)
    }
}
