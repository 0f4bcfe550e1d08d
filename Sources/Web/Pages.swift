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
    /// Stylesheets and modules under `Browser/`, besides those every page has.
    package var styles: [String] = []
    package var scripts: [String] = []
    /// What the template's `{{! model: … }}` comment lists: strings, numbers, booleans, dictionaries, arrays of these.
    package var model: [String: Any] = [:]
    package var status: HTTPResponse.Status = .ok

    package init(_ template: String, title: String, model: [String: Any] = [:]) {
        self.template = template
        self.title = title
        self.model = model
    }
}

/// Renders pages and looks up texts.
package protocol Pages: Sendable {
    /// The page inside its frame, in the language of the context, with every security header.
    func respond(_ page: Page, _ request: Request, _ context: Context) async throws -> Response

    /// A text of the catalogue with its placeholders filled (`domain.key`), e.g. for mails and form problems.
    func text(_ key: String, _ values: [String: String], in language: Language) -> String

    /// A text with plural forms, chosen by `count` (CLDR rules); `{count}` is filled too.
    func text(_ key: String, count: Int, _ values: [String: String], in language: Language) -> String
}
