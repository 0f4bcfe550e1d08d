import HTTPTypes
package import Hummingbird
import Vocabulary

/// The language a person reads: what they chose here, else what their browser asks for.
package enum LanguageChoice {
    /// Set only after the person chose (C29).
    package static let cookie = CookieDeclaration(
        "__Host-language", .preference, purpose: "Remembers the language you chose.", lifetime: .days(365))

    static let form = Form(
        "/settings/language",
        [
            .choice("language", Language.allCases.map(\.rawValue)),
            .line("return", maximum: LocalPath.limit, isRequired: false),
        ])

    static func language(of fields: HTTPFields) -> Language {
        if let chosen = SentCookies(fields)[cookie].flatMap(Language.init(rawValue:)) { return chosen }
        return Language(accepting: fields[.acceptLanguage] ?? "")
    }

    /// `POST /settings/language`: remembers the choice and goes back to where the person was.
    package static let route = Route(
        .post, "/settings/language", .everyone, bodyLimit: 4096, purpose: "Chooses the language of the pages."
    ) { request, context in
        let filled = try await form.read(request)
        guard let language = Language(rawValue: filled.text("language")) else { throw Problem.malformed }
        var response = Response.seeOther(LocalPath(orHome: filled.text("return")))
        response.set(cookie, to: language.rawValue)
        return response
    }
}

extension Response {
    /// Sends the browser on with a GET (303), after a change or to sign in.
    package static func seeOther(_ path: LocalPath) -> Response {
        Response(status: .seeOther, headers: [.location: path.description])
    }
}
