import Foundation
package import Hummingbird
package import Logging
package import NIOCore
package import Vocabulary

/// What a handler knows about the request besides the request itself.
package struct Context: RequestContext, RemoteAddressRequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Set by the authenticating middleware before any handler runs.
    package var principal: Principal = .visitor
    /// The language of the answer.
    package var language: Language = .english
    package let remoteAddress: SocketAddress?
    /// The peer's address as limits count it, after trusted proxies were looked through. Never stored, never logged.
    package var client = Redacted("")
    /// Whether the browser's connection is encrypted (by us or by a trusted proxy).
    package var isSecure = false

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
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

    /// A path parameter, percent-decoded. Throws `.notFound` when it is not such a value: an id that cannot exist is an address that does not.
    package func parameter<Value: LosslessStringConvertible>(_ name: String, as type: Value.Type = Value.self) throws(Problem) -> Value {
        guard let raw = parameters.get(name), let text = raw.removingPercentEncoding, let value = Value(text) else {
            throw .notFound
        }
        return value
    }
}
