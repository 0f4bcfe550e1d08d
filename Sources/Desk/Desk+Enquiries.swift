package import Conversations
import Foundation
package import Storage
package import Vocabulary
package import Web

/// What a visitor hands in with their first message.
package struct EnquiryWish: Sendable {
    package var card: Visitor.Card
    package var text: String
    /// The browser's id of the first message, so that a page that asks again does not begin twice.
    package var id: CommandID
    package var language: Language
    /// The version of the notice that was on the screen (C28).
    package var notice: Int
    /// The token that the browser made, so that asking again begins nothing twice; one is made when there is none.
    package var token: String?
    /// `message` when nobody is there to answer.
    package var channel = Enquiry.Channel.chat
    /// Whether they agreed to what the site asks them to agree to (VEL-23).
    package var consents = false

    package init(card: Visitor.Card = .init(), text: String, id: CommandID, language: Language = .english, notice: Int = 1) {
        self.card = card
        self.text = text
        self.id = id
        self.language = language
        self.notice = notice
    }
}

extension Problem {
    /// Somebody else took it first.
    package static let enquiryTaken = Problem(.conflict, "problem.enquiryTaken")
}

extension Desk {
    /// The visitor's first act: a key of their own, a conversation, a place in the queue, and the token that opens it.
    package func begin(_ wish: EnquiryWish, at site: SupportSite) async throws -> (enquiry: Enquiry, token: String) {
        guard Message.tidy(wish.text) != nil else { throw Problem.messageRejected }
        guard wish.consents || !site.settings.asksConsent else { throw Problem.consentMissing }
        let chosen = site.queue(for: wish.card)
        let found = try await ground.database.read { try $0.queue(chosen) ?? $0.queue(site.queue) }
        guard let queue = found else { throw Problem.notFound }
        // Before anything is made: what is refused leaves nothing behind (C07).
        _ = try SensitiveData.apply(queue.guardPolicy, to: wish.text)
        let visitorCard = try wish.card.guarded(queue.guardPolicy)
        let token = wish.token ?? Visitor.newToken()
        if let enquiry = try await begun(with: token, at: site, wish) { return (enquiry, token) }
        let now = ground.clock.now
        let person = PersonID(at: now)
        try await ground.keys.makeKey(for: person)
        let conversation = Conversation(
            id: .init(at: now), kind: .support, keeper: person, guardPolicy: queue.guardPolicy, keepsTranscript: queue.keepsTranscript,
            createdAt: now)
        let beginning = try await conversations.prepare(conversation, with: person, as: .visitor, named: visitorCard.name ?? "")
        let card = try await ground.keys.seal(Array(try JSONEncoder().encode(visitorCard)), for: person, as: Visitor.cardColumn)
        let visitor = Visitor(
            person: person, site: site.id, conversation: conversation.id, card: card, language: wish.language.rawValue,
            notice: wish.notice, beganAt: now)
        let enquiry = Enquiry(
            conversation: conversation.id, site: site.id, visitor: person, queue: queue.id, channel: wish.channel, state: .waiting,
            agent: nil, priority: 0, language: wish.language.rawValue, arrivedAt: now, waitingSince: now, assignedAt: nil, answeredAt: nil,
            closedAt: nil, lastAt: now, awaitsTeam: true)
        // What is written while nobody is there is for people.
        let bot = try await (wish.channel == .chat ? botArrival(in: queue.id, to: conversation) : nil)
        let subject = visitorCard.subject.map { fingerprint(ofSubject: $0, at: site.id) }
        do {
            // Nobody else knows the conversation yet. How much room a program has left is another matter.
            try await ground.database.write(isolation: bot == nil ? .readCommitted : .serializable) { transaction in
                try conversations.begin(beginning, in: transaction)
                try transaction.add(visitor, fingerprint: Visitor.fingerprint(of: token))
                if let subject { try transaction.know(person, by: subject) }
                if site.settings.asksConsent { try transaction.addConsent(of: visitor) }
                try transaction.add(enquiry)
                if let subject { try transaction.preferKnownAgent(for: enquiry, by: subject) }
                try welcome(bot, to: conversation.id, at: now, in: transaction)
            }
        } catch {
            // Where nobody knows what became of it the key stays: without it nobody could open the conversation.
            if error as? StorageError != .outcomeUnknown { try await ground.keys.destroyKey(of: person, at: now) }
            // The same browser asked twice at once, and the other was first.
            guard let enquiry = try await begun(with: token, at: site, wish) else { throw error }
            return (enquiry, token)
        }
        try await conversations.say(wish.text, id: wish.id, in: conversation.id, by: person)
        await changed(enquiry.conversation)
        return (enquiry, token)
    }

    /// What the same browser began before with this token, its first message said.
    private func begun(with token: String, at site: SupportSite, _ wish: EnquiryWish) async throws -> Enquiry? {
        let found = try await ground.database.read { transaction -> (Visitor, Enquiry)? in
            guard let visitor = try transaction.visitor(fingerprint: Visitor.fingerprint(of: token)), visitor.site == site.id,
                let enquiry = try transaction.enquiry(visitor.conversation)
            else { return nil }
            return (visitor, enquiry)
        }
        guard let (visitor, enquiry) = found else { return nil }
        if enquiry.state != .closed { try await conversations.say(wish.text, id: wish.id, in: enquiry.conversation, by: visitor.person) }
        return enquiry
    }

