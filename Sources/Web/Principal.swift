package import Vocabulary

/// Who is asking.
package enum Principal: Sendable, Equatable {
    /// Nobody we know: no session, or one that has ended.
    case visitor
    /// Someone who came by a guest link: a name, for one call.
    case guest(Guest)
    /// A person with an account.
    case member(Member)

    /// The bearer of a guest link after joining.
    package struct Guest: Sendable, Equatable {
        package let person: PersonID
        /// The guest link's id, as its domain writes it.
        package let link: String
        package let name: Redacted<String>

        package init(person: PersonID, link: String, name: Redacted<String>) {
            self.person = person
            self.link = link
            self.name = name
        }
    }

    /// A signed-in account.
    package struct Member: Sendable, Equatable {
        package let person: PersonID
        package let session: String
        package let roles: Set<Role>
        package let name: Redacted<String>
        /// Whether this session was opened with a second factor or a passkey that the account still has.
        package let isStrong: Bool

        package init(person: PersonID, session: String, roles: Set<Role>, name: Redacted<String>, isStrong: Bool = false) {
            self.person = person
            self.session = session
            self.roles = roles
            self.name = name
            self.isStrong = isStrong
        }
    }

    /// The person, unless it is a visitor.
    package var person: PersonID? {
        switch self {
        case .visitor: nil
        case .guest(let guest): guest.person
        case .member(let member): member.person
        }
    }
}

/// What an account may do beyond its own affairs.
package enum Role: String, CaseIterable, Sendable, Codable {
    /// Runs the server; appoints the others. Exactly one.
    case owner
    /// Looks after the statement, requests and registers.
    case privacyOfficer = "privacy-officer"
    /// Looks after accounts and settings.
    case administrator
    /// Everyone with an account.
    case member
}

/// Who may use a route. **Default deny**: a route without one does not compile, a request that fits none is refused.
package enum Access: Sendable, Equatable {
    /// Anyone, signed in or not.
    case everyone
    /// Guests and members.
    case participants
    /// Members of any role.
    case members
    /// Members with one of these roles, in a session opened with more than a password (VZO-38).
    case roles(Set<Role>)

    package func allows(_ principal: Principal) -> Bool {
        refusal(of: principal) == nil
    }

    /// Why somebody may not; nil when they may. Whoever could come in after signing in, or with a second proof, is told so.
    package func refusal(of principal: Principal) -> Problem? {
        switch (self, principal) {
        case (.everyone, _), (.participants, .guest), (.participants, .member), (.members, .member): nil
        case (.roles(let needed), .member(let member)) where !needed.isDisjoint(with: member.roles):
            member.isStrong ? nil : .secondProofRequired
        case (_, .member): .forbidden
        default: .signInRequired
        }
    }
}
