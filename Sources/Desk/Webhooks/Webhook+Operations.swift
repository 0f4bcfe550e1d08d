import Conversations
import Foundation
import Storage
package import Vocabulary
import Web

struct WebhookWish: APIShape {
    let url: String
    let events: [WebhookEvent]
    /// Only of this queue.
    let queue: ID<Queue>?

    static var limits: [String: APISchema] {
        ["url": .text(longest: Webhook.longestURL, pattern: "^https?://[!-~]+$"), "events": .list(WebhookEvent.schema, longest: 20)]
    }
}

struct WebhookShape: APIShape {
    let id: ID<Webhook>
    let url: String
    let events: [WebhookEvent]
    let queue: ID<Queue>?
    let createdAt: Timestamp
    /// Shown once: when it is made and when it is rotated.
    let secret: String?

    init(_ webhook: Webhook, secret: String? = nil) {
        (id, url, events, queue) = (webhook.id, webhook.url, webhook.events, webhook.queue)
        (createdAt, self.secret) = (webhook.createdAt, secret)
    }
}

struct DeliveryShape: APIShape {
    let id: ID<WebhookDelivery>
    let webhook: ID<Webhook>
    let enquiry: ConversationID
    let type: WebhookEvent
    let at: Timestamp
    let attempts: Int
    let failure: String?

    init(_ delivery: WebhookDelivery) {
        (id, webhook, enquiry, type) = (delivery.id, delivery.webhook, delivery.conversation, delivery.kind)
        (at, attempts, failure) = (delivery.at, delivery.attempts, delivery.failure)
    }
}

extension Problem {
    static let webhookAddress = Problem(.unprocessableContent, "problem.webhookAddress")
}

extension Desk {
    var webhookOperations: [APIOperation] {
        [
            .get("/webhooks", "listWebhooks", .writeWebhooks, "Lists the addresses that are told what happens.", or: Self.runners) { _ in
                try await ground.database.read { APIPage(try $0.webhooks().map { WebhookShape($0) }) }
            },
            .change(
                .post, "/webhooks", "makeWebhook", .writeWebhooks, "Tells an address what happens. Its secret is in this answer alone.",
                or: Self.runners, status: .created
            ) { (_, wish: WebhookWish) in
                let (webhook, secret) = try await makeWebhook(to: wish.url, of: wish.events, in: wish.queue)
                return WebhookShape(webhook, secret: secret)
            },
            .act(.delete, "/webhooks/{webhook}", "removeWebhook", .writeWebhooks, "Tells an address nothing any more.", or: Self.runners) {
                try await removeWebhook(try $0.parameter("webhook"))
            },
            .renew(
                "/webhooks/{webhook}/rotate", "rotateWebhook", .writeWebhooks,
                "Makes a new secret. The one before signs beside it for 24 hours.", or: Self.runners
            ) { call in
                let (webhook, secret) = try await rotateWebhook(try call.parameter("webhook"))
                return WebhookShape(webhook, secret: secret)
            },
            .get(
                "/webhooks/{webhook}/failures", "listFailures", .writeWebhooks, "Lists what could not be delivered within a day.",
                or: Self.runners
            ) { call in
                let id: ID<Webhook> = try call.parameter("webhook")
                return try await ground.database.read { transaction in
                    guard try transaction.webhook(id) != nil else { throw Problem.notFound }
                    return APIPage(
                        try transaction.failedDeliveries(of: id, limit: API.largestPage).map(DeliveryShape.init))
                }
            },
            .act(
                .post, "/webhooks/{webhook}/failures/{delivery}/replay", "replayDelivery", .writeWebhooks,
                "Sends what could not be delivered again, in its old place.", or: Self.runners
            ) {
                try await replay(try $0.parameter("delivery"))
            },
        ]
    }

    package func makeWebhook(
        to url: String, of events: [WebhookEvent], in queue: ID<Queue>?
    ) async throws -> (webhook: Webhook, secret: String) {
        do {
            _ = try WebhookAddress.check(url, allowing: programDesk.privateHosts)
        } catch {
            throw Problem.webhookAddress
        }
        let now = ground.clock.now
        let (id, secret) = (ID<Webhook>(at: now), Webhook.newSecret())
        try await ground.keys.makeKey(for: Webhook.keeper(of: id))
        let sealed = try await ground.keys.seal(secret, for: Webhook.keeper(of: id), as: Webhook.secretColumn)
        let webhook = Webhook(
            id: id, url: url, queue: queue, events: Array(Set(events)).sorted { $0.rawValue < $1.rawValue }, createdAt: now, secret: sealed,
            formerSecret: nil, formerUntil: nil)
        try await ground.database.write { transaction in
            if let queue, try transaction.queue(queue) == nil { throw Problem.notFound }
            try transaction.add(webhook)
        }
        return (webhook, secret)
    }

    package func removeWebhook(_ id: ID<Webhook>) async throws {
        guard try await ground.database.write({ try $0.removeWebhook(id) }) else { throw Problem.notFound }
        try await ground.keys.destroyKey(of: Webhook.keeper(of: id), at: ground.clock.now)
    }

    package func rotateWebhook(_ id: ID<Webhook>) async throws -> (webhook: Webhook, secret: String) {
        guard let webhook = try await ground.database.read({ try $0.webhook(id) }) else { throw Problem.notFound }
        let secret = Webhook.newSecret()
        let former = try await ground.keys.openText(webhook.secret, of: webhook.keeper, as: Webhook.secretColumn)
        let sealed = try await ground.keys.seal(secret, for: webhook.keeper, as: Webhook.secretColumn)
        let sealedFormer = try await ground.keys.seal(former, for: webhook.keeper, as: Webhook.formerSecretColumn)
        let end = ground.clock.now + Webhook.overlap
        try await ground.database.write { try $0.rotate(id, to: sealed, keeping: sealedFormer, until: end) }
        return (webhook, secret)
    }

    package func replay(_ id: ID<WebhookDelivery>) async throws {
        let now = ground.clock.now
        guard try await ground.database.write({ try $0.replay(id, at: now) }) else { throw Problem.notFound }
        programDesk.courier.ring()
    }
}
