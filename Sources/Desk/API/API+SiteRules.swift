import Storage
import Vocabulary
import Web

/// What a site asks before the first message.
struct QuestionShape: APIShape {
    /// `name`, `email` and `topic` mean what they say; every other key is the site's own, and names the answers.
    let key: String
    let kind: SupportSite.Question.Kind
    let isRequired: Bool?
    /// By language; not needed for `name`, `email` and `topic`.
    let label: [String: String]?
    /// Of a choice, each by language; the English word is what is kept.
    let options: [[String: String]]?
    /// By the word that is kept: the queue in which whoever chooses it waits.
    let queues: [String: ID<Queue>]?

    static var limits: [String: APISchema] {
        [
            "key": .text(longest: 120, shortest: 1, pattern: APISchema.line), "label": .byLanguage(longest: 120),
            "options": .list(.byLanguage(longest: 120), longest: SupportSite.Question.mostOptions),
        ]
    }

    init(_ question: SupportSite.Question) {
        (key, kind, isRequired) = (question.key, question.kind, question.isRequired)
        (label, options, queues) = (question.label, question.options, question.queues)
    }

    var question: SupportSite.Question {
        .init(key, kind: kind, isRequired: isRequired ?? false, label: label ?? [:], options: options ?? [], queues: queues ?? [:])
    }
}

/// All questions of a site, in order.
struct QuestionsShape: APIShape {
    let questions: [QuestionShape]

    static var limits: [String: APISchema] { ["questions": .list(.of(QuestionShape.self), longest: SupportSite.Question.most)] }
}

/// An offer of help. Whether it is made is decided in the visitor's browser.
struct InvitationShape: APIShape {
    /// By language.
    let words: [String: String]
    /// `*` stands for anything; absent: every page.
    let path: String?
    /// Seconds on the page.
    let seconds: Int?
    /// Pages seen in this visit.
    let pages: Int?
    /// Only while somebody can answer, unless it says false.
    let needsAgent: Bool?

    static var limits: [String: APISchema] {
        [
            "words": .byLanguage(longest: 200), "path": .text(longest: 200, shortest: 1, pattern: "^[/*][^\\s?#]*$"),
            "seconds": .integer(0...3600), "pages": .integer(1...100),
        ]
    }

    init(_ invitation: SupportSite.Invitation) {
        (words, path, seconds) = (invitation.words, invitation.path, invitation.seconds)
        (pages, needsAgent) = (invitation.pages, invitation.needsAgent)
    }

    var invitation: SupportSite.Invitation {
        .init(words: words, path: path ?? "*", seconds: seconds ?? 0, pages: pages ?? 1, needsAgent: needsAgent ?? true)
    }
}

/// All offers of help of a site; the first that fits is made.
struct InvitationsShape: APIShape {
    let invitations: [InvitationShape]

    static var limits: [String: APISchema] { ["invitations": .list(.of(InvitationShape.self), longest: SupportSite.Invitation.most)] }
}

extension APISchema {
    /// A line that begins and ends with something to see.
    ///
    /// Written for the readers of the document too: not every language's expressions know `\p`.
    static let line = "^[^\\s\\x00-\\x1f]([^\\x00-\\x1f]*[^\\s\\x00-\\x1f])?$"

    /// Texts by language; none for a language that Sotto does not speak.
    static func byLanguage(longest: Int) -> APISchema {
        .object(Language.allCases.map { Member(name: $0.rawValue, schema: .optional(.text(longest: longest, shortest: 1))) })
    }
}

extension SupportSite.Question.Kind: APIWord, CaseIterable {
    package static var allCases: [Self] { [.line, .paragraph, .choice] }
}

extension SupportSite.Question {
    /// Whether the page could have made it: what it is called, and what there is to choose.
    func isSound(with queues: Set<ID<Queue>>) -> Bool {
        let isStandard = Self.standard.contains(key)
        guard isStandard || !label.isEmpty, key == "topic" ? kind != .paragraph : !isStandard || kind == .line,
            self.queues.values.allSatisfy(queues.contains)
        else { return false }
        guard kind == .choice else { return options.isEmpty && self.queues.isEmpty }
        let languages = options.first.map { Set($0.keys) } ?? []
        let isOneLine = options.allSatisfy { $0.values.allSatisfy { $0.wholeMatch(of: /[^\n\r]*\S[^\n\r]*/) != nil } }
        let answers = Set(options.compactMap { words($0, in: .english) })
        return (2...Self.mostOptions).contains(options.count) && !languages.isEmpty && options.allSatisfy { Set($0.keys) == languages }
            && isOneLine && answers.count == options.count && answers.isSuperset(of: self.queues.keys)
    }
}

extension Desk {
    /// What a site asks before the first message, and how it offers help: each a list that is sent whole, in its order.
    var siteRuleOperations: [APIOperation] {
        [
            .get("/sites/{site}/questions", "readQuestions", .readSites, "Reads what a site asks before the first message.") { call in
                QuestionsShape(questions: try await settings(of: call).questions.map(QuestionShape.init))
            },
            .change(
                .put, "/sites/{site}/questions", "changeQuestions", .writeSites,
                "Says what a site asks before the first message, in this order, in place of what it asked.", or: Self.runners
            ) { (call, wish: QuestionsShape) in
                let queues = Set(try await ground.database.read { try $0.queues() }.map(\.id))
                let questions = wish.questions.map(\.question)
                if let wrong = questions.firstIndex(where: { !$0.isSound(with: queues) }) { throw Problem.apiBody("#/questions/\(wrong)") }
                try await put(all: questions, of: try call.parameter("site"))
                return QuestionsShape(questions: questions.map(QuestionShape.init))
            }
            .with(example: [
                "questions": [
                    ["key": "name", "kind": "line"],
                    [
                        "key": "Order number", "kind": "line", "isRequired": true,
                        "label": ["en": "Order number", "fr": "Numéro de commande"],
                    ],
                    [
                        "key": "topic", "kind": "choice",
                        "options": [["en": "Delivery", "fr": "Livraison"], ["en": "Billing", "fr": "Facturation"]],
                    ],
                ]
            ]),
            .get("/sites/{site}/invitations", "readInvitations", .readSites, "Reads how a site offers help.") { call in
                InvitationsShape(invitations: try await settings(of: call).invitations.map(InvitationShape.init))
            },
            .change(
                .put, "/sites/{site}/invitations", "changeInvitations", .writeSites,
                "Says how a site offers help, in this order, in place of how it did.", or: Self.runners
            ) { (call, wish: InvitationsShape) in
                let invitations = wish.invitations.map(\.invitation)
                if let wrong = invitations.firstIndex(where: \.words.isEmpty) { throw Problem.apiBody("#/invitations/\(wrong)/words") }
                try await put(all: invitations, of: try call.parameter("site"))
                return InvitationsShape(invitations: invitations.map(InvitationShape.init))
            }
            .with(example: [
                "invitations": [["words": ["en": "Can we help?", "fr": "Besoin d’aide ?"], "path": "/cart*", "seconds": 30]]
            ]),
        ]
    }

    private func settings(of call: APICall) async throws -> SupportSite.Settings {
        let id: ID<SupportSite> = try call.parameter("site")
        guard let site = try await ground.database.read({ try $0.supportSite(id) }) else { throw Problem.notFound }
        return site.settings
    }

    private func put<Rule: SiteRule>(all rules: [Rule], of site: ID<SupportSite>) async throws {
        for (index, rule) in rules.enumerated() where rules[..<index].contains(where: rule.clashes) { throw Problem.apiBody() }
        try await changeSettings(of: site) { $0[keyPath: Rule.list] = rules }
    }
}
