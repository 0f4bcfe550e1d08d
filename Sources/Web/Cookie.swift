import HTTPTypes
package import Hummingbird

/// A cookie this server may set, declared once (C29). There is no other way to set one.
///
/// All are `__Host-`, `Secure`, `HttpOnly`, `SameSite=Lax`, `Path=/` and
/// carry an opaque random value or a word from a short list (VZO-25, VOC-23).
package struct CookieDeclaration: Hashable, Sendable {
    /// Whether it can be refused without losing what was asked for.
    package enum Class: String, Sendable {
        case necessary, preference
    }

    package let name: String
    package let `class`: Class
    package let purpose: String
    /// How long the browser keeps it; nil until it closes.
    package let lifetime: Duration?

    package init(_ name: String, _ class: Class, purpose: String, lifetime: Duration?) {
        precondition(name.hasPrefix("__Host-"), "\(name) could be set by another host of the domain")
        self.name = name
        self.class = `class`
        self.purpose = purpose
        self.lifetime = lifetime
    }

    /// The value the browser sent, if any.
    package func value(in request: Request) -> String? {
        SentCookies(request.headers)[self]
    }

    /// The header that sets it. `value` must be letters, digits, `-` or `_`: anything else is our own mistake.
    /// - Parameter isKept: false for one that goes when the browser closes, whatever `lifetime` says.
    package func header(_ value: String, isKept: Bool = true) -> String {
        precondition(value.utf8.allSatisfy(SentCookies.isOurs), "a cookie value must be letters, digits, - or _")
        let age = (isKept ? lifetime : nil).map { "; Max-Age=\($0.components.seconds)" } ?? ""
        return "\(name)=\(value); Path=/; Secure; HttpOnly; SameSite=Lax\(age)"
    }

    /// The header that removes it.
    package var removal: String { "\(name)=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0" }
}

extension Response {
    /// Sets a declared cookie.
    package mutating func set(_ cookie: CookieDeclaration, to value: String, isKept: Bool = true) {
        headers.append(HTTPField(name: .setCookie, value: cookie.header(value, isKept: isKept)))
    }

    /// Removes a declared cookie.
    package mutating func remove(_ cookie: CookieDeclaration) {
        headers.append(HTTPField(name: .setCookie, value: cookie.removal))
    }
}
