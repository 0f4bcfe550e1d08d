/// Knows some of the people who come with a cookie or a token. Accounts knows members by their session, Calls knows guests
/// by their link, Desk knows visitors by their conversation.
package protocol Authenticator: Sendable {
    /// Who the cookies stand for; nil when this authenticator does not know them or what they stood for has ended.
    func principal(for cookies: SentCookies) async throws -> Principal?
    /// Who the token stands for; nil when this authenticator does not know it or what it stood for has ended.
    func principal(bearing token: String) async throws -> Principal?
}

extension Authenticator {
    package func principal(for cookies: SentCookies) async throws -> Principal? { nil }
    package func principal(bearing token: String) async throws -> Principal? { nil }
}
