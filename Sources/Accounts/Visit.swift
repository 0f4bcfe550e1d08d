package import Hummingbird
import HTTPTypes
package import Vocabulary
package import Web

/// The circumstances under which somebody tries to get in.
package struct Visit: Sendable {
    /// The address as limits count it. Used as a keyed fingerprint only.
    package let client: Redacted<String>
    package let device: DeviceLabel
    package let language: Language
    /// The session cookie the browser still has, whether or not that session is over.
    package let token: BearerToken?
    /// Whether the person wants to stay signed in after the browser closes.
    package let isKept: Bool

    package init(client: Redacted<String>, device: DeviceLabel, language: Language, token: BearerToken? = nil, isKept: Bool = true) {
        self.isKept = isKept
        self.client = client
        self.device = device
        self.language = language
        self.token = token
    }

    package init(_ request: Request, _ context: Context, isKept: Bool = true) {
        self.init(
            client: context.client, device: DeviceLabel(userAgent: request.headers[.userAgent] ?? ""), language: context.language,
            token: Session.cookie.value(in: request).flatMap(BearerToken.init),
            isKept: isKept)
    }
}
