package import HTTPTypes

/// An error that is shown to whoever asked: RFC 9457 for programs, a page in their language for people.
///
/// `key` names texts in the catalogue: `<key>.title`, `<key>.detail` and `<key>.next`
/// say what happened, what is safe, and what to do next. They never repeat what the person typed.
package struct Problem: Error, Sendable, Equatable {
    package let status: HTTPResponse.Status
    package let key: String
    /// Values for the texts' placeholders. Numbers and names of settings, never personal data.
    package let values: [String: String]
    /// Seconds after which trying again makes sense (`Retry-After`).
    package let retryAfter: Int?

    package init(_ status: HTTPResponse.Status, _ key: String, values: [String: String] = [:], retryAfter: Int? = nil) {
        self.status = status
        self.key = key
        self.values = values
        self.retryAfter = retryAfter
    }

    package static let notFound = Problem(.notFound, "problem.notFound")
    package static let signInRequired = Problem(.unauthorized, "problem.signInRequired")
    /// A program sent no token, or one that opens nothing any more.
    package static let tokenRequired = Problem(.unauthorized, "problem.tokenRequired")
    /// A role is used with more than a password.
    package static let secondFactorRequired = Problem(.forbidden, "problem.secondFactor")
    package static let forbidden = Problem(.forbidden, "problem.forbidden")
    package static let foreignOrigin = Problem(.forbidden, "problem.foreignOrigin")
    package static let malformed = Problem(.badRequest, "problem.malformed")
    package static let tooLarge = Problem(.contentTooLarge, "problem.tooLarge")
    package static let unavailable = Problem(.serviceUnavailable, "problem.unavailable", retryAfter: 5)

    package static func tooMany(retryAfter seconds: Int) -> Problem {
        Problem(.tooManyRequests, "problem.tooMany", retryAfter: seconds)
    }
}

extension Problem {
    package static let `internal` = Problem(.internalServerError, "problem.internal")
    package static let tooSlow = Problem(.requestTimeout, "problem.tooSlow")
    package static let unsupportedMedia = Problem(.unsupportedMediaType, "problem.unsupportedMedia")
    /// A form or JSON body has a field that nobody declared.
    package static let unknownField = Problem(.badRequest, "problem.unknownField")
}
