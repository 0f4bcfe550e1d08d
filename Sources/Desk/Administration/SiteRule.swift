import Crypto
import Foundation
import Hummingbird
import Storage
import Vocabulary
import Web

/// Something of a site that its administrator puts in order: an invitation, a question.
protocol SiteRule: Codable, Equatable, Sendable {
    /// Its list in the site's settings.
    static var list: WritableKeyPath<SupportSite.Settings, [Self]> { get }
    /// Most of a site.
    static var most: Int { get }
    /// Whether only one of the two can be there.
    func clashes(with other: Self) -> Bool
}

extension SiteRule {
    /// Names it in addresses **by what it says**: whoever looks at an older one changes no other by mistake.
    var fingerprint: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return CrockfordBase32.encode(Array(SHA256.hash(data: (try? encoder.encode(self)) ?? Data()).prefix(10)))
    }
}

/// What is done to one rule of a list.
enum SiteRuleAct: String, CaseIterable {
    case up, down, remove

    func apply<Rule: SiteRule>(to fingerprint: String, in list: inout [Rule]) -> Bool {
        guard let index = list.firstIndex(where: { $0.fingerprint == fingerprint }) else { return false }
        switch self {
        case .up: if index > 0 { list.swapAt(index, index - 1) }
        case .down: if index + 1 < list.count { list.swapAt(index, index + 1) }
        case .remove: list.remove(at: index)
        }
        return true
    }
}

extension Desk {
    static func sitePath(_ site: ID<SupportSite>, _ page: String = "") -> String {
        "/desk/administration/sites/\(site)" + (page.isEmpty ? "" : "/\(page)")
    }

    /// Changes a site's settings; its widget follows.
    func changeSettings<Value: Sendable>(
        of id: ID<SupportSite>, _ change: @escaping @Sendable (inout SupportSite.Settings) throws -> Value
    ) async throws -> Value {
        let value = try await ground.database.write { transaction in
            guard let site = try transaction.supportSite(id) else { throw Problem.notFound }
            var settings = site.settings
            let value = try change(&settings)
            if settings != site.settings { try transaction.change(settings, of: id) }
            return value
        }
        widget.clear()
        return value
    }

    /// Adds a rule at the end, or puts it where the older one stands.
    /// - Returns: the key of the text that says what is in the way, if something is.
    func put<Rule: SiteRule>(_ rule: Rule, insteadOf older: String?, of site: ID<SupportSite>) async throws -> String? {
        try await changeSettings(of: site) { settings in
            let index = older.map { older in settings[keyPath: Rule.list].firstIndex { $0.fingerprint == older } }
            if case .some(.none) = index { return "sites.rule.stale" }
            var others = settings[keyPath: Rule.list]
            if let index = index.flatMap(\.self) { others.remove(at: index) }
            if others.contains(where: rule.clashes) { return "sites.rule.twice" }
            if others.count >= Rule.most { return "sites.rule.many" }
            others.insert(rule, at: index.flatMap(\.self) ?? others.endIndex)
            settings[keyPath: Rule.list] = others
            return nil
        }
    }

    /// Moving up and down and removing.
    func actRoutes<Rule: SiteRule>(of rule: Rule.Type, at page: String) -> [Route] {
        SiteRuleAct.allCases.map { act in
            Route(
                .post, "/desk/administration/sites/{site}/\(page)/{rule}/\(act)", Self.administrators,
                purpose: "Changes the order of a site's \(page), or removes one."
            ) { request, context in
                _ = try await Form("", []).read(request)
                let (site, fingerprint): (ID<SupportSite>, String) = (try context.parameter("site"), try context.parameter("rule"))
                let isDone = try await changeSettings(of: site) { act.apply(to: fingerprint, in: &$0[keyPath: Rule.list]) }
                return .seeOther(LocalPath(Self.sitePath(site, page) + (isDone ? "?saved=yes" : "?stale=yes")) ?? .home)
            }
        }
    }

    /// The way from the navigation to a page that every site has of its own: straight there when there is one site.
    func chooserRoute(_ page: String, _ place: String, title: String) -> Route {
        Route(.get, "/desk/administration/\(page)", Self.administrators, purpose: "Asks for which site.") { request, context in
            let sites = try await ground.database.read { try $0.supportSites() }
            if sites.count == 1, let only = sites.first { return .seeOther(LocalPath(Self.sitePath(only.id, page)) ?? .home) }
            var shown = deskPage("choose-site", place, title: title)
            shown.model["title"] = ground.pages.text(title, [:], in: context.language)
            shown.model["sites"] = sites.map { ["name": $0.name, "url": Self.sitePath($0.id, page)] }
            return try await ground.pages.respond(shown, request, context)
        }
    }

    /// A page of a site's, with what its templates share.
    func sitePage(_ template: String, _ place: String, title: String, of site: SupportSite, _ request: Request) throws -> Page {
        var page = deskPage(template, place, title: title)
        page.titleValues = ["name": site.name]
        page.styles.append("desk/rules.css")
        let query = try request.query()
        if query["saved"] != nil { page.message = "accounts.saved" }
        if query["stale"] != nil { page.message = "sites.rule.stale" }
        page.model["deskSite"] = ["name": site.name, "url": Self.sitePath(site.id)]
        return page
    }

    /// The address of each rule and of what can be done to it, for a page that lists them.
    func listed<Rule: SiteRule>(_ rules: [Rule], at path: String, _ model: (Rule) -> [String: Any]) -> [[String: Any]] {
        rules.enumerated().map { index, rule in
            let url = "\(path)/\(rule.fingerprint)"
            var item = model(rule)
            item["url"] = url
            item["removeAction"] = url + "/remove"
            if index > 0 { item["upAction"] = url + "/up" }
            if index + 1 < rules.count { item["downAction"] = url + "/down" }
            return item
        }
    }

    /// A form's fields of each language, for a template that repeats them.
    func byLanguage(_ form: Submission, _ names: [String], in language: Language) -> [[String: Any]] {
        let fields = form.model(in: language, ground.pages)["field"] as? [String: Any] ?? [:]
        return Language.allCases.map { each in
            var model: [String: Any] = ["code": each.rawValue, "language": each.name]
            for name in names { model[name] = fields["\(name)-\(each.rawValue)"] }
            return model
        }
    }
}

extension Submission {
    /// A whole number of this range. Something else is refused, and said what fits.
    mutating func number(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = optional(name) else { return nil }
        let digits = text.compactMap(\.wholeNumberValue)
        if digits.count == text.count, digits.count < 10 {
            let number = digits.reduce(0) { $0 * 10 + $1 }
            if range.contains(number) { return number }
        }
        refuse(name, "rules.problem.number", ["least": "\(range.lowerBound)", "most": "\(range.upperBound)"])
        return nil
    }

    /// What was typed for each language.
    func texts(_ name: String) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: Language.allCases.compactMap { language in
                optional("\(name)-\(language.rawValue)").map { (language.rawValue, $0) }
            })
    }

    /// The same words in another form with these fields.
    func moved(to other: Form) -> Submission {
        other.filled(
            with: Dictionary(uniqueKeysWithValues: form.fields.compactMap { field in optional(field.name).map { (field.name, $0) } }))
    }
}
