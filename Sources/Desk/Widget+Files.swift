import Foundation
import HTTPTypes
import Vocabulary
import Web

/// What the loader on a customer's page is told. Nothing in it is about a visitor.
private struct LoaderSite: Encodable {
    let key: String
    let home: String
    let side: String
    let shades: [String]
    /// Of each language: what the button says when the chat is closed, and when it is open.
    let words: [String: [String]]
    let invites: Bool
}

/// What decides in the visitor's browser whether help is offered.
private struct InvitationRules: Encodable {
    struct Rule: Encodable {
        let words: [String: String]
        let path: String
        let seconds: Int
        let pages: Int
        let staffed: Bool
    }

    let key: String
    let side: String
    let rules: [Rule]
    /// Of each language: what waves the bubble away.
    let words: [String: String]
}

extension SupportSite {
    /// Site keys are looked up in a database: what cannot be one is not.
    static func isKey(_ text: String) -> Bool {
        text.utf8.count == 16 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
    }

    var side: String { settings.side == "left" ? "left" : "right" }
    var shades: [String] { (Accent(settings.accent) ?? Accent.standard).shades }

    /// The origins that can stand in a header and in an attribute: what an administrator mistyped matches nothing.
    var cleanOrigins: [String] {
        settings.origins.filter { $0.wholeMatch(of: /https?:\/\/[A-Za-z0-9.\-\[\]:*]+/) != nil }
    }
}

extension Accent {
    static let standard: Accent = Accent("#1f6f5c") ?? .night
}

extension Desk {
    /// Browsers ask again for a loader after this long.
    static let loaderAge = 300

    /// The one script of a customer's page: `widget/loader.js` with the site's own settings in it.
    func loaderFile(of site: SupportSite) throws -> WidgetFile {
        let words = Language.allCases.map { language in
            (language.rawValue, ["launcher", "close"].map { ground.pages.text("widget.\($0)", [:], in: language) })
        }
        return try script(
            "widget/loader.js",
            LoaderSite(
                key: site.key, home: ground.site.origin, side: site.side, shades: site.shades,
                words: Dictionary(uniqueKeysWithValues: words), invites: !site.settings.invitations.isEmpty))
    }

    /// Asked for by the loaders of sites that have rules for it.
    func invitationsFile(of site: SupportSite) throws -> WidgetFile {
        let words = Language.allCases.map { ($0.rawValue, ground.pages.text("widget.dismiss", [:], in: $0)) }
        return try script(
            "widget/invitations.js",
            InvitationRules(
                key: site.key, side: site.side,
                rules: site.settings.invitations.map {
                    .init(words: $0.words, path: $0.path, seconds: $0.seconds, pages: $0.pages, staffed: $0.needsAgent)
                }, words: Dictionary(uniqueKeysWithValues: words)))
    }

    /// A script with a site's settings in the place of the word SITE.
    private func script(_ path: String, _ settings: some Encodable) throws -> WidgetFile {
        guard let bytes = try ground.pages.file(path) else { throw Problem.notFound }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = String(decoding: try encoder.encode(settings), as: UTF8.self)
        let script = Self.squeezed(bytes).replacing("\"SITE\"", with: json)
        return WidgetFile(script, type: "text/javascript; charset=utf-8", keptFor: Self.loaderAge)
    }

    /// Indentation, and what only the type checker reads, is not for visitors' telephones.
    static func squeezed(_ bytes: [UInt8]) -> String {
        String(decoding: Script.withoutComments(bytes), as: UTF8.self).replacing(/\/\*\* @type [^*]*\*\/ ?/, with: "")
            .split(separator: "\n").map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// What is inside the frame: on our own origin, the same for every visitor of the site who reads this language.
    func documentFile(of site: SupportSite, in language: Language) throws -> WidgetFile {
        let settings = site.settings
        var model: [String: Any] = [
            "key": site.key, "name": site.name, "origins": site.cleanOrigins.joined(separator: " "),
            "shades": site.shades.joined(separator: " "), "noticeVersion": settings.noticeVersion,
            "controller": settings.controller.isEmpty ? site.name : settings.controller, "server": ground.site.name,
            "languages": Language.allCases.map { ["code": $0.rawValue, "name": $0.name, "isCurrent": $0 == language] as [String: Any] },
            "questions": settings.questions.enumerated().map { question($0.element, number: $0.offset, in: language) },
        ]
        if !settings.statementURL.isEmpty, settings.statementURL.hasPrefix("http") { model["statement"] = settings.statementURL }
        if settings.takesFiles { model["takesFiles"] = true }
        model["greeting"] = words(settings.greeting, in: language)
        model["notice"] = words(settings.notice, in: language)
        model["consent"] = words(settings.consent, in: language)
        let html = try ground.pages.render("widget/widget", model, in: language)
        let headers: HTTPFields = [
            .contentSecurityPolicy: SecurityHeaders.policy(origin: ground.site.origin, framedBy: site.cleanOrigins),
            .contentLanguage: language.rawValue,
        ]
        return WidgetFile(html, type: "text/html; charset=utf-8", keptFor: Int(WidgetShelf.freshFor.components.seconds), headers: headers)
    }

    private func question(_ question: SupportSite.Question, number: Int, in language: Language) -> [String: Any] {
        let standard =
            ["name", "email", "topic"].contains(question.key) ? ground.pages.text("widget.ask.\(question.key)", [:], in: language) : nil
        var model: [String: Any] = [
            "id": "q\(number)", "key": question.key, "label": words(question.label, in: language) ?? standard ?? question.key,
            "isRequired": question.isRequired,
        ]
        switch question.kind {
        case .line:
            model["line"] = [
                "type": question.key == "email" ? "email" : "text",
                "complete": question.key == "name" || question.key == "email" ? question.key : "off",
            ]
        case .paragraph: model["paragraph"] = true
        case .choice:
            model["choice"] = question.options.compactMap { option -> [String: String]? in
                guard let value = words(option, in: .english), let label = words(option, in: language) else { return nil }
                return ["value": value, "label": label]
            }
        }
        return model
    }
}
