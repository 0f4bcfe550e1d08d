import Foundation
import HTTPTypes
import Storage
import Vocabulary
import Web

/// How a queue gives out what waits. In what is sent, what is not named takes its usual value.
struct RulesShape: APIShape {
    struct Ring: APIShape {
        let after: Int
        let easing: Int
        let anyLanguage: Bool?

        static var limits: [String: APISchema] { ["after": .integer(5...86_400), "easing": .integer(0...10)] }
    }

    struct Overflow: APIShape {
        let after: Int
        /// Absent: it becomes a message.
        let queue: ID<Queue>?

        static var limits: [String: APISchema] { ["after": .integer(5...86_400)] }
    }

    let mode: QueueRules.Mode
    let offerSeconds: Int?
    let pauseSeconds: Int?
    let stickySeconds: Int?
    let matchesLanguage: Bool?
    let skills: [String: Int]?
    let languages: [String]?
    /// Steps by which less is asked the longer somebody waits.
    let rings: [Ring]?
    let overflow: Overflow?
    let reassignSeconds: Int?
    let mostWaiting: Int?
    let serviceSeconds: Int?
    let alertWaitSeconds: Int?
    let alertWaiting: Int?
    let programConversations: Int?
    let programMessages: Int?

    /// The numbers are those that the page takes.
    static var limits: [String: APISchema] {
        var limits = Dictionary(uniqueKeysWithValues: Desk.ruleNumbers.map { ($0.name, APISchema.integer($0.range)) })
        limits["pauseSeconds"] = .integer(0...3600)
        (limits["skills"], limits["languages"]) = (.skills, .languages)
        limits["rings"] = .list(.of(Ring.self), longest: 10)
        return limits
    }

    init(_ rules: QueueRules) {
        (mode, offerSeconds, pauseSeconds, stickySeconds) = (rules.mode, rules.offerSeconds, rules.pauseSeconds, rules.stickySeconds)
        (matchesLanguage, skills, languages) = (rules.matchesLanguage, rules.skills, rules.languages)
        rings = rules.rings.map { Ring(after: $0.after, easing: $0.easing, anyLanguage: $0.anyLanguage) }
        overflow = rules.overflow.map { Overflow(after: $0.after, queue: $0.queue) }
        (reassignSeconds, mostWaiting, serviceSeconds) = (rules.reassignSeconds, rules.mostWaiting, rules.serviceSeconds)
        (alertWaitSeconds, alertWaiting) = (rules.alertWaitSeconds, rules.alertWaiting)
        (programConversations, programMessages) = (rules.programConversations, rules.programMessages)
    }

    /// As a queue's rules with these hours. Throws for skills that no page could show.
    func rules(with hours: BusinessHours) throws(Problem) -> QueueRules {
        guard let skills = SkillList.tidy(skills ?? [:]) else { throw .apiBody("#/skills") }
        var rules = QueueRules()
        (rules.mode, rules.hours, rules.skills, rules.languages) = (mode, hours, skills, languages ?? [])
        rules.offerSeconds = offerSeconds ?? rules.offerSeconds
        rules.pauseSeconds = pauseSeconds ?? rules.pauseSeconds
        rules.stickySeconds = stickySeconds ?? rules.stickySeconds
        rules.matchesLanguage = matchesLanguage ?? rules.matchesLanguage
        rules.rings = (rings ?? []).map { .init(after: $0.after, easing: $0.easing, anyLanguage: $0.anyLanguage ?? false) }
            .sorted { $0.after < $1.after }
        rules.overflow = overflow.map { .init(after: $0.after, queue: $0.queue) }
        (rules.reassignSeconds, rules.mostWaiting) = (reassignSeconds, mostWaiting)
        (rules.alertWaitSeconds, rules.alertWaiting) = (alertWaitSeconds, alertWaiting)
        rules.serviceSeconds = serviceSeconds ?? rules.serviceSeconds
        rules.programConversations = programConversations ?? rules.programConversations
        rules.programMessages = programMessages ?? rules.programMessages
        return rules
    }
}

/// When a queue is open, by the clock on the wall of its time zone.
struct HoursShape: APIShape {
    struct Span: APIShape {
        /// As in `9:00`.
        let from: String
        /// As in `17:30`; `24:00` is the end of the day.
        let to: String

        static var limits: [String: APISchema] {
            let time = APISchema.text(longest: 5, shortest: 4, pattern: "^([0-9]|[01][0-9]|2[0-4]):[0-5][0-9]$")
            return ["from": time, "to": time]
        }

        init(_ span: BusinessHours.Span) {
            let ends = BusinessHours.Span.text([span]).split(separator: "-").map(String.init)
            (from, to) = (ends.first ?? "", ends.last ?? "")
        }

        func span() throws(Problem) -> BusinessHours.Span {
            guard let span = BusinessHours.Span.list("\(from)-\(to)")?.first else { throw .apiBody() }
            return span
        }
    }

