import Conversations
import Foundation
import Logging
package import ServiceLifecycle
import Storage
import Synchronization
import Vocabulary
package import Web

/// Tells webhooks what happened: those of one conversation to one webhook one after another, in order; others beside each other.
///
/// Each delivery is claimed for a while by one node. **At least once**: a node that ends between the other side's answer and writing it
/// down delivers again, under the same `webhook-id`, by which the other side knows it.
package final class WebhookCourier: Service {
    /// Requests at once to one webhook. **Each has its own**: one that answers late or never keeps nobody waiting but itself.
    static let hands = 8
    /// How often it looks without being rung for: for what another node has left, and what is tried again.
    static let round = Duration.seconds(1)

    private let ground: Ground
    private let sender: WebhookSender
    private let busy = Mutex<[ID<Webhook>: Int]>([:])
    private let rings: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    package init(_ ground: Ground, privateHosts: Set<String>) {
        self.ground = ground
        sender = WebhookSender(privateHosts: privateHosts)
        (rings, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Something may be waiting.
    package func ring() { bell.yield() }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    while !Task.isCancelled {
                        self.ring()
                        // What falls due by time has nobody to ring for it.
                        try? await Task.sleep(for: Self.round)
                    }
                    self.bell.finish()
                }
                for await _ in self.rings { await self.hand(out: &group) }
            }
        }
    }

    /// Begins everything that can be begun now.
    private func hand(out group: inout DiscardingTaskGroup) async {
        do {
            let now = ground.clock.now
            for webhook in try await ground.database.read({ try $0.webhooksDue(at: now) }) { try await hand(out: webhook, &group) }
        } catch {
            if !Task.isCancelled { troubled(error) }
        }
    }

    private func hand(out webhook: ID<Webhook>, _ group: inout DiscardingTaskGroup) async throws {
        while !Task.isCancelled, takeHand(of: webhook) {
            guard let delivery = try await claim(for: webhook) else { return }
            group.addTask {
                // Not cancelled with us while shutting down: what was answered is not to be sent again.
                await Task { await self.carry(delivery) }.value
                self.letGo(of: webhook)
                self.ring()
            }
        }
    }

    private func takeHand(of webhook: ID<Webhook>) -> Bool {
        busy.withLock { busy in
            guard busy[webhook, default: 0] < Self.hands else { return false }
            busy[webhook, default: 0] += 1
            return true
        }
    }

    private func letGo(of webhook: ID<Webhook>) {
        busy.withLock { busy in busy[webhook] = busy[webhook].flatMap { $0 > 1 ? $0 - 1 : nil } }
    }

    /// Lets go of the hand when there is nothing to carry.
    private func claim(for webhook: ID<Webhook>) async throws -> WebhookDelivery? {
        let now = ground.clock.now
        do {
            let claimed = try await ground.database.write {
                try $0.claimDelivery(to: webhook, at: now, until: now + WebhookDelivery.lease)
            }
            if claimed == nil { letGo(of: webhook) }
            return claimed
        } catch {
            letGo(of: webhook)
            throw error
        }
    }

    private func carry(_ delivery: WebhookDelivery) async {
        do {
            try await deliver(delivery)
        } catch {
            // Its claim runs out, and it is tried again.
            troubled(error)
        }
    }

    private func troubled(_ error: any Error) {
        ground.logger.warning("webhooks wait, because the database cannot be used", metadata: ["error": "\(error)"])
    }

    private func deliver(_ delivery: WebhookDelivery) async throws {
        let found = try await ground.database.read { transaction in
            (try transaction.webhook(delivery.webhook), try transaction.enquiry(delivery.conversation))
        }
        guard let webhook = found.0, let enquiry = found.1 else {
            let now = ground.clock.now
            return try await ground.database.write { try $0.remove(delivery, at: now) }
        }
        let outcome = await sender.send(try await request(delivery, to: webhook, about: enquiry))
        let now = ground.clock.now
        try await ground.database.write { transaction in
            if outcome.isDelivered {
                try transaction.remove(delivery, at: now)
            } else if now >= delivery.until {
                try transaction.giveUp(delivery, at: now, because: outcome.words)
            } else {
                let next = now + WebhookDelivery.delay(afterAttempts: delivery.attempts + 1)
                try transaction.postpone(delivery, until: min(next, delivery.until), because: outcome.words)
            }
        }
        if !outcome.isDelivered, now >= delivery.until {
            ground.logger.warning("a webhook could not be reached for a day; it is kept under Administration")
        }
    }

    private func request(_ delivery: WebhookDelivery, to webhook: Webhook, about enquiry: Enquiry) async throws -> WebhookSender.Request {
        var secrets = [try await ground.keys.openText(webhook.secret, of: webhook.keeper, as: Webhook.secretColumn)]
        let now = ground.clock.now
        if let former = webhook.formerSecret, let end = webhook.formerUntil, end > now {
            secrets.append(try await ground.keys.openText(former, of: webhook.keeper, as: Webhook.formerSecretColumn))
        }
        let told = WebhookTold(
            type: delivery.kind, timestamp: delivery.at.machineText,
            data: .init(
                enquiry: delivery.conversation, queue: enquiry.queue, site: enquiry.site, sequence: delivery.sequence, part: delivery.part))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = String(decoding: try encoder.encode(told), as: UTF8.self)
        let (id, seconds) = ("msg_\(delivery.id)", now.milliseconds / 1000)
        let signatures = secrets.map { Webhook.signature(of: body, id: id, at: seconds, under: $0) }.joined(separator: " ")
        return .init(
            url: webhook.url, headers: ["webhook-id: \(id)", "webhook-timestamp: \(seconds)", "webhook-signature: \(signatures)"],
            body: body)
    }
}

/// What a webhook is told.
struct WebhookTold: APIShape {
    struct About: APIShape {
        let enquiry: ConversationID
        let queue: ID<Queue>
        let site: ID<SupportSite>
        /// Of the message, where it is about one.
        let sequence: Int?
        /// Who spoke.
        let part: String?
    }

    let type: WebhookEvent
    let timestamp: String
    let data: About
}
