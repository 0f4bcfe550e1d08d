import Foundation
import HTTPTypes
import TestKit
import Testing
import Vocabulary
import Web

@testable import Server

/// What every form does with what it cannot take: says so in a summary
/// that links to the fields, and keeps what was typed (WCAG 3.3.1, 3.3.7).
@Suite(.timeLimit(.minutes(5))) struct FormErrorTests {
    /// A form of the assembled server: where it goes, what is typed in it, and what cannot be left out.
    struct Case: Sendable, CustomTestStringConvertible {
        let path: String
        let texts: [String: Int]
        let required: [String]
        /// Fields with fixed words that the form cannot do without, filled in when the texts are too long.
        var choices: [String: String] = [:]
        /// What the page sends with it unseen.
        var hidden: [String: String] = [:]
        var secrets: Set<String> = []
        var isForStrangers = false

        var testDescription: String { path }
    }

    static let cases = [
        Case(
            path: "/sign-up", texts: ["name": 60, "email": 254, "password": 256, "invitation": 128],
            required: ["name", "email", "password", "ageBand"], choices: ["ageBand": "adult"], secrets: ["password"], isForStrangers: true),
        Case(
            path: "/sign-in", texts: ["email": 254, "password": 1000], required: ["email", "password"], secrets: ["password"],
            isForStrangers: true),
        Case(path: "/recover", texts: ["email": 254, "code": 32], required: ["email"], secrets: ["code"], isForStrangers: true),
        Case(
            path: "/owner/{token}", texts: ["name": 60, "email": 254, "password": 256], required: ["name", "email", "password"],
            secrets: ["password"], isForStrangers: true),
        Case(path: "/join/{secret}", texts: ["name": 60], required: ["name"], isForStrangers: true),
        Case(path: "/settings/profile", texts: ["name": 60, "about": 500], required: ["name"]),
        Case(path: "/contacts/ask", texts: ["email": 254, "introduction": 200], required: ["email"]),
        Case(path: "/people/{person}/ask", texts: ["introduction": 200], required: []),
        Case(path: "/guest-links", texts: [:], required: ["lifetime", "uses"]),
        Case(path: "/settings/privacy", texts: [:], required: ["proof"]),
        Case(path: "/settings/security/password", texts: ["password": 256], required: ["password"], secrets: ["password"]),
        Case(path: "/settings/security/email", texts: ["email": 254], required: ["email"]),
        Case(
            path: "/settings/security/second-factor", texts: ["code": 8], required: ["code"],
            hidden: ["secret": String(repeating: "A", count: 32)], secrets: ["code"]),
        Case(path: "/settings/security/recovery-codes", texts: [:], required: ["proof"]),
        Case(path: "/administration/invitations", texts: ["email": 254], required: []),
    ]

    @Test("what is missing is said above the form, with a link to each field", arguments: cases) func empty(_ form: Case) async throws {
        let house = try await FormHouse(for: form)
        guard !form.required.isEmpty else { return try await house.stop() }
        let answer = try await house.post(form.texts.keys.map { ($0, "") } + form.hidden.map { ($0, $1) })
        #expect(answer.status == 422)
        let page = ErrorPage(answer.text)
        for field in form.required { #expect(page.linked.contains(field), "\(field) is not in the summary: \(page.linked)") }
        for field in page.linked { expectToldAt(field, on: page) }
        #expect(page.takesFocus)
        try await house.stop()
    }

    @Test("what is too long is kept and said at its field", arguments: cases) func overlong(_ form: Case) async throws {
        let house = try await FormHouse(for: form)
        for (field, limit) in form.texts {
            let typed = String(repeating: "ж", count: limit + 1)
            let others = form.texts.keys.filter { $0 != field }.map { ($0, "kept words of \($0)") }
            let answer = try await house.post([(field, typed)] + others + form.choices.map { ($0, $1) } + form.hidden.map { ($0, $1) })
            #expect(answer.status == 422, "\(field)")
            let page = ErrorPage(answer.text)
            #expect(page.linked.contains(field), "\(field) is not in the summary: \(page.linked)")
            expectToldAt(field, on: page)
            #expect(page.html.contains(typed) == !form.secrets.contains(field), "\(field) is kept, a secret is not")
            for (other, words) in others { #expect(page.html.contains(words) == !form.secrets.contains(other), "\(other) is kept") }
        }
        try await house.stop()
    }

    @Test("VZO-06: what no form of ours can send is refused, whatever else is right", arguments: cases) func foreign(_ form: Case)
        async throws
    {
        let house = try await FormHouse(for: form)
        let right = form.texts.keys.map { ($0, "words") } + form.choices.map { ($0, $1) }
        #expect(try await house.post(right + [("role", "owner")]).status == 400, "an unknown field")
        let name = try #require((form.texts.keys.sorted() + form.required).first)
        #expect(try await house.post([(name, "one"), (name, "two")]).status == 400, "a field twice")
        #expect(try await house.post([(name, "a\u{0}b")]).status == 400, "a character that no field has")
        #expect(try await house.post([], [.contentType: "text/plain"]).status == 415)
        #expect(try await house.post([], [.contentType: "application/json"]).status == 415)
        try await house.stop()
    }

    private func expectToldAt(_ field: String, on page: ErrorPage) {
        #expect(page.count(of: field) == 1, "one element has the id \(field)")
        #expect(page.isInvalid(field), "\(field) says that it is wrong, and where that is told")
    }
}

/// A house with somebody in front of one form.
private struct FormHouse {
    private let house: TestHouse
    private let clock = ManualClock()
    private let path: String
    /// Who fills it in; nil for strangers, who are another one each time.
    private let browser: TestBrowser?

    init(for form: FormErrorTests.Case) async throws {
        house = try await TestHouse(try await TestHouse.settings(), clock: clock)
        let ana = try await Resident.register("Ana", in: house)
        let ben = try await Resident.register("Ben", in: house)
        var path = form.path.replacing("{person}", with: ben.id)
        if path.hasPrefix("/join") { path = try await ana.guestLink() }
        if path.hasPrefix("/owner") { path = try #require(URL(string: try await house.house.accounts.makeOwnerLink())?.path) }
        self.path = path
        if path.hasPrefix("/administration") {
            browser = try await Resident.own(house).browser
            try await browser?.enrolSecondFactor(at: clock.now.milliseconds / 1000)
        } else {
            browser = form.isForStrangers ? nil : ana.browser
        }
    }

    /// Sends the form. Time passes, so that nobody is told to wait.
    func post(_ fields: [(String, String)], _ headers: HTTPFields = [:]) async throws -> TestBrowser.Answer {
        clock.advance(by: .minutes(1))
        return try await (browser ?? TestBrowser(house)).post(path, fields, headers)
    }

    func stop() async throws { try await house.stop() }
}

/// A page with a form that was refused.
private struct ErrorPage {
    let html: String

    init(_ html: String) { self.html = html }

    private var summary: String { html.text(after: "id=\"problems\"", before: "</div>") ?? "" }

    /// The fields that the summary links to.
    var linked: [String] { summary.matches(of: /<a href="#([^"]+)">[^<]+<\/a>/).map { String($0.1) } }

    /// Whether a reader, and the keyboard, begin at the summary.
    var takesFocus: Bool {
        html.contains(/<div [^>]*id="problems"[^>]* tabindex="-1" autofocus/) && html.contains(/<div [^>]*role="alert"[^>]*id="problems"/)
    }

    func count(of id: String) -> Int { html.matches(of: /\sid="([^"]+)"/).filter { $0.1 == id }.count }

    func isInvalid(_ id: String) -> Bool {
        guard let element = html.matches(of: /<[a-z]+ [^>]*>/).map({ String($0.0) }).first(where: { $0.contains(" id=\"\(id)\"") }) else {
            return false
        }
        let told = element.text(after: "aria-describedby=\"", before: "\"")?.split(separator: " ").map(String.init) ?? []
        return element.contains("aria-invalid=\"true\"") && told.contains("\(id)-problem") && told.allSatisfy { count(of: $0) == 1 }
    }
}
