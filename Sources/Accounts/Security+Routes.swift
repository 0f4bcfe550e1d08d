import HTTPTypes
import Hummingbird
import Vocabulary
package import Web

/// The page on which a person says how they prove that it is them.
extension Accounts {
    /// The two fields of `accounts/proof`.
    static let proofFields: [Form.Field] = [
        .secret("proof", isRequired: false), .line("passkey", maximum: PasskeyAnswer.limit, isRequired: false),
    ]
    static let passwordForm = Form(
        "/settings/security/password", [.secret("password", maximum: Password.mostCharacters)] + proofFields)
    static let emailForm = Form("/settings/security/email", [.line("email", maximum: 254)] + proofFields)
    /// Where somebody was going who was sent here to set up a second factor.
    private static let backField = Form.Field.line("return", maximum: LocalPath.limit, isRequired: false)
    static let totpForm = Form(
        "/settings/security/second-factor", [.line("code", maximum: 8), .line("secret", maximum: 64), backField] + proofFields)
    static let totpOffForm = Form("/settings/security/second-factor/off", proofFields)
    static let recoveryCodesForm = Form("/settings/security/recovery-codes", proofFields)
    static let passkeyForm = Form(
        "/settings/security/passkeys",
        [.line("name", maximum: Passkey.nameLength, isRequired: false), .line("credential", maximum: PasskeyAnswer.limit), backField]
            + proofFields)

    static func nameForm(_ passkey: ID<Passkey>) -> Form {
        Form("/settings/security/passkeys/\(passkey)/name", [.line("name", maximum: Passkey.nameLength, isRequired: false)])
    }

    static func removeForm(_ passkey: ID<Passkey>) -> Form { Form("/settings/security/passkeys/\(passkey)/remove", proofFields) }

    /// The proof that came with a form (C04).
    package func prove(_ member: Principal.Member, _ form: Submission) async throws -> FreshProof {
        try await prove(member, password: form.optional("proof"), passkey: form.optional("passkey"))
    }

    /// Back to the page, with a word about what was done.
    static func securityPath(saying done: String) -> LocalPath { .security(backTo: "", saying: done) }

    private static let messages = [
        "password": "accounts.passwordSection.saved", "email": "accounts.emailSection.sent", "second-factor-off": "accounts.totp.removed",
        "passkey": "accounts.passkeys.saved", "passkey-removed": "accounts.passkeys.removed",
        "passkey-named": "accounts.saved", "codes-offered": "accounts.passkeys.codesOffered",
    ]

    var securityRoutes: [Route] {
        [
            Route(.get, "/settings/security", .members, purpose: "How a person signs in.") { request, context in
                try await securityPage(nil, message: Self.messages[try request.query()["done"] ?? ""], request, context)
            },
            change(Self.passwordForm, "Changes the password.", done: "password") { form, member, proof in
                try await changePassword(of: member, to: form.text("password"), proof: proof)
            },
            change(Self.emailForm, "Mails a link to a new address.", done: "email") { form, member, proof in
                try await changeEmail(member.person, to: form.text("email"), proof: proof)
            },
            change(Self.totpOffForm, "Turns the second factor off.", done: "second-factor-off") { _, member, proof in
                try await disableTOTP(member.person, proof: proof)
            },
            change(Self.passkeyForm, "Adds a passkey.", bodyLimit: 128 * 1024, done: "passkey") { form, member, proof in
                try await addPasskey(form.text("credential"), named: form.text("name"), for: member, proof: proof)
            },
            Route(
                .post, "/settings/security/passkeys/{passkey}/remove", .members, limit: .guessing, bodyLimit: 64 * 1024,
                purpose: "Removes a passkey."
            ) { request, context in
                let passkey: ID<Passkey> = try context.parameter("passkey")
                return try await changing(Self.removeForm(passkey), done: "passkey-removed", request, context) { _, member, proof in
                    try await removePasskey(passkey, of: member.person, proof: proof)
                }
            },
            Route(.post, "/settings/security/passkeys/{passkey}/name", .members, purpose: "Calls a passkey something else.") {
                request, context in
                let passkey: ID<Passkey> = try context.parameter("passkey")
                let form = try await Self.nameForm(passkey).read(request)
                return try await granting(form) {
                    try await securityPage($0, request, context)
                } _: {
                    try await renamePasskey(passkey, of: try context.member.person, to: form.text("name"))
                    return .seeOther(Self.securityPath(saying: "passkey-named"))
                }
            },
            showingCodes(Self.totpForm, "Turns the second factor on.") { form, member, proof in
                let offer = try await offerTOTP(to: "", again: form.text("secret"))
                return try await enableTOTP(offer, code: form.text("code"), of: member.person, proof: proof)
            },
            showingCodes(Self.recoveryCodesForm, "Makes new recovery codes.") { _, member, proof in
                try await renewRecoveryCodes(of: member.person, proof: proof)
            },
        ]
    }

    private typealias Change = @Sendable (Submission, Principal.Member, FreshProof) async throws -> Void

    private func change(
        _ form: Form, _ purpose: String, bodyLimit: Int = 64 * 1024, done: String, _ act: @escaping Change
    ) -> Route {
        Route(.post, form.action, .members, limit: .guessing, bodyLimit: bodyLimit, purpose: purpose) { request, context in
            try await changing(form, done: done, request, context, act)
        }
    }

    private func changing(_ form: Form, done: String, _ request: Request, _ context: Context, _ act: Change) async throws -> Response {
        let member = try context.member
        let filled = try await form.read(request)
        return try await granting(filled) {
            try await securityPage($0, request, context)
        } _: {
            try await act(filled, member, try await prove(member, filled))
            return .seeOther(.security(backTo: filled.optional("return") ?? "", saying: done))
        }
    }

    /// Codes are in this one answer and nowhere else.
    private func showingCodes(
        _ form: Form, _ purpose: String,
        _ act: @escaping @Sendable (Submission, Principal.Member, FreshProof) async throws -> [Redacted<String>]
    ) -> Route {
        Route(.post, form.action, .members, limit: .guessing, purpose: purpose) { request, context in
            let member = try context.member
            let filled = try await form.read(request)
            return try await granting(filled) {
                try await securityPage($0, request, context)
            } _: {
                let codes = try await act(filled, member, try await prove(member, filled))
                let message = form.action == Self.totpForm.action ? "accounts.totp.saved" : nil
                return try await securityPage(nil, codes: codes, message: message, backTo: filled.optional("return"), request, context)
            }
        }
    }
}
