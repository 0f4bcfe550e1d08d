/// An e-mail address as a person typed it, checked to the extent that makes sense before a mail is tried (RFC 5321 §4.1.2, §4.5.3.1).
package struct EmailAddress: Hashable, Sendable {
    /// As typed, without surrounding white space.
    package let text: String

    /// Nil when the text cannot be an address: no or several `@`, control characters, over-long parts (64 before the `@`, 254 in all).
    package init?(_ typed: String) {
        let text = String(typed.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), text.utf8.count <= 254 else { return nil }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        guard labels.allSatisfy({ (1...63).contains($0.utf8.count) && $0.first != "-" && $0.last != "-" }) else { return nil }
        guard text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F && !"<>()[]\\,;:\"".unicodeScalars.contains($0) }) else {
            return nil
        }
        self.text = text
    }

    /// The form in which two spellings of one mailbox are compared: lower case throughout, as every large provider delivers.
    package var normalised: String { text.lowercased() }

    package static func == (left: Self, right: Self) -> Bool { left.normalised == right.normalised }
    package func hash(into hasher: inout Hasher) { hasher.combine(normalised) }
}

extension EmailAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "•" }
    package var debugDescription: String { "•" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
