import Storage

/// Who may see a field of a profile. The person chooses, at registration and at any time after (C03, VZO-31/32). The default is nobody.
package enum Visibility: String, CaseIterable, Sendable, Codable, SQLConvertible {
    case nobody, contacts, members, everyone
}

/// A field of a profile whose visibility its person chooses.
package enum ProfileField: String, CaseIterable, Sendable, Codable, SQLConvertible {
    case name, picture, about, email

    /// What may be chosen for it. A minor's choices stop at contacts (ZAZ-33).
    package func choices(isMinor: Bool) -> [Visibility] {
        isMinor ? [.nobody, .contacts] : Visibility.allCases
    }
}
