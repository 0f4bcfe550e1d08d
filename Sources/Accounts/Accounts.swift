import Logging
import Privacy
import Storage
package import Vocabulary
package import Web

/// Who people are here: registration, sign-in, sessions, passkeys, second factor, recovery, roles and administration.
///
/// **A secret is never stored as it was given**: passwords as argon2id hashes sealed for their person, tokens as SHA-256,
/// recovery codes as keyed fingerprints. What proves who somebody is never
/// goes into a log, an address that is stored, or a mail of another kind.
package struct Accounts: Sendable {
    let ground: Ground
    let policy: Policy
    let hasher: PasswordHasher
    package let listeners = AppointmentListeners()

    package init(_ ground: Ground, policy: Policy = Policy()) {
        self.ground = ground
        self.policy = policy
        hasher = PasswordHasher(cost: policy.passwordCost)
    }

    /// What the operator decides about accounts.
    package struct Policy: Sendable {
        /// Who may register until the owner chooses on the administration page.
        package var registration: RegistrationMode = .open
        /// Years; somebody younger leaves no trace here (ZAZ-34).
        package var minimumAge = 13
        /// Whether an account must have confirmed its address before it can be used. False where no mail leaves the server.
        package var confirmsEmail = false
        /// A session ends after this long without use.
        package var idleLifetime: Duration = .days(30)
        /// A session ends after this long in any case.
        package var sessionLifetime: Duration = .days(180)
        package var passwordCost: PasswordHasher.Cost = .standard
        /// Shortest password, in characters.
        package var passwordLength = 10
        /// Whether a role may be used with a password alone. **Only where everybody is invented**: no setting turns it on.
        package var trustsPasswords = false

        package init() {}
    }

    var now: Timestamp { ground.clock.now }

    /// Password hashes begun since the start.
    package var hashOperations: Int { hasher.operations }
}
