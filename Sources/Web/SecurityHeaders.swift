import HTTPTypes
import Hummingbird

/// What every response tells the browser not to do.
package struct SecurityHeaders: Sendable {
    private let common: HTTPFields
    /// Two years, the least that browsers' preload lists take.
    private static let strictTransport = "max-age=63072000; includeSubDomains"

    package init(origin: String) {
        common = [
            .contentSecurityPolicy: Self.policy(origin: origin),
            .xContentTypeOptions: "nosniff",
            // Not no-referrer: that makes browsers send `Origin: null` with our own forms (Fetch §3.1), which OriginGuard would refuse.
            .referrerPolicy: "same-origin",
            .permissionsPolicy: Self.permissions,
            .crossOriginOpenerPolicy: "same-origin",
            .crossOriginResourcePolicy: "same-origin",
            .originAgentCluster: "?1",
            .xFrameOptions: "DENY",
        ]
    }

    /// Adds them. What a handler set itself stays, such as the policy of a picture.
    func add(to response: inout Response, isSecure: Bool) {
        let own = response.headers[.contentSecurityPolicy]
        for field in common where !response.headers.contains(field.name) {
            response.headers.append(field)
        }
        // A document with a list of its own of who may frame it: the older field knows no list and would contradict it.
        // Ours needs no look, which would be a tenth of what a small answer costs.
        if let own, own.contains("frame-ancestors"), !own.contains(Self.ancestors) {
            response.headers[.xFrameOptions] = nil
        }
        if isSecure { response.headers[.strictTransportSecurity] = Self.strictTransport }
        // Default deny here too: what is not known to be public is kept by nobody.
        if !response.headers.contains(.cacheControl) { response.headers[.cacheControl] = "no-store" }
        if !response.headers.contains(.vary) { response.headers[.vary] = "Accept, Accept-Encoding, Accept-Language, Cookie" }
    }

    private static let ancestors = "frame-ancestors 'none'"

    /// The policy of a document that pages of these origins may show in a frame; of any, when there is none, and pages opened as files,
    /// which are of no origin that `*` would know.
    package static func policy(origin: String, framedBy ancestors: [String]) -> String {
        let list = ancestors.isEmpty ? "* file:" : (["'self'"] + ancestors).joined(separator: " ")
        return policy(origin: origin).replacing(Self.ancestors, with: "frame-ancestors \(list)")
    }

    /// Own origin only, no inline code, no string to code (Trusted Types).
    ///
    /// - Parameter more: what one page needs besides, such as `frame-src 'self'`.
    package static func policy(origin: String, more: [String] = []) -> String {
        // Older Safari does not count a WebSocket as 'self', so it is named.
        let socket = origin.replacing(/^http/, with: "ws")
        let policy = [
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:", "media-src 'self' blob:",
            "font-src 'self'", "connect-src 'self' \(socket)", "worker-src 'self'", "manifest-src 'self'", "form-action 'self'",
            "base-uri 'none'", ancestors, "require-trusted-types-for 'script'", "trusted-types 'none'",
        ]
        return (policy + more).joined(separator: "; ")
    }

    /// What calls need, for our own pages; nothing else.
    private static let permissions =
        ([
            "camera", "microphone", "display-capture", "speaker-selection", "autoplay", "fullscreen", "picture-in-picture",
            "screen-wake-lock", "publickey-credentials-create", "publickey-credentials-get",
        ].map { "\($0)=(self)" }
        + [
            "accelerometer", "browsing-topics", "geolocation", "gyroscope", "hid", "magnetometer", "midi", "payment", "serial",
            "usb", "xr-spatial-tracking",
        ].map { "\($0)=()" })
        .joined(separator: ", ")
}
