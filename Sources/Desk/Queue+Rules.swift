import Accounts
import Foundation
import Hummingbird
import Storage
import Vocabulary
import Web

/// Administration of how a queue gives out what waits, what it asks of its agents, and when it is open.
extension Desk {
    private static let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    /// Numbers that are asked for, what each may be, and whether it may be left out.
    static let ruleNumbers: [(name: String, range: ClosedRange<Int>, isRequired: Bool)] = [
        ("offerSeconds", 5...600, true), ("reassignSeconds", 10...86_400, false), ("ringSeconds", 5...3600, false),
        ("overflowSeconds", 5...86_400, false), ("mostWaiting", 1...10_000, false), ("serviceSeconds", 5...86_400, true),
        ("stickySeconds", 0...3600, true), ("alertWaitSeconds", 5...86_400, false), ("alertWaiting", 1...10_000, false),
        ("programConversations", 0...10_000, false), ("programMessages", 1...600, false),
    ]

    private static func rulesForm(_ queue: ID<Queue>, others: [Queue]) -> Form {
        Form(
            "/desk/administration/queues/\(queue)/rules",
            [
                .choice("mode", ["automatic", "manual"]), .flag("matchesLanguage"),
                .choice("overflowTo", ["message"] + others.map(\.id.description), isRequired: false),
                .line("skills", maximum: 300, isRequired: false), .line("languages", maximum: 60, isRequired: false),
                .line("zone", maximum: 60), .paragraph("holidays", maximum: 4000, isRequired: false),
            ] + ruleNumbers.map { .line($0.name, maximum: 5, isRequired: $0.isRequired) }
                + days.map { .line($0, maximum: 100, isRequired: false) })
    }

    var rulesRoutes: [Route] {
        [
            Route(.get, "/desk/administration/queues/{queue}/rules", Self.administrators, purpose: "How a queue gives out what waits.") {
                request, context in try await rulesPage(try context.parameter("queue"), request, context)
            },
            Route(
                .post, "/desk/administration/queues/{queue}/rules", Self.administrators,
                purpose: "Changes how a queue gives out what waits."
            ) {
                request, context in
                let id: ID<Queue> = try context.parameter("queue")
                let others = try await ground.database.read { try $0.queues() }.filter { $0.id != id }
                var form = try await Self.rulesForm(id, others: others).read(request)
                guard var rules = Self.rules(&form), form.isAccepted else { return try await rulesPage(id, request, context, form) }
                // What the form does not show stays as a program set it.
                let older = try await ground.database.read { try $0.rules(of: id) }
                rules.pauseSeconds = older.pauseSeconds
                if rules.rings.first?.after == older.rings.first?.after { rules.rings = older.rings }
                try await put(rules, for: id)
                return .seeOther(LocalPath("/desk/administration/queues/\(id)/rules?saved=yes") ?? .home)
            },
        ]
    }

    // MARK: - What was typed

    /// The rules in a form; nil, with the problems noted, where something does not fit.
    private static func rules(_ form: inout Submission) -> QueueRules? {
        var values: [String: Int] = [:]
        for (name, range, _) in ruleNumbers { values[name] = form.number(name, in: range) }
        let (skills, languages) = (form.skills("skills"), form.languages("languages"))
        guard TimeZone(identifier: form.text("zone")) != nil else {
            form.refuse("zone", "rules.problem.zone")
            return nil
        }
        var rules = QueueRules()
        rules.mode = QueueRules.Mode(rawValue: form.text("mode")) ?? .manual
        rules.matchesLanguage = form.flag("matchesLanguage")
        (rules.skills, rules.languages) = (skills ?? [:], languages ?? [])
        rules.offerSeconds = values["offerSeconds"] ?? rules.offerSeconds
        rules.stickySeconds = values["stickySeconds"] ?? rules.stickySeconds
        rules.serviceSeconds = values["serviceSeconds"] ?? rules.serviceSeconds
        (rules.reassignSeconds, rules.mostWaiting) = (values["reassignSeconds"], values["mostWaiting"])
        (rules.alertWaitSeconds, rules.alertWaiting) = (values["alertWaitSeconds"], values["alertWaiting"])
        rules.programConversations = values["programConversations"] ?? rules.programConversations
        rules.programMessages = values["programMessages"] ?? rules.programMessages
        rules.rings =
            values["ringSeconds"].map { seconds in
                (1...3).map { .init(after: seconds * $0, easing: $0, anyLanguage: $0 == 3) }
            } ?? []
        rules.overflow = values["overflowSeconds"].map { .init(after: $0, queue: ID<Queue>(form.text("overflowTo"))) }
        guard let hours = hours(&form) else { return nil }
        rules.hours = hours
        return rules
    }

