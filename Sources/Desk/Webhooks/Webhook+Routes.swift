import Hummingbird
import Vocabulary
package import Web

extension Desk {
    private static let webhooksPath = "/desk/administration/webhooks"
    private static let webhookForm = Form(
        webhooksPath,
        [
            .line("url", maximum: Webhook.longestURL), .choices("events", WebhookEvent.allCases.map(\.rawValue), isRequired: true),
        ])
    /// Most failures on the page. The rest comes up when these are sent again.
    private static let shownFailures = 50

    package var webhookRoutes: [Route] {
        [
            Route(.get, Self.webhooksPath, .roles(Self.runners), purpose: "Lists the addresses that are told what happens.") {
                request, context in
                try await webhooksPage(request, context)
            },
            Route(.post, Self.webhooksPath, .roles(Self.runners), purpose: "Tells an address what happens.") { request, context in
                var form = try await Self.webhookForm.read(request)
                if form.isAccepted, (try? WebhookAddress.check(form.text("url"), allowing: programDesk.privateHosts)) == nil {
                    form.refuse("url", "problem.field.webhook")
                }
                guard form.isAccepted else { return try await webhooksPage(request, context, form) }
                let made = try await makeWebhook(to: form.text("url"), of: form.words("events").compactMap(WebhookEvent.init), in: nil)
                return try await webhooksPage(request, context, fresh: made.secret)
            },
            Route(.post, Self.webhooksPath + "/{webhook}/rotate", .roles(Self.runners), purpose: "Makes a webhook's new secret.") {
                request, context in
                _ = try await Form("", []).read(request)
                return try await webhooksPage(request, context, fresh: try await rotateWebhook(try context.parameter("webhook")).secret)
            },
            Route(.post, Self.webhooksPath + "/{webhook}/remove", .roles(Self.runners), purpose: "Tells an address nothing any more.") {
                request, context in
                _ = try await Form("", []).read(request)
                try await removeWebhook(try context.parameter("webhook"))
                return .redirect(to: Self.webhooksPath, type: .normal)
            },
            Route(
                .post, Self.webhooksPath + "/failures/{delivery}/replay", .roles(Self.runners),
                purpose: "Sends again what could not be delivered."
            ) { request, context in
                _ = try await Form("", []).read(request)
                try await replay(try context.parameter("delivery"))
                return .redirect(to: Self.webhooksPath + "?replayed=yes", type: .normal)
            },
        ]
    }

    private func webhooksPage(
        _ request: Request, _ context: Context, _ form: Submission? = nil, fresh: String? = nil
    ) async throws -> Response {
        let found = try await ground.database.read { transaction in
            let webhooks = try transaction.webhooks()
            return (
                webhooks: try webhooks.map { ($0, try transaction.waitingDeliveries(of: $0.id)) },
                failures: try transaction.failedDeliveries(of: nil, limit: Self.shownFailures)
            )
        }
        let urls = Dictionary(uniqueKeysWithValues: found.webhooks.map { ($0.0.id, $0.0.url) })
        var page = deskPage("webhooks", "atWebhooks", title: "api.webhook.title")
        page.styles.append("desk/api.css")
        page.scripts = ["design/copy.js"]
        if try request.query()["replayed"] != nil { page.message = "api.webhook.replayed" }
        let shown = form ?? Self.webhookForm.filled()
        page.form = shown
        page.model["events"] = WebhookEvent.allCases.map { event -> [String: Any] in
            ["value": event.rawValue, "isChosen": shown.words("events").contains(event.rawValue)]
        }
        if let fresh { page.model["fresh"] = ["secret": fresh] }
        page.model["webhooks"] = found.webhooks.map { webhook, waiting -> [String: Any] in
            [
                "url": webhook.url, "events": webhook.events.map { ["name": $0.rawValue] },
                "waitingWords": ground.pages.text("api.webhook.waiting", count: waiting, [:], in: context.language),
                "rotateAction": "\(Self.webhooksPath)/\(webhook.id)/rotate", "removeAction": "\(Self.webhooksPath)/\(webhook.id)/remove",
            ]
        }
        page.model["failures"] = found.failures.map { delivery -> [String: Any] in
            [
                "url": urls[delivery.webhook] ?? "", "kind": delivery.kind.rawValue, "failure": delivery.failure ?? "",
                "at": delivery.at.machineText, "words": delivery.at.words(in: context.language),
                "replayAction": "\(Self.webhooksPath)/failures/\(delivery.id)/replay",
            ]
        }
        return try await ground.pages.respond(page, request, context)
    }
}
