package import Privacy
package import ServiceLifecycle
import Vocabulary
import Web

extension Desk {
    /// What is kept for programs, and why (C33).
    package static var programDeclarations: Declarations {
        var all = Declarations()
        all.personal = [
            PersonalField(
                "api_token", "made_by", key: "apiToken", .relationship, for: [.administration], basis: .legitimateInterest,
                audience: .staff,
                retention: .untilRemoved, sealing: .plain, necessity: "Says who let a program in."),
            PersonalField(
                "api_answer", "answer", key: "apiAnswer", .communication, for: [.support], basis: .contract, audience: .nobody,
                retention: .after(days: 1), sealing: .sealed,
                necessity: "Answers a program that asks again as it was answered first, so that nothing happens twice."),
        ]
        all.technical = [
            TechnicalColumn("api_token", "id", reason: "A random id."),
            TechnicalColumn("api_token", "program_id", reason: "A random id of a program."),
            TechnicalColumn("api_token", "fingerprint", reason: "SHA-256 of a program's token."),
            TechnicalColumn("api_token", "name", reason: "The name of a program."),
            TechnicalColumn("api_token", "scopes", reason: "What a program may do."),
            TechnicalColumn("api_token", "created_at", reason: "When a program was let in."),
            TechnicalColumn("api_token", "expires_at", reason: "Until when a program may come in."),
            TechnicalColumn("api_token", "used_on", reason: "The day on which a program last came."),
            TechnicalColumn("api_token", "revoked", reason: "Whether a program may come in."),
            TechnicalColumn("api_answer", "token_id", reason: "The id of a program's token."),
            TechnicalColumn("api_answer", "conversation_id", reason: "A random id."),
            TechnicalColumn("api_answer", "key", reason: "A program's name for one request."),
            TechnicalColumn("api_answer", "request", reason: "SHA-256 of a program's request."),
            TechnicalColumn("api_answer", "status", reason: "An HTTP status."),
            TechnicalColumn("api_answer", "at", reason: "When a program asked."),
        ]
        all.personal += webhookFields
        all.technical += webhookColumns
        all.outboundHosts = [
            OutboundHost(setting: "webhooks", purpose: "Tells the team's own programs which enquiry changed; entered under Administration.")
        ]
        return all
    }

    private static var webhookFields: [PersonalField] {
        ["conversation_id", "part", "at"].map { column in
            PersonalField(
                "webhook_delivery", column, key: "webhookDelivery", .history, for: [.support], basis: .contract, audience: .staff,
                retention: .withConversation, sealing: .plain,
                necessity: "Tells the team's own programs, in order, that something was said: never what.")
        }
    }

    private static var webhookColumns: [TechnicalColumn] {
        func column(_ table: String, _ name: String, _ reason: String) -> TechnicalColumn { TechnicalColumn(table, name, reason: reason) }
        return [
            column("webhook", "id", "A random id."), column("webhook", "url", "The address of a program."),
            column("webhook", "queue_id", "The id of a queue."),
            column("webhook", "secret", "A program's key, sealed under one of its own."),
            column("webhook", "former_secret", "The key before, sealed the same."),
            column("webhook", "former_until", "Until when it is good."),
            column("webhook", "created_at", "When a program was entered."), column("webhook_event", "webhook_id", "The id of a webhook."),
            column("webhook_event", "kind", "What a program is told of."), column("webhook_turn", "conversation_id", "A random id."),
            column("webhook_turn", "last", "A counter."), column("webhook_delivery", "id", "A random id."),
            column("queue_bot", "queue_id", "The id of a queue."), column("program_answer", "conversation_id", "A random id."),
            column("queue_bot", "token_id", "The id of a program's token."), column("bot_turn", "conversation_id", "A random id."),
            column("bot_turn", "token_id", "The id of a program's token."), column("bot_turn", "due_at", "When people are asked instead."),
            column("program_pace", "conversation_id", "A random id."), column("program_pace", "program_id", "A random id of a program."),
            column("program_pace", "full_at", "From when on a program may say as much as its queue lets it."),
            column("webhook_delivery", "webhook_id", "The id of a webhook."), column("webhook_delivery", "turn", "A counter."),
            column("webhook_delivery", "kind", "What a program is told of."), column("webhook_delivery", "sequence", "A counter."),
            column("webhook_delivery", "attempts", "How often delivery was tried."),
            column("webhook_lane", "conversation_id", "A random id."), column("webhook_lane", "webhook_id", "The id of a webhook."),
            column("webhook_lane", "next_at", "When it is tried again."),
            column("webhook_lane", "claimed_until", "How long a node has it in hand."),
            column("webhook_delivery", "until", "Until when it is tried."),
            column("webhook_delivery", "failed_at", "When delivery was given up."),
            column("webhook_delivery", "failure", "What the other side answered, as a code."),
        ]
    }

    /// What runs for programs.
    package var programServices: [any Service] {
        [
            Rounds(every: .hours(1), logger: ground.logger) {
                let limit = ground.clock.now - IdempotencyKey.lifetime
                let oldest = ground.clock.now - WebhookDelivery.keepTime
                try await ground.database.write { transaction in
                    try transaction.run("DELETE FROM api_answer WHERE at <= \(limit)")
                    try transaction.run("DELETE FROM webhook_delivery WHERE failed_at <= \(oldest)")
                }
            },
            programDesk.courier,
            Rounds(every: .seconds(2), logger: ground.logger) { try await handOverOverdue() },
        ]
    }
}
