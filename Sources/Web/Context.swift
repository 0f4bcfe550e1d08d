import Foundation
package import Hummingbird
package import NIOCore
package import Vocabulary

/// What a handler knows about the request besides the request itself.
package struct Context: RequestContext, RemoteAddressRequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Set by the authenticating middleware before any handler runs.
    package var principal: Principal = .stranger
    /// The language of the answer.
    package var language: Language = .english
    package let remoteAddress: SocketAddress?
    /// The connection, so that one that sends without end can be closed.
    let channel: any Channel
    /// The browser's household (`IPAddress.household`), after trusted proxies were looked through: for limits. Never stored, never logged.
    package var client = Redacted("")
    /// The browser's end of the connection, for the few routes that are not for everyone's network.
    package var connection = TrustedProxies.Client()
    /// Whether the browser's connection is encrypted (by us or by a trusted proxy).
    package var isSecure = false

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
        channel = source.channel
    }
}

extension Context {
    /// The signed-in member. Only for routes whose access guarantees one.
    package var member: Principal.Member {
        get throws(Problem) {
            guard case .member(let member) = principal else { throw .signInRequired }
            return member
        }
    }

    /// A path parameter, percent-decoded (Hummingbird hands it over as it came). Throws `.notFound`
    /// when it is not such a value: an id that cannot exist is an address that does not.
    package func parameter<Value: LosslessStringConvertible>(_ name: String, as type: Value.Type = Value.self) throws(Problem) -> Value {
        guard let raw = parameters.get(name), let text = raw.removingPercentEncoding, !text.utf8.contains(where: { $0 < 0x20 }),
            let value = Value(text)
        else { throw .notFound }
        return value
    }
}