    /// Whether this member of staff may open the enquiry at all.
    func mayOpen(_ enquiry: Enquiry, _ member: Principal.Member, in transaction: Transaction) throws -> Bool {
        try mayOpen(enquiry, member.person, member.roles, in: transaction)
    }

    /// A member of staff opens an enquiry: they hear it from now on, and **in the same transaction it is written down and told to the
    /// visitor that they read it** (C54). When that cannot be written, nothing is read.
    ///
    /// - Parameter takes: whether they also take it over as theirs.
    @discardableResult
    package func open(_ id: ConversationID, as member: Principal.Member, takes: Bool = false) async throws -> Enquiry {
        let now = ground.clock.now
        let found = try await ground.database.read { transaction -> (Enquiry, Conversation, Participant?, Bool)? in
            guard let enquiry = try transaction.enquiry(id), let conversation = try transaction.conversation(id),
                try mayOpen(enquiry, member, in: transaction), try transaction.visitor(enquiry.visitor)?.isErased != true
            else { return nil }
            let helps = try enquiry.state == .active && enquiry.agent == member.person || transaction.isInvited(member.person, to: id)
            return (enquiry, conversation, try transaction.participant(member.person, in: id), helps)
        }
        guard let (enquiry, conversation, place, helps) = found else { throw Problem.notFound }
        let part: Participant.Part = takes || helps || place?.part == .agent ? .agent : .observer
        let isNews = place == nil || place?.part != part
        let admission = try await conversations.prepareAdmission(
            of: member.person, to: conversation, as: part, named: member.name.value,
            kind: part == .agent ? ConversationEvent.joined : ConversationEvent.staffRead)
        let read = StaffRead(
            id: .init(at: now), visitor: enquiry.visitor, conversation: id, person: member.person, part: part.rawValue, at: now)
        // **Whoever takes, says or ends something in a conversation has its row first**, and so need not be serializable. As such it
        // collided with all that looks at everything open to give out what waits: PostgreSQL had one in four run again.
        let updated = try await ground.database.write(isolation: takes ? .readCommitted : .serializable) { transaction -> Enquiry in
            if takes { guard try transaction.touch(id, at: now)() != nil else { throw Problem.enquiryTaken } }
            guard let enquiry = try transaction.enquiry(id), try mayOpen(enquiry, member, in: transaction) else { throw Problem.notFound }
            if takes, !(enquiry.state == .active && enquiry.agent == member.person) {
                guard try transaction.assign(id, to: member.person, at: now) else { throw Problem.enquiryTaken }
            }
            try transaction.add(read)
            if isNews { try conversations.admit(admission, in: transaction) }
            return try transaction.enquiry(id) ?? enquiry
        }
        conversations.wake(id)
        if takes { await changed(id) }
        return updated
    }

    /// Ends an enquiry, by the visitor, by staff, or by nobody: **the enquiry
    /// and its conversation in one transaction**, so that nobody goes
    /// on talking in what no one of the team sees any more.
    package func close(_ id: ConversationID, by person: PersonID?, as part: Participant.Part?) async throws {
        let closing = try await conversations.prepareClosing(of: id, by: person, as: part)
        // Where words are erased with it nobody may add to them meanwhile, whoever does.
        let isolation: Isolation = closing.conversation.keepsTranscript ? .readCommitted : .serializable
        let told = try await ground.database.write(isolation: isolation) { transaction -> Set<PersonID>? in
            let isNew = try conversations.close(closing, in: transaction)
            let wasOpen = try transaction.closeEnquiry(id, at: closing.at)
            guard isNew || wasOpen, let enquiry = try transaction.enquiry(id) else { return nil }
            let told = try audience(of: enquiry, in: transaction)
            try transaction.disinviteAll(from: id)
            return told
        }
        guard let told else { return }
        try await conversations.closed(closing)
        await changed(id, and: told)
    }
}

/// Says that a line of the inbox is no longer as it was. What it says now is asked for, so that nobody is told more than they may see.
struct EnquiryChanged: Encodable, Sendable {
    let type = "enquiry.changed"
    let conversation: ConversationID
}

/// One look of a member of staff at a visitor's conversation (C54).
package struct StaffRead: Sendable {
    package let id: ID<StaffRead>
    package let visitor: PersonID
    package let conversation: ConversationID
    package let person: PersonID
    package let part: String
    package let at: Timestamp
}

extension Transaction {
    func add(_ read: StaffRead) throws(StorageError) {
        try run(
            """
            INSERT INTO staff_read (id, visitor_id, conversation_id, person_id, part, at)
            VALUES (\(read.id), \(read.visitor), \(read.conversation), \(read.person), \(read.part), \(read.at))
            """)
    }
}
