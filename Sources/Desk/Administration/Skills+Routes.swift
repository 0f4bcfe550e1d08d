import Accounts
import Hummingbird
import Storage
import Vocabulary
import Web

/// Administration of what agents can do, and an overview of what queues ask for.
extension Desk {
    private static func form(_ agent: PersonID) -> Form {
        Form(
            "/desk/administration/skills/\(agent)",
            [
                .line("skills", maximum: SkillList.longest, isRequired: false), .line("languages", maximum: 60, isRequired: false),
                .line("messages", maximum: 2), .line("calls", maximum: 1),
            ])
    }

    var skillRoutes: [Route] {
        [
            Route(.get, "/desk/administration/skills", Self.administrators, purpose: "What agents can do and what queues ask for.") {
                request, context in try await skillsPage(request, context)
            },
            Route(.get, "/desk/administration/skills/{person}", Self.administrators, purpose: "What one agent can do.") {
                request, context in try await agentPage(try context.parameter("person"), request, context)
            },
            Route(.post, "/desk/administration/skills/{person}", Self.administrators, purpose: "Says what an agent can do.") {
                request, context in
                let agent: PersonID = try context.parameter("person")
                var form = try await Self.form(agent).read(request)
                let skills = form.skills("skills")
                let languages = form.languages("languages")
                let (messages, calls) = (form.number("messages", in: 0...50), form.number("calls", in: 0...5))
                guard form.isAccepted else { return try await agentPage(agent, request, context, form) }
                try await changeAgent(agent) { abilities, _ in
                    (abilities.skills, abilities.languages) = (skills, languages)
                    (abilities.messages, abilities.calls) = (messages, calls)
                }
                return .seeOther(LocalPath("/desk/administration/skills?saved=yes") ?? .home)
            },
        ]
    }

    private func skillsPage(_ request: Request, _ context: Context) async throws -> Response {
        let (agents, queues) = try await ground.database.read { transaction in
            (
                try transaction.agents().map { ($0.person, try transaction.abilities(of: $0.person)) },
                try transaction.queues().map { ($0, try transaction.rules(of: $0.id)) }
            )
        }
        let names = try await people.colleagueNames(agents.map(\.0))
        var page = deskPage("skills", "atSkills", title: "skills.title")
        if try request.query()["saved"] != nil { page.message = "accounts.saved" }
        page.model["agents"] = agents.map { person, abilities -> [String: Any] in
            var model: [String: Any] = ["name": names[person] ?? "", "url": "/desk/administration/skills/\(person)"]
            if let skills = abilities.skills, !skills.isEmpty { model["skills"] = SkillList.text(skills) }
            if let languages = abilities.languages { model["spoken"] = languages.joined(separator: ", ") }
            return model
        }
        page.model["queues"] = queues.map { queue, rules -> [String: Any] in
            var model: [String: Any] = ["name": queue.name, "url": "/desk/administration/queues/\(queue.id)/rules"]
            if !rules.skills.isEmpty { model["skills"] = SkillList.text(rules.skills) }
            if !rules.languages.isEmpty { model["spoken"] = rules.languages.joined(separator: ", ") }
            return model
        }
        return try await ground.pages.respond(page, request, context)
    }

    private func agentPage(
        _ agent: PersonID, _ request: Request, _ context: Context, _ form: Submission? = nil
    ) async throws -> Response {
        let found = try await ground.database.read { try $0.agent(agent) == nil ? nil : try $0.abilities(of: agent) }
        guard let abilities = found else { throw Problem.notFound }
        let name = try await people.colleagueNames([agent])[agent] ?? ""
        var page = deskPage("skills-of", "atSkills", title: "skills.one")
        page.titleValues = ["name": name]
        page.form =
            form
            ?? Self.form(agent).filled(with: [
                "skills": SkillList.text(abilities.skills ?? [:]), "languages": (abilities.languages ?? []).joined(separator: ", "),
                "messages": String(abilities.messages ?? Abilities.usualMessages), "calls": String(abilities.calls ?? Abilities.usualCalls),
            ])
        page.model["name"] = name
        return try await ground.pages.respond(page, request, context)
    }
}

/// Skills and their levels as people write them: `returns 3, billing`. Without a level it is the first.
enum SkillList {
    static let levels = 1...10
    /// All skills of somebody together, as they are written, in characters.
    static let longest = 300

    static func text(_ skills: [String: Int]) -> String {
        skills.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    /// As the pages would keep them; nil when they could not show them.
    static func tidy(_ skills: [String: Int]) -> [String: Int]? {
        let words = text(skills)
        guard words.count <= longest, let tidied = read(words), tidied.count == skills.count else { return nil }
        return tidied
    }

    /// Nil when a level is none.
    static func read(_ text: String) -> [String: Int]? {
        var skills: [String: Int] = [:]
        for part in text.split(whereSeparator: { ",،;\n".contains($0) }) {
            var words = part.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
            let digits = words.last?.compactMap(\.wholeNumberValue) ?? []
            var level = 1
            if let last = words.last, digits.count == last.count {
                level = digits.prefix(4).reduce(0) { $0 * 10 + $1 }
                words.removeLast()
                guard !words.isEmpty, levels.contains(level) else { return nil }
            }
            if !words.isEmpty { skills[words.joined(separator: " ")] = level }
        }
        return skills
    }
}

extension Submission {
    /// Skills and levels of a field; nil when there are none, or, with the problem noted, when they cannot be read.
    mutating func skills(_ name: String) -> [String: Int]? {
        guard let skills = SkillList.read(text(name)) else {
            refuse(name, "skills.problem.skills")
            return nil
        }
        return skills.isEmpty ? nil : skills
    }

    /// Codes of languages: `en, fr`.
    mutating func languages(_ name: String) -> [String]? {
        let codes = text(name).split { ",،; ".contains($0) }.map { $0.lowercased() }
        if codes.contains(where: { $0.wholeMatch(of: /[a-z]{2,3}/) == nil }) { refuse(name, "skills.problem.languages") }
        return codes.isEmpty ? nil : codes
    }
}