    private static func hours(_ form: inout Submission) -> BusinessHours? {
        var hours = BusinessHours(timeZone: form.text("zone"))
        var week: [[BusinessHours.Span]] = []
        for day in days {
            guard let spans = BusinessHours.Span.list(form.text(day)) else {
                form.refuse(day, "rules.problem.hours")
                return nil
            }
            week.append(spans)
        }
        if week.contains(where: { !$0.isEmpty }) { hours.week = week }
        for line in form.text("holidays").split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            guard let date = words.first, BusinessHours.isDate(date),
                let spans = BusinessHours.Span.list(words.count > 1 ? words[1] : "")
            else {
                form.refuse("holidays", "rules.problem.holidays")
                return nil
            }
            if spans.isEmpty { hours.holidays.append(date) } else { hours.exceptions[date] = spans }
        }
        return hours
    }

    // MARK: - The page

    private func rulesPage(_ id: ID<Queue>, _ request: Request, _ context: Context, _ form: Submission? = nil) async throws -> Response {
        let found = try await ground.database.read { transaction in
            try transaction.queue(id).map { queue in
                (queue, try transaction.queues().filter { $0.id != id }, try transaction.rules(of: id))
            }
        }
        guard let (queue, others, rules) = found else { throw Problem.notFound }
        var page = deskPage("rules", "atQueues", title: "rules.title")
        page.titleValues = ["name": queue.name]
        if try request.query()["saved"] != nil { page.message = "accounts.saved" }
        page.form = form ?? Self.rulesForm(id, others: others).filled(with: Self.values(of: rules))
        let chosen = page.form?.text("overflowTo") ?? ""
        page.model["queue"] = ["name": queue.name, "url": "/desk/administration/queues/\(id)"]
        page.model["others"] = others.map {
            ["value": $0.id.description, "label": $0.name, "selected": $0.id.description == chosen] as [String: Any]
        }
        return try await ground.pages.respond(page, request, context)
    }

    private static func values(of rules: QueueRules) -> [String: String] {
        var values = ["mode": rules.mode.rawValue, "zone": rules.hours.timeZone]
        (values["skills"], values["languages"]) = (SkillList.text(rules.skills), rules.languages.joined(separator: ", "))
        if rules.matchesLanguage { values["matchesLanguage"] = "on" }
        let numbers = [
            "offerSeconds": rules.offerSeconds, "serviceSeconds": rules.serviceSeconds, "reassignSeconds": rules.reassignSeconds,
            "stickySeconds": rules.stickySeconds,
            "mostWaiting": rules.mostWaiting, "alertWaitSeconds": rules.alertWaitSeconds, "alertWaiting": rules.alertWaiting,
            "programConversations": rules.programConversations, "programMessages": rules.programMessages,
            "ringSeconds": rules.rings.first?.after, "overflowSeconds": rules.overflow?.after,
        ]
        for (name, number) in numbers { values[name] = number.map(String.init) }
        if let overflow = rules.overflow { values["overflowTo"] = overflow.queue?.description ?? "message" }
        for (day, spans) in zip(days, rules.hours.week) { values[day] = BusinessHours.Span.text(spans) }
        let exceptions = rules.hours.exceptions.sorted { $0.key < $1.key }.map { "\($0.key) \(BusinessHours.Span.text($0.value))" }
        values["holidays"] = (rules.hours.holidays + exceptions).joined(separator: "\n")
        return values
    }
}

extension BusinessHours {
    /// `2026-12-25`, or `12-25` for every year.
    static func isDate(_ text: String) -> Bool { Day(text) != nil || Day("2000-\(text)") != nil }
}

extension BusinessHours.Span {
    /// `9:00-12:00, 13:00-18:00`; nothing for a day that is closed. Nil when it cannot be read.
    static func list(_ text: String) -> [Self]? {
        var spans: [Self] = []
        for part in text.split(separator: ",") {
            let ends = part.split { "-–".contains($0) }.map { $0.trimmingCharacters(in: .whitespaces) }
            guard ends.count == 2, let from = minutes(ends[0]), let to = minutes(ends[1]), from < to else { return nil }
            spans.append(Self(from, to))
        }
        return spans
    }

    private static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":").map { Int($0) }
        guard (1...2).contains(parts.count), let hour = parts[0], let minute = parts.count == 2 ? parts[1] : 0, (0...24).contains(hour),
            (0...59).contains(minute), hour * 60 + minute <= Day.minutes
        else { return nil }
        return hour * 60 + minute
    }

    static func text(_ spans: [Self]) -> String {
        func time(_ minutes: Int) -> String { "\(minutes / 60):" + (minutes % 60 < 10 ? "0" : "") + "\(minutes % 60)" }
        return spans.map { "\(time($0.from))-\(time($0.to))" }.joined(separator: ", ")
    }
}
