import HTTPTypes
import Hummingbird
import NIOCore

/// Addresses that programs know without being told (RFC 8615).
package enum WellKnown {
    package static let routes = [
        Route(
            .get, "/robots.txt", .everyone, isAnonymous: true, purpose: "Asks search engines to stay away: people's names are not for them."
        ) {
            _, _ in
            let text = "User-agent: *\nDisallow: /\n"
            return Response(
                status: .ok, headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "public, max-age=86400"],
                body: .init(byteBuffer: ByteBuffer(string: text)))
        },
        Route(.get, "/.well-known/change-password", .everyone, isAnonymous: true, purpose: "Leads password managers to the right page.") {
            _, _ in
            .seeOther(.changePassword)
        },
    ]
}
