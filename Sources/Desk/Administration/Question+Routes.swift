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
    var formKind: String { Self.standard.contains(key) && kind == .line || key == "topic" && kind == .choice ? key : kind.rawValue }
    /// What a form sends for an answer that leads nowhere else.
    static let ownQueue = "own"

    /// How a form shows it.
    fileprivate var values: [String: String] {
        var values = ["kind": formKind]
        if isRequired { values["isRequired"] = "on" }
        for (language, text) in label { values["label-\(language)"] = text }
        for language in Language.allCases.map(\.rawValue) {
            values["options-\(language)"] = options.compactMap { $0[language] }.joined(separator: "\n")
        }
        for (number, option) in options.enumerated() {
            values["queue-\(number)"] = words(option, in: .english).flatMap { queues[$0]?.description } ?? Self.ownQueue
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
        // A topic is written, or chosen where there is something to choose from.
        let isChosen =
            chosen == "choice" || chosen == "topic" && Language.allCases.contains { form.optional("options-\($0.rawValue)") != nil }
        let options = isChosen ? Self.options(&form) : []
        guard form.isAccepted, let kind = isChosen ? .choice : Self.standard.contains(chosen) ? .line : Kind(rawValue: chosen) else {
            return nil
        }
        var queues: [String: ID<Queue>] = [:]
        for (number, option) in options.enumerated() {
            if let answer = words(option, in: .english) { queues[answer] = ID<Queue>(form.text("queue-\(number)")) }
        }
        self.init(key, kind: kind, isRequired: form.flag("isRequired"), label: label, options: options, queues: queues)
    }

    /// The answers typed in one language.
    static func lines(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// The lines of each language belong together: the first to the first, the second to the second.
    private static func options(_ form: inout Submission) -> [[String: String]] {
        var options: [[String: String]] = []
        for language in Language.allCases.map(\.rawValue) {
            let lines = Self.lines(form.text("options-\(language)"))
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
    private static func form(_ site: ID<SupportSite>, _ rule: String? = nil, queues: [Queue]) -> Form {
        Form(
            sitePath(site, "questions") + (rule.map { "/\($0)" } ?? ""),
            [.choice("kind", SupportSite.Question.kinds), .flag("isRequired")]
                + Language.allCases.flatMap { language -> [Form.Field] in
                    [
                        .line("label-\(language.rawValue)", maximum: 120, isRequired: false),
                        .paragraph("options-\(language.rawValue)", maximum: 2000, isRequired: false),
                    ]
                }
                + (0..<SupportSite.Question.mostOptions).map {
                    .choice("queue-\($0)", [SupportSite.Question.ownQueue] + queues.map(\.id.description), isRequired: false)
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
                let (found, queues) = try await ground.database.read { (try $0.supportSite(site), try $0.queues()) }
                guard let known = found?.settings.questions.first(where: { $0.fingerprint == rule }) else { throw Problem.notFound }
                let form = Self.form(site, rule, queues: queues).filled(with: known.values)
                return try await questionsPage(site, request, context, form, of: rule)
            },
            Route(.post, "/desk/administration/sites/{site}/questions/{rule}", Self.administrators, purpose: "Changes a question.") {
                request, context in try await saveQuestion(try context.parameter("rule"), request, context)
            },
        ] + actRoutes(of: SupportSite.Question.self, at: "questions")
    }

    private func saveQuestion(_ rule: String?, _ request: Request, _ context: Context) async throws -> Response {
        let site: ID<SupportSite> = try context.parameter("site")
        let (found, queues) = try await ground.database.read { (try $0.supportSite(site), try $0.queues()) }
        var form = try await Self.form(site, rule, queues: queues).read(request)
        let older = found?.settings.questions.first { $0.fingerprint == rule }
        guard let question = SupportSite.Question(&form, older: older) else {
            return try await questionsPage(site, request, context, form, of: rule)
        }
        guard let problem = try await put(question, insteadOf: rule, of: site) else {
            return .seeOther(LocalPath(Self.sitePath(site, "questions?saved=yes")) ?? .home)
        }
        // What was typed can be added anew where the older one is gone.
        let isGone = problem == "sites.rule.stale"
        if isGone { form = form.moved(to: Self.form(site, queues: queues)) }
        form.refuse(problem)
        return try await questionsPage(site, request, context, form, of: isGone ? nil : rule)
    }

    private func questionsPage(
        _ id: ID<SupportSite>, _ request: Request, _ context: Context, _ form: Submission? = nil, of rule: String? = nil
    ) async throws -> Response {
        let (found, queues) = try await ground.database.read { (try $0.supportSite(id), try $0.queues()) }
        guard let site = found else { throw Problem.notFound }
        let names = Dictionary(queues.map { ($0.id, $0.name) }) { first, _ in first }
        func text(_ key: String) -> String { ground.pages.text(key, [:], in: context.language) }
        var page = try sitePage("questions", "atQuestions", title: "questions.one", of: site, request)
        let shown = form ?? Self.form(id, queues: queues).filled(with: ["kind": "line"])
        page.form = shown
        page.model["kinds"] = SupportSite.Question.kinds.map { kind -> [String: Any] in
            var model: [String: Any] = ["value": kind, "words": text("questions.kind.\(kind)")]
            if shown.text("kind") == kind { model["isChosen"] = true }
            return model
        }
        page.model["byLanguage"] = byLanguage(shown, ["label", "options"], in: context.language)
        // With one queue there is nothing to choose.
        let answers = queues.count > 1 ? Self.answers(of: shown, queues, in: context.language) : []
        if !answers.isEmpty { page.model["leads"] = ["answers": answers] }
        if rule != nil { page.model["change"] = ["url": Self.sitePath(id, "questions")] }
        page.model["rules"] = listed(site.settings.questions, at: Self.sitePath(id, "questions")) { question in
            let usual = SupportSite.Question.standard.contains(question.key) ? text("widget.ask.\(question.key)") : question.key
            var model: [String: Any] = [
                "words": words(question.label, in: context.language) ?? usual, "kind": text("questions.kind.\(question.formKind)"),
            ]
            if question.isRequired { model["isRequired"] = true }
            let options = question.options.compactMap { option -> String? in
                guard let shown = words(option, in: context.language), let answer = words(option, in: .english) else { return nil }
                return question.queues[answer].flatMap { names[$0] }.map { "\(shown) · \($0)" } ?? shown
            }
            if !options.isEmpty { model["options"] = options.map { ["name": $0] } }
            return model
        }
        return try await ground.pages.respond(page, request, context)
    }

    /// Each answer in the form, and the queues to which it may lead.
    private static func answers(of form: Submission, _ queues: [Queue], in language: Language) -> [[String: Any]] {
        let lines = Language.allCases.map { ($0.rawValue, SupportSite.Question.lines(form.text("options-\($0.rawValue)"))) }
        let count = min(lines.map(\.1.count).max() ?? 0, SupportSite.Question.mostOptions)
        return (0..<count).map { number in
            let option = Dictionary(
                uniqueKeysWithValues: lines.compactMap { code, lines -> (String, String)? in
                    number < lines.count ? (code, lines[number]) : nil
                })
            let chosen = form.text("queue-\(number)")
            return [
                "id": "queue-\(number)", "words": words(option, in: language) ?? "",
                "queues": queues.map { queue -> [String: Any] in
                    var model: [String: Any] = ["id": queue.id.description, "name": queue.name]
                    if queue.id.description == chosen { model["isChosen"] = true }
                    return model
                },
            ]
        }
    }
}
