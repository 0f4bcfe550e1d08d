package import Vocabulary

/// Who is asking.
package enum Principal: Sendable, Equatable {
    /// Nobody we know: no session, or one that has ended.
    case stranger
    /// Somebody without an account who began a conversation with a site's team, and bears its token.
    case visitor(Visitor)
    /// A program, which acts within the scopes of its token.
    case program(Program)
    /// Someone who came by a guest link: a name, for one call.
    case guest(Guest)
    /// A person with an account.
    case member(Member)

    /// The bearer of a conversation's token.
    package struct Visitor: Sendable, Equatable {
        package let person: PersonID
        /// The conversation's 16 bytes, written as its domain writes it.
        package let conversation: String

        package init(person: PersonID, conversation: String) {
            self.person = person
            self.conversation = conversation
        }
    }

    /// The bearer of an API token.
    package struct Program: Sendable, Equatable {
        /// The program's own id: it takes part in conversations as itself, labelled as a program.
        package let person: PersonID
        package let token: String
        package let scopes: Set<String>

        package init(person: PersonID, token: String, scopes: Set<String>) {
            self.person = person
            self.token = token
            self.scopes = scopes
        }
    }

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
        /// Whether there is a second factor or a passkey to ask for, so that a session that is not strong can become so. Looked up for
        /// those alone whose roles need one.
        package let hasSecondFactor: Bool

        package init(
            person: PersonID, session: String, roles: Set<Role>, name: Redacted<String>, isStrong: Bool = false,
            hasSecondFactor: Bool = false
        ) {
            self.person = person
            self.session = session
            self.roles = roles
            self.name = name
            self.isStrong = isStrong
            self.hasSecondFactor = hasSecondFactor
        }
    }

    /// Whether a member could be asked for a second factor.
    var hasSecondFactor: Bool {
        if case .member(let member) = self { member.hasSecondFactor } else { false }
    }

    /// The person, unless it is a stranger.
    package var person: PersonID? {
        switch self {
        case .stranger: nil
        case .visitor(let visitor): visitor.person
        case .program(let program): program.person
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
    /// Answers visitors.
    case agent
    /// Looks after those who answer.
    case supervisor
    /// Sees the desk's figures, and no conversation.
    case viewer
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
    /// Whoever can be in a conversation with a page: visitors with their token, and members, who are the staff there, in a session opened
    /// with more than a password. Programs use the API, which looks at their scopes and writes down what they read.
    case conversants
    /// Visitors with their conversation's token.
    case visitors
    /// Programs whose token has this scope, and members with one of these roles.
    case programs(scope: String, or: Set<Role>)
    /// Members with one of these roles, in a session opened with more than a password (VZO-38).
    case roles(Set<Role>)

    package func allows(_ principal: Principal) -> Bool {
        refusal(of: principal) == nil
    }

    /// Why somebody may not; nil when they may. Whoever could come in after signing in, or with a second factor, is told so.
    package func refusal(of principal: Principal) -> Problem? {
        switch (self, principal) {
        case (.everyone, _), (.participants, .guest), (.participants, .member), (.members, .member), (.visitors, .visitor),
            (.conversants, .visitor):
            nil
        case (.conversants, .member(let member)): member.isStrong ? nil : .secondFactorRequired
        case (.programs(let scope, _), .program(let program)): program.scopes.contains(scope) ? nil : .forbidden
        case (.programs(_, let roles), .member): Access.roles(roles).refusal(of: principal)
        case (.roles(let needed), .member(let member)) where !needed.isDisjoint(with: member.roles):
            member.isStrong ? nil : .secondFactorRequired
        case (_, .member): .forbidden
        default: .signInRequired
        }
    }
}
