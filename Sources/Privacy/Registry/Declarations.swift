package import Mail
package import Web

/// Everything a domain declares about the data it touches. The registry is
/// the sum of them; what is not declared is refused or fails a test (C33).
package struct Declarations: Sendable {
    package var personal: [PersonalField] = []
    package var technical: [TechnicalColumn] = []
    package var cookies: [CookieDeclaration] = []
    package var storageKeys: [StorageKey] = []
    package var letters: [LetterTemplate] = []
    package var outboundHosts: [OutboundHost] = []

    package init() {}
}

/// A key a page may write in the browser's storage, after an act of the person.
package struct StorageKey: Sendable, Hashable {
    package let name: String
    package let purpose: String
    /// The act after which it is written.
    package let after: String

    package init(_ name: String, purpose: String, after: String) {
        self.name = name
        self.purpose = purpose
        self.after = after
    }
}

/// A host this server may open a connection to, named by the setting that holds it.
package struct OutboundHost: Sendable, Hashable {
    package let setting: String
    package let purpose: String

    package init(setting: String, purpose: String) {
        self.setting = setting
        self.purpose = purpose
    }
}
