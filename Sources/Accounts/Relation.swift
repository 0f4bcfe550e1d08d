/// What one person is to another, as far as showing anything is concerned.
package enum Relation: String, CaseIterable, Sendable {
    /// The person themself.
    case own
    /// Both agreed to be contacts.
    case contact
    /// Another account.
    case member
    /// A guest or somebody without an account.
    case outsider
    /// The other one blocked this viewer: nothing is shown, as if there were nobody.
    case blocked
}

extension Visibility {
    /// Whether a field with this visibility is shown to such a viewer. **The only place that decides it** (C03, VZO-31).
    package func shows(to relation: Relation) -> Bool {
        switch relation {
        case .own: true
        case .blocked: false
        case .contact: self != .nobody
        case .member: self == .members || self == .everyone
        case .outsider: self == .everyone
        }
    }
}
