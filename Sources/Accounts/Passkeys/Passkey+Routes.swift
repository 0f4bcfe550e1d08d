import HTTPTypes
import Hummingbird
import Vocabulary
import Web

extension Accounts {
    var passkeyRoutes: [Route] {
        [
            Route(.post, "/sign-in/passkey/question", .everyone, bodyLimit: 1024, purpose: "What a passkey is asked to sign for a sign-in.")
            { _, _ in
                try Response(json: passkeyQuestionForSignIn())
            },
            Route(
                .post, "/sign-up/passkey", .everyone, bodyLimit: 1024,
                purpose: "What a browser needs to make the passkey that somebody registers with."
            ) { _, _ in
                try Response(json: passkeyOrderForSignUp())
            },
            Route(
                .post, "/settings/security/passkeys/question", .members, bodyLimit: 1024,
                purpose: "What a passkey is asked to sign as a fresh proof."
            ) {
                _, context in try Response(json: try await passkeyQuestion(for: try context.member))
            },
            Route(.post, "/settings/security/passkeys/order", .members, bodyLimit: 1024, purpose: "What a browser needs to make a passkey.")
            { _, context in
                try Response(json: try await passkeyOrder(for: try context.member))
            },
        ]
    }
}
