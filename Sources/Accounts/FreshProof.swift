import Storage
package import Vocabulary
package import Web

/// That the person in front of the browser is the owner of the account, shown just now by password or passkey (C04, VZO-34, VZO-35).
///
/// A handler that changes a privacy or security setting takes one as a parameter; there is no way to make one but `Accounts.prove`.
/// It is not stored: each save asks again, so a stolen session alone changes nothing.
package struct FreshProof: Sendable {
    package let person: PersonID
    /// Where it was shown.
    let session: ID<Session>

    fileprivate init(_ person: PersonID, in session: ID<Session>) {
        self.person = person
        self.session = session
    }

    /// A proof of one person used for another is our own mistake.
    package func assertOf(_ person: PersonID) {
        precondition(self.person == person, "a proof of somebody else")
    }
}

extension Accounts {
    /// Checks the password or the passkey's answer that came with a form.
    ///
    /// Throws `Refusal` beside the field `proof` when neither is right, `Problem.tooMany` after too many tries in this session.
    package func prove(_ member: Principal.Member, password: String?, passkey: String?) async throws -> FreshProof {
        guard let session = ID<Session>(member.session) else { throw Problem.signInRequired }
        let attempt = Attempt.proof(in: member.session, keys: ground.keys)
        try await count(attempt)
        if let passkey, !passkey.isEmpty {
            let person = try await assertPasskey(passkey, for: .proof(session: member.session))
            guard person == member.person else { throw Refusal("accounts.proof.wrong", field: "proof") }
        } else {
            guard let password, !password.isEmpty else { throw Refusal("accounts.proof.missing", field: "proof") }
            let account = try await ground.database.read { try $0.account(of: member.person) }
            guard try await check(Password(typed: password), of: account) != .wrong else {
                throw Refusal("accounts.proof.wrong", field: "proof")
            }
        }
        let isStrong = passkey?.isEmpty == false
        try await ground.database.write { transaction in
            try transaction.forget(attempt)
            if isStrong { try transaction.strengthen(session) }
        }
        return FreshProof(member.person, in: session)
    }
}
