import Foundation
import Vocabulary
package import Web

/// What a visitor's browser says about them, before anybody believed a word of it.
struct CardWish: Decodable, Sendable {
    let name: String?
    let email: String?
    /// Answers to the site's questions, by the question's key.
    let answers: [String: String]?
    /// The page from which they write.
    let page: String?

    static let shape = JSONShape.object(
        [:],
        optional: [
            "name": .text(CardText.longest), "email": .text(320), "page": .text(CardText.longestAddress), "answers": .anything(depth: 1),
        ])
}

enum CardText {
    static let longest = 120
    static let longestAnswer = 2000
    static let longestAddress = 2000
    /// Of the address of a page, what is kept.
    static let keptAddress = 500

    /// One line without what nobody can see, or nil when nothing is left or it is too long.
    static func line(_ text: String) -> String? { tidy(text, upTo: longest, lines: false) }

    static func tidy(_ text: String, upTo limit: Int, lines: Bool) -> String? {
        let tidied = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !tidied.isEmpty, tidied.unicodeScalars.count <= limit else { return nil }
        let isClean = tidied.unicodeScalars.allSatisfy { scalar in
            lines && scalar == "\n" || !(scalar.properties.generalCategory == .control || scalar.properties.isBidiControl)
        }
        return isClean ? tidied : nil
    }

    /// The page's address without its query and fragment, which tell more than where somebody was.
    static func page(_ text: String) -> String? {
        guard let url = URL(string: text), url.scheme == "https" || url.scheme == "http", let host = url.host(), !host.isEmpty else {
            return nil
        }
        let bare = text.prefix { $0 != "?" && $0 != "#" }
        // An address may carry a name and a password.
        guard !(url.authorityHasPerson), bare.utf8.count <= keptAddress else { return nil }
        return String(bare)
    }
}

extension URL {
    fileprivate var authorityHasPerson: Bool { user() != nil || password() != nil }
}

extension Problem {
    /// An answer that the site needs is missing, or is none.
    static let answerMissing = Problem(.unprocessableContent, "problem.answerMissing")
}

extension SupportSite {
    /// What of it is kept: **the answers to the site's own questions and
    /// nothing else** (C13). What the site itself vouches for comes first.
    func card(_ wish: CardWish?, _ identity: VisitorIdentity?) throws(Problem) -> Visitor.Card {
        var card = Visitor.Card()
        var answers: [String: String] = [:]
        for question in settings.questions {
            let kept: String?
            switch question.key {
            case "name":
                card.name = identity?.name ?? wish?.name.flatMap(CardText.line)
                kept = card.name
            case "email":
                let typed = wish?.email.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
                // A wrong address would let somebody wait for a mail that never comes.
                if identity?.email == nil, !typed.isEmpty, EmailAddress(typed) == nil { throw .answerMissing }
                card.email = identity?.email ?? EmailAddress(typed)?.text
                kept = card.email
            default:
                kept = answer(wish?.answers?[question.key], to: question)
                answers[question.key] = kept
            }
            if question.isRequired, kept == nil { throw .answerMissing }
        }
        card.name = card.name ?? identity?.name
        card.email = card.email ?? identity?.email
        card.answers = answers.isEmpty ? nil : answers
        card.page = wish?.page.flatMap(CardText.page)
        card.subject = identity?.subject
        return card
    }

    private func answer(_ text: String?, to question: Question) -> String? {
        guard let text else { return nil }
        guard question.kind == .choice else { return CardText.tidy(text, upTo: CardText.longestAnswer, lines: question.kind == .paragraph) }
        return question.options.compactMap { words($0, in: .english) }.first { $0 == text }
    }
}
