/// Knows some of the people who come with a cookie. Accounts knows members by their session, Calls knows guests by their link.
package protocol Authenticator: Sendable {
    /// Who the cookies stand for; nil when this authenticator does not know them or what they stood for has ended.
    func principal(for cookies: SentCookies) async throws -> Principal?
}