    let timeZone: String
    /// Seven days, Monday first; absent or empty: always open.
    let week: [[Span]]?
    /// Days on which it is closed: `2026-12-25`, or `12-25` for every year.
    let holidays: [String]?
    /// Days with hours of their own, which go before everything else.
    let exceptions: [String: [Span]]?

    static var limits: [String: APISchema] {
        let spans = APISchema.list(.of(Span.self), longest: 10)
        return [
            "timeZone": .text(longest: 60, shortest: 1), "week": .list(spans, longest: 7), "exceptions": .map(spans),
            "holidays": .list(.text(longest: 10, shortest: 5, pattern: "^([0-9]{4}-)?[0-9]{2}-[0-9]{2}$"), longest: 300),
        ]
    }

    init(_ hours: BusinessHours) {
        (timeZone, holidays) = (hours.timeZone, hours.holidays)
        week = hours.week.map { $0.map(Span.init) }
        exceptions = hours.exceptions.mapValues { $0.map(Span.init) }
    }

    func hours() throws(Problem) -> BusinessHours {
        var hours = BusinessHours(timeZone: timeZone, holidays: holidays ?? [])
        guard TimeZone(identifier: timeZone) != nil else { throw .apiBody("#/timeZone") }
        guard [0, 7].contains(week?.count ?? 0) else { throw .apiBody("#/week") }
        guard hours.holidays.allSatisfy(BusinessHours.isDate) else { throw .apiBody("#/holidays") }
        guard (exceptions ?? [:]).count <= 300, (exceptions ?? [:]).keys.allSatisfy(BusinessHours.isDate) else {
            throw .apiBody("#/exceptions")
        }
        for day in week ?? [] { hours.week.append(try Self.spans(day)) }
        // A queue that never opens is one nobody can reach: that is said by having no agents in it, not by its hours.
        guard hours.week.isEmpty || hours.week.contains(where: { !$0.isEmpty }) else { throw .apiBody("#/week") }
        for (date, day) in exceptions ?? [:] { hours.exceptions[date] = try Self.spans(day) }
        return hours
    }

    private static func spans(_ day: [Span]) throws(Problem) -> [BusinessHours.Span] {
        var spans: [BusinessHours.Span] = []
        for span in day { spans.append(try span.span()) }
        return spans
    }
}

extension QueueRules.Mode: APIWord, CaseIterable {
    package static var allCases: [Self] { [.manual, .automatic] }
}

extension Desk {
    /// How queues give out what waits, and when they are open.
    var ruleOperations: [APIOperation] {
        [
            .get("/queues/{queue}/rules", "readRules", .readSites, "Reads how a queue gives out what waits.") { call in
                RulesShape(try await rules(of: try call.parameter("queue")))
            },
            .change(
                .put, "/queues/{queue}/rules", "changeRules", .writeSites,
                "Says how a queue gives out what waits, and what it asks of its agents. What is not named takes its usual value.",
                or: Self.runners
            ) { (call, wish: RulesShape) in
                let id: ID<Queue> = try call.parameter("queue")
                let rules = try wish.rules(with: try await rules(of: id).hours)
                if let other = rules.overflow?.queue {
                    guard other != id, try await ground.database.read({ try $0.queue(other) }) != nil else {
                        throw Problem.apiBody("#/overflow/queue")
                    }
                }
                try await put(rules, for: id)
                return RulesShape(rules)
            }
            .with(example: [
                "mode": "automatic", "offerSeconds": 20, "skills": ["billing": 2], "matchesLanguage": true,
                "rings": [["after": 30, "easing": 1], ["after": 60, "easing": 2, "anyLanguage": true]], "overflow": ["after": 300],
            ]),
            .get("/queues/{queue}/hours", "readHours", .readSites, "Reads when a queue is open.") { call in
                HoursShape(try await rules(of: try call.parameter("queue")).hours)
            },
            .change(
                .put, "/queues/{queue}/hours", "changeHours", .writeSites,
                "Says when a queue is open, on which days it is closed, and which days have hours of their own.", or: Self.runners
            ) { (call, wish: HoursShape) in
                let id: ID<Queue> = try call.parameter("queue")
                var rules = try await rules(of: id)
                rules.hours = try wish.hours()
                try await put(rules, for: id)
                return HoursShape(rules.hours)
            }
            .with(example: [
                "timeZone": "Europe/Paris", "week": .list(Array(repeating: [["from": "9:00", "to": "17:30"]], count: 5) + [[], []]),
                "holidays": ["12-25"], "exceptions": ["2026-12-24": [["from": "9:00", "to": "12:00"]]],
            ]),
        ]
    }

    private func rules(of id: ID<Queue>) async throws -> QueueRules {
        try await ground.database.read { transaction in
            guard try transaction.queue(id) != nil else { throw Problem.notFound }
            return try transaction.rules(of: id)
        }
    }
}
