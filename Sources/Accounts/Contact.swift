package import Vocabulary

/// Two people who agreed to see each other's presence and to be called by each other.
///
/// Asking is one-sided until the other accepts. Declining is silent: the one who asked goes on seeing "asked".
/// A block is total: it ends the contact, hides the blocker everywhere and swallows whatever the blocked one asks.
package struct Contact: Sendable, Equatable {
    package let person: PersonID
    package let since: Timestamp
}

/// A wish to become contacts, seen from one side.
package struct ContactRequest: Sendable, Equatable {
    /// The one who asked, or was asked: whoever is not looking.
    package let person: PersonID
    package let at: Timestamp
}

/// What came of asking somebody.
package enum AskOutcome: Sendable, Equatable {
    /// The other one will be asked, or was already, or would never know: the asker cannot tell which.
    case asked
    /// The other one had asked first: both are contacts now.
    case accepted
}

extension Contact {
    /// Most contacts one person may have.
    package static let most = 2_000
    /// Most open requests one person may have made.
    package static let mostAsked = 100
    /// An unanswered request is forgotten after this long.
    package static let requestLifetime: Duration = .days(90)
    /// Longest introduction that goes with a request, in characters.
    package static let introductionLength = 200
}
