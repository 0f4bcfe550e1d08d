import HTTPTypes

/// Header names that swift-http-types does not list.
extension HTTPField.Name {
    static let forwardedFor = ours("X-Forwarded-For")
    static let forwardedProtocol = ours("X-Forwarded-Proto")
    static let forwarded = ours("Forwarded")
    static let fetchSite = ours("Sec-Fetch-Site")
    static let referrerPolicy = ours("Referrer-Policy")
    static let permissionsPolicy = ours("Permissions-Policy")
    static let crossOriginOpenerPolicy = ours("Cross-Origin-Opener-Policy")
    static let crossOriginResourcePolicy = ours("Cross-Origin-Resource-Policy")
    static let originAgentCluster = ours("Origin-Agent-Cluster")
    static let xFrameOptions = ours("X-Frame-Options")
    static let contentLanguage = ours("Content-Language")

    private static func ours(_ name: StaticString) -> Self {
        guard let name = Self(name.description) else { preconditionFailure("\(name) is not a header name") }
        return name
    }
}
