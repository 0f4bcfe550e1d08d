package import HTTPTypes

/// Refuses changes that another site asks for in a member's name.
///
/// A browser tells where a request comes from, in `Sec-Fetch-Site` (Fetch
/// Metadata) and `Origin` (RFC 6454 §7), and no page can forge either.
/// **A change needs at least one of them, and every one that is there must be ours.** There are no tokens to leak or to run out.
package struct OriginGuard: Sendable {
    private let origins: Set<String>

    /// - Parameter origins: scheme, host and port under which browsers reach this server, without a slash at the end.
    package init(origins: Set<String>) {
        self.origins = origins
    }

    /// Whether the method can change anything (RFC 9110 §9.2.1).
    package static func isSafe(_ method: HTTPRequest.Method) -> Bool {
        method == .get || method == .head || method == .options
    }

    /// Throws `Problem.foreignOrigin` unless the request comes from one of our own pages.
    package func check(_ fields: HTTPFields) throws(Problem) {
        let site = fields[.fetchSite]
        let origin = fields[.origin]
        guard site != nil || origin != nil else { throw .foreignOrigin }
        // "none" is the person themselves: a repeated submission after the browser was closed and opened again.
        if let site, site != "same-origin", site != "none" { throw .foreignOrigin }
        if let origin, !origins.contains(origin) { throw .foreignOrigin }
    }

    /// The check for a WebSocket: browsers always send `Origin` with one (RFC 6455 §4.1).
    package func checkSocket(_ origin: String?) throws(Problem) {
        guard let origin, origins.contains(origin) else { throw .foreignOrigin }
    }
}
