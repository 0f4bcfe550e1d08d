package import Vocabulary

/// A letter written out (RFC 5322), ready for the server.
package struct Mail: Sendable {
    /// The address problems are reported to, also in `From`.
    package let sender: String
    package let recipient: Redacted<String>
    /// Header and body, lines ended by CR LF, nothing but ASCII unless an address itself is not.
    package let text: [UInt8]
}
