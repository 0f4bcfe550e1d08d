import HTTPTypes
import Hummingbird
import Mail
import Vocabulary
import Web

/// The outbox as the owner sees it. Letters can be read only while no mail server is set up: then somebody has to pass the links on.
extension Accounts {
    func outboxRoutes(_ queue: MailQueue) -> [Route] {
        [
            Route(.get, "/administration/outbox", .roles([.owner]), purpose: "Mails that have not left yet.") { request, context in
                try await outboxPage(queue, request, context)
            },
            Route(.post, "/administration/outbox/{letter}/retry", .roles([.owner]), purpose: "Tries a failed mail again.") { _, context in
                guard try await queue.retry(try context.parameter("letter", as: ID<Letter>.self)) else { throw Problem.notFound }
                return .seeOther(LocalPath("/administration/outbox") ?? .home)
            },
            Route(
                .post, "/administration/outbox/{letter}/discard", .roles([.owner]), purpose: "Removes a mail that is not wanted any more."
            ) { _, context in
                try await queue.discard(try context.parameter("letter", as: ID<Letter>.self))
                return .seeOther(LocalPath("/administration/outbox") ?? .home)
            },
        ]
    }

    private func outboxPage(_ queue: MailQueue, _ request: Request, _ context: Context) async throws -> Response {
        var page = try await administrationPage("outbox", "atOutbox", title: "outbox.title", queue)
        if queue.delivers { page.model["hasMailServer"] = true }
        var mails: [[String: Any]] = []
        for letter in try await queue.waiting() {
            mails.append(try await model(letter, queue, in: context.language))
        }
        page.model["mails"] = mails
        return try await ground.pages.respond(page, request, context)
    }

    private func model(_ letter: WaitingLetter, _ queue: MailQueue, in language: Language) async throws -> [String: Any] {
        let state = letter.failure != nil ? "failed" : letter.attempts > 0 ? "trying" : "waiting"
        var model: [String: Any] = [
            "id": letter.id.description, "recipient": letter.recipient.value, "subject": letter.subject.value,
            "at": letter.queuedAt.machineText,
            "atWords": letter.queuedAt.words(in: language),
            "stateWords": ground.pages.text("administration.outbox.state.\(state)", [:], in: language),
            "isFailed": letter.failure != nil, "discardAction": "/administration/outbox/\(letter.id)/discard",
        ]
        model["body"] = try await queue.open(letter.id)?.body.value
        if let failure = letter.failure {
            model["problem"] = ground.pages.text("administration.outbox.failure", ["code": String(failure)], in: language)
            model["retryAction"] = "/administration/outbox/\(letter.id)/retry"
        }
        return model
    }
}
