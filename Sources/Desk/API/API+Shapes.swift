import Conversations
import Foundation
import Vocabulary

/// What programs read, as the document shows it. **Their members are the contract**: add, and never rename.
struct SiteShape: APIShape {
    let id: ID<SupportSite>
    let key: String
    let name: String
    let queue: ID<Queue>
    let settings: SiteSettingsShape

    init(_ site: SupportSite) {
        (id, key, name, queue, settings) = (site.id, site.key, site.name, site.queue, SiteSettingsShape(site.settings))
    }
}

/// What programs see and set of a site's settings. Questions and invitations are lists of their own; keys are for its pages.
struct SiteSettingsShape: APIShape {
    let origins: [String]?
    let controller: String?
    let statementURL: String?
    let accent: String?
    let side: String?
    /// By language.
    let greeting: [String: String]?
    let notice: [String: String]?
    /// What a visitor agrees to before the first message; empty: the site does not handle sensitive matters.
    let consent: [String: String]?
    let keepDays: Int?
    let takesFiles: Bool?

    static var limits: [String: APISchema] {
        [
            "origins": .list(.text(longest: 200, pattern: "^https?://[^/\\s]+$"), longest: 50), "accent": .text(pattern: "^#[0-9a-f]{6}$"),
            "side": .words(["left", "right"]), "keepDays": .integer(1...3650), "controller": .text(longest: 200),
            "statementURL": .text(longest: 500, pattern: "^(https?://\\S+)?$"),
            "greeting": .byLanguage(longest: 200), "notice": .byLanguage(longest: 1000), "consent": .byLanguage(longest: 1000),
        ]
    }

    init(_ settings: SupportSite.Settings) {
        (origins, controller, statementURL) = (settings.origins, settings.controller, settings.statementURL)
        (accent, side, greeting) = (settings.accent, settings.side, settings.greeting)
        (notice, consent, keepDays, takesFiles) = (settings.notice, settings.consent, settings.keepDays, settings.takesFiles)
    }
}

extension SupportSite.Settings {
    /// A new notice has a new version: who was shown the former one is known (C28).
    func changed(by wish: SiteSettingsShape?) -> Self {
        guard let wish else { return self }
        var changed = self
        changed.origins = wish.origins ?? origins
        changed.controller = wish.controller ?? controller
        changed.statementURL = wish.statementURL ?? statementURL
        changed.accent = wish.accent ?? accent
        changed.side = wish.side ?? side
        changed.greeting = wish.greeting ?? greeting
        changed.keepDays = wish.keepDays ?? keepDays
        changed.takesFiles = wish.takesFiles ?? takesFiles
        (changed.notice, changed.consent) = (wish.notice ?? notice, wish.consent ?? consent)
        if changed.notice != notice || changed.consent != consent { changed.noticeVersion += 1 }
        return changed
    }
}

struct QueueShape: APIShape {
    let id: ID<Queue>
    let name: String
    let guardPolicy: Conversation.Guard
    let keepsTranscript: Bool

    init(_ queue: Queue) {
        (id, name, guardPolicy, keepsTranscript) = (queue.id, queue.name, queue.guardPolicy, queue.keepsTranscript)
    }
}

struct EnquiryShape: APIShape {
    let id: ConversationID
    let site: ID<SupportSite>
    let visitor: PersonID
    let queue: ID<Queue>
    let channel: Enquiry.Channel
    let state: Enquiry.State
    let agent: PersonID?
    let priority: Int
    let language: String
    let arrivedAt: Timestamp
    let waitingSince: Timestamp
    let assignedAt: Timestamp?
    let answeredAt: Timestamp?
    let closedAt: Timestamp?
    let lastAt: Timestamp
    let awaitsTeam: Bool
    /// These four only where one enquiry is read.
    let tags: [String]?
    let wrapUp: String?
    let snoozedUntil: Timestamp?
    /// Where it goes on.
    let mergedInto: ConversationID?

    struct Care: Sendable {
        let tags: [String]
        let wrapUp: String?
        let snoozedUntil: Timestamp?
        let mergedInto: ConversationID?
    }

    static var limits: [String: APISchema] { ["priority": .integer(-1_000_000...1_000_000)] }

    init(_ enquiry: Enquiry, _ care: Care? = nil) {
        (tags, wrapUp, snoozedUntil, mergedInto) = (care?.tags, care?.wrapUp, care?.snoozedUntil, care?.mergedInto)
        (id, site, visitor, queue) = (enquiry.conversation, enquiry.site, enquiry.visitor, enquiry.queue)
        (channel, state, agent, priority) = (enquiry.channel, enquiry.state, enquiry.agent, enquiry.priority)
        (language, arrivedAt, waitingSince) = (enquiry.language, enquiry.arrivedAt, enquiry.waitingSince)
        (assignedAt, answeredAt, closedAt) = (enquiry.assignedAt, enquiry.answeredAt, enquiry.closedAt)
        (lastAt, awaitsTeam) = (enquiry.lastAt, enquiry.awaitsTeam)
    }
}

/// Something that happened in a conversation. `kind` says which of the members are there.
struct EventShape: APIShape {
    let sequence: Int
    let kind: String
    let at: Timestamp
    let person: PersonID?
    let part: Participant.Part?
    let name: String?
    let text: String?
    /// Which message an edit or withdrawal is about.
    let message: Int?
    /// What the guard replaced in the text.
    let masked: [String]?
    let attachments: [AttachmentSummary]?
    let editedAt: Timestamp?
    let isWithdrawn: Bool?

    /// Members of the bodies of all kinds of events; none means two things.
    struct Body: Decodable {
        let from: PersonID?
        let person: PersonID?
        let by: PersonID?
        let part: Participant.Part?
        let name: String?
        let text: String?
        let message: Int?
        let masked: [String]?
        let attachments: [AttachmentSummary]?
        let editedAt: Timestamp?
        let isWithdrawn: Bool?
    }

    init(sequence: Int, kind: String, at: Timestamp, _ body: Body?) {
        (self.sequence, self.kind, self.at) = (sequence, kind, at)
        person = body?.from ?? body?.person ?? body?.by
        (part, name, text, message) = (body?.part, body?.name, body?.text, body?.message)
        (masked, attachments) = (body?.masked, body?.attachments)
        (editedAt, isWithdrawn) = (body?.editedAt, body?.isWithdrawn)
    }
}

struct VisitorShape: APIShape {
    let id: PersonID
    let site: ID<SupportSite>
    let enquiry: ConversationID
    let language: String
    /// The version of the notice they were shown.
    let notice: Int
    let beganAt: Timestamp
    let card: Visitor.Card
    /// How they found it, once it ended.
    let rating: RatingWords?
}

extension Enquiry.State: APIWord {}
extension Enquiry.Channel: APIWord {}
extension Agent.Status: APIWord {}

extension Participant.Part: APISchematic {
    static var schema: APISchema { .words(["visitor", "agent", "observer", "bot", "member"]) }
    static var example: Self { .bot }
}

extension Conversation.Guard: APISchematic, Codable {
    static var schema: APISchema { .words(["mask", "refuse", "off"]) }
    static var example: Self { .mask }
}
