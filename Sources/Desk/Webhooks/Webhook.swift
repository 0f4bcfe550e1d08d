package import Conversations
import Crypto
import Foundation
package import Storage
package import Vocabulary

/// What a program can be told of, by the names of the API.
package enum WebhookEvent: String, CaseIterable, Codable, Sendable, SQLConvertible {
    case enquiryCreated = "enquiry.created"
    case enquiryAssigned = "enquiry.assigned"
    case enquiryHandedOver = "enquiry.handedOver"
    /// To another queue or person.
    case enquiryTransferred = "enquiry.transferred"
    /// By a supervisor, from whoever had it or from the line.
    case enquiryTakenOver = "enquiry.takenOver"
    /// Whose it was is gone: it waits again.
    case enquiryReleased = "enquiry.released"
    case enquiryClosed = "enquiry.closed"
    case messageSent = "message.sent"
}

extension WebhookEvent: APIWord {}

/// An address that is told what happens here. **Ids and kinds, never a word that anybody said**: whoever wants to know more asks
/// with a token, which is written down.
package struct Webhook: Sendable, Equatable {
    /// Two are good at rotation, so that the other side can change at its own time.
    package static let overlap = Duration.hours(24)
    package static let longestURL = 500
    static let secretColumn = SealedColumn("webhook", "secret")
    static let formerSecretColumn = SealedColumn("webhook", "former_secret")

    package let id: ID<Webhook>
    package let url: String
    /// Only of this queue; nil for all.
    package let queue: ID<Queue>?
    package let events: [WebhookEvent]
    package let createdAt: Timestamp
    let secret: Sealed
    let formerSecret: Sealed?
    let formerUntil: Timestamp?

    /// Whose key seals its secrets.
    var keeper: PersonID { Self.keeper(of: id) }

    static func keeper(of id: ID<Webhook>) -> PersonID { PersonID(high: id.high, low: id.low) }

    /// `whsec_` and 256 random bits in base 64, as the Standard Webhooks scheme writes it.
    static func newSecret() -> String {
        "whsec_" + SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }.base64EncodedString()
    }

    /// The signature of a delivery under a secret: `v1,` and the HMAC-SHA256 of id, time and body, joined by dots.
    package static func signature(of body: String, id: String, at seconds: Int64, under secret: String) -> String {
        let key = SymmetricKey(data: Data(base64Encoded: String(secret.dropFirst("whsec_".count))) ?? Data())
        let code = HMAC<SHA256>.authenticationCode(for: Data("\(id).\(seconds).\(body)".utf8), using: key)
        return "v1," + Data(code).base64EncodedString()
    }
}

/// One event on its way to one webhook.
package struct WebhookDelivery: Sendable {
    /// Until when it is tried again.
    package static let patience = Duration.hours(24)
    /// How long a node may have it in hand: longer than an attempt can take.
    static let lease = Duration.seconds(60)
    /// How long what could not be delivered is kept, to be looked at and sent again.
    static let keepTime = Duration.days(30)

    package let id: ID<WebhookDelivery>
    package let webhook: ID<Webhook>
    package let conversation: ConversationID
    package let kind: WebhookEvent
    /// Of the message, where it is about one.
    let sequence: Int?
    /// Who spoke or acted: visitor, agent, bot.
    let part: String?
    let at: Timestamp
    package let attempts: Int
    let until: Timestamp
    package let failure: String?

    /// After this many attempts: five seconds to an hour, spread so that not all come at once.
    static func delay(afterAttempts attempts: Int, jitter: Int = Int.random(in: 75...125)) -> Duration {
        let seconds = min(5 << min(max(attempts, 1) - 1, 10), 3600)
        return .milliseconds(seconds * 10 * jitter)
    }
}
