package import HTTPTypes
package import Hummingbird

/// One address of the server: who may use it, how much it may cost, what it is for, and what it does.
///
/// A domain lists its routes as values; the server mounts them all in one place, which is where access is checked.
/// The same list is what the authorisation matrix test and the privacy registry read.
package struct Route: Sendable {
    package typealias Handler = @Sendable (Request, Context) async throws -> Response

    package let method: HTTPRequest.Method
    /// Hummingbird's form: `/people/{person}`.
    package let path: String
    package let access: Access
    package let limit: Limit
    /// Most bytes of body that are read.
    package let bodyLimit: Int
    /// Whether it answers everybody alike: cookies are not even looked at.
    package let isAnonymous: Bool
    /// How long an answer may be given again as it is, to everybody, without this route being asked; nil for never.
    package let standing: Duration?
    /// What it is for, one line of plain English, for the registry.
    package let purpose: String
    package let handle: Handler

    /// How often one client may use it.
    package enum Limit: String, Sendable {
        /// Pages and cheap reads.
        case reading
        /// Changes.
        case writing
        /// Anything that guesses a secret or costs a password hash.
        case guessing
        /// Health checks and the like.
        case none
    }

    package init(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access, limit: Limit? = nil, bodyLimit: Int = 64 * 1024,
        isAnonymous: Bool = false, standing: Duration? = nil,
        purpose: String, handle: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.limit = limit ?? (method == .get || method == .head ? .reading : .writing)
        self.bodyLimit = bodyLimit
        self.isAnonymous = isAnonymous
        precondition(standing == nil || isAnonymous, "what is not the same for everybody cannot stand")
        self.standing = standing
        self.purpose = purpose
        self.handle = handle
    }
}
