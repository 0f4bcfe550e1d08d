package import HTTPTypes
package import Hummingbird
package import Vocabulary

/// A page to be rendered: its template, its own model, and what the frame around it needs.
package struct Page {
    /// The template's place under `Browser/`, without ending: `accounts/sign-in`.
    package var template: String
    /// Key of the page's title in the catalogue.
    package var title: String
    package var titleValues: [String: String] = [:]
    /// Key of a text that says what just succeeded ("Saved."), shown once above the page.
    package var message: String?
    /// Which part of the site it belongs to, marked in the navigation.
    package var section: Section?
    /// Stylesheets and modules under `Browser/`, besides those every page has.
    package var styles: [String] = []
    package var scripts: [String] = []
    /// What the template's `{{! model: … }}` comment lists: strings, numbers, booleans, dictionaries, arrays of these.
    /// Absent means absent: an empty text or a 0 counts as present in a section.
    package var model: [String: Any] = [:]
    /// The forms on the page, each under its name in the model. A form with a problem makes the status 422.
    package var forms: [String: Submission] = [:]
    package var status: HTTPResponse.Status = .ok
    /// The last notice that was there **before** the content was looked up, where the content changes with notices: the page's
    /// live link goes on from there, so that none comes between. Nil where it does not matter.
    package var heard: Int?

    package enum Section: String, Sendable, CaseIterable {
        case people, directory, guestLinks, meetings, notices, desk, settings, administration

        /// Where its entry in the navigation leads.
        var path: String {
            switch self {
            case .people: "/"
            case .guestLinks: "/guest-links"
            case .settings: "/settings/profile"
            case .directory, .meetings, .notices, .desk, .administration: "/\(rawValue)"
            }
        }
    }

    package init(_ template: String, title: String, model: [String: Any] = [:]) {
        self.template = template
        self.title = title
        self.model = model
    }

    /// The page's only form, `form` in its template.
    package var form: Submission? {
        get { forms["form"] }
        set { forms["form"] = newValue }
    }
}

/// Renders pages and looks up texts.
package protocol Pages: Sendable {
    /// The page inside its frame, in the language of the context.
    func respond(_ page: Page, _ request: Request, _ context: Context) async throws -> Response

    /// A template alone, without the frame around pages: its model is joined by texts, language and the address of the assets.
    func render(_ template: String, _ model: [String: Any], in language: Language) throws -> String

    /// A file of `Browser/` as it is; nil when there is none.
    func file(_ path: String) throws -> [UInt8]?

    /// A text of the catalogue with its placeholders filled (`domain.key`), e.g. for mails and form problems.
    /// A key that nobody wrote gives the key itself, so that a gap is seen.
    func text(_ key: String, _ values: [String: String], in language: Language) -> String

    /// A text with plural forms, chosen by `count` (CLDR rules); `{count}` is filled too.
    func text(_ key: String, count: Int, _ values: [String: String], in language: Language) -> String
}
