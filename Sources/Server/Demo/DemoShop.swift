import Conversations
import Desk
import Foundation
import Logging
import Storage
import Vocabulary
import Web

/// Harbour Books: a site, two queues, and what its visitors asked in the last days.
struct DemoShop: Sendable {
    /// One conversation: who began it how long ago, in which queue, and what was said by whom after how many seconds.
    struct Story: Sendable {
        enum Voice: Sendable { case visitor, dan, eve, note }

        let name: String
        var email: String?
        let minutesAgo: Int
        var queue = "Orders"
        var language = Language.english
        let first: String
        var lines: [(after: Int, Voice, String)] = []
        var isClosed = false
        var tags: [String] = []
        /// One of `wrapUps`.
        var wrapUp: String?
        /// Put aside until the visitor writes.
        var isSnoozed = false
    }

    let house: House

    /// The desk as it was at that time: on the house's own database, with a clock of its own.
    private struct Past {
        let clock: ManualClock
        let conversations: Conversations
        let desk: Desk

        init(_ house: House, at time: Timestamp) {
            clock = ManualClock(time)
            let ground = Ground(
                clock: clock, database: house.stores.data, keys: house.stores.ring, bus: house.bus, live: house.link,
                streams: StreamStore(database: house.stores.data, keys: house.stores.ring, clock: clock), outbox: house.mail,
                pages: house.pages, site: house.site, logger: house.logger)
            conversations = Conversations(ground)
            desk = Desk(ground, people: house.people, conversations: conversations, calls: house.calls)
            conversations.listeners.add(desk)
        }
    }

    /// Opens the shop and tells its stories.
    ///
    /// - Parameter origin: where its pages are.
    /// - Returns: the site's public key.
    func open(dan: PersonID, eve: PersonID, finn: PersonID, origin: String) async throws -> String {
        let began = house.clock.now
        let queues = ["Orders", "Maps and travel"].map { Queue(id: .init(at: began), name: $0) }
        var settings = SupportSite.Settings()
        settings.origins = [origin]
        settings.controller = "Harbour Books, 4 Quay Street"
        settings.greeting = ["en": "Good day! What are you looking for?"]
        let site = SupportSite(
            id: .init(at: began), key: SupportSite.newKey(), name: "Harbour Books", queue: queues[0].id, settings: settings)
        try await house.stores.data.write { transaction in
            for queue in queues { try transaction.add(queue, at: began) }
            try transaction.add(site, at: began)
            for (person, capacity) in [(dan, 4), (eve, 4), (finn, 2)] {
                try transaction.put(Agent(person: person, status: .available, capacity: capacity, since: began))
                try transaction.put(person, into: queues[0].id)
            }
            try transaction.put(dan, into: queues[1].id)
            for (shortcut, text) in Self.replies {
                try transaction.put(SavedReply(id: .init(at: began), shortcut: shortcut, text: text))
            }
            for name in Self.wrapUps { try transaction.add(WrapUp(id: .init(at: began), name: name)) }
        }
        try await DemoFigures(house: house).fill(queues: queues, agents: [dan, eve])
        let members = [
            Story.Voice.dan: member(dan, DemoPerson.dan), .note: member(dan, DemoPerson.dan), .eve: member(eve, DemoPerson.eve),
        ]
        for story in Self.stories {
            guard let queue = queues.first(where: { $0.name == story.queue }) else { continue }
            let place = SupportSite(id: site.id, key: site.key, name: site.name, queue: queue.id, settings: settings)
            try await tell(story, at: place, members)
        }
        return site.key
    }

    private func member(_ person: PersonID, _ who: DemoPerson) -> Principal.Member {
        Principal.Member(person: person, session: "demo", roles: [.agent, .member], name: Redacted(who.name), isStrong: true)
    }

    private func tell(_ story: Story, at site: SupportSite, _ members: [Story.Voice: Principal.Member]) async throws {
        let past = Past(house, at: house.clock.now - .minutes(story.minutesAgo))
        let card = Visitor.Card(name: story.name, email: story.email, page: "/books")
        let wish = EnquiryWish(card: card, text: story.first, id: id(), language: story.language)
        let enquiry = try await past.desk.begin(wish, at: site).enquiry
        var isTaken = false
        for (after, voice, text) in story.lines {
            past.clock.advance(by: .seconds(after))
            guard let member = members[voice] else {
                try await past.conversations.say(text, id: id(), in: enquiry.conversation, by: enquiry.visitor)
                continue
            }
            if !isTaken { try await past.desk.open(enquiry.conversation, as: member, takes: true) }
            isTaken = true
            if voice == .note {
                try await past.conversations.note(text, id: id(), in: enquiry.conversation, by: member.person)
            } else {
                try await past.conversations.say(text, id: id(), in: enquiry.conversation, by: member.person)
            }
        }
        if let agent = story.lines.compactMap({ members[$0.1] }).first {
            for tag in story.tags { try await past.desk.tag(enquiry.conversation, tag, isOn: true, by: agent) }
            if let name = story.wrapUp, let wrapUp = try await past.desk.wrapUp(named: name) {
                try await past.desk.wrapUp(enquiry.conversation, as: wrapUp, by: agent)
            }
            if story.isSnoozed { try await past.desk.snooze(enquiry.conversation, until: nil, by: agent) }
        }
        guard story.isClosed else { return }
        past.clock.advance(by: .minutes(1))
        try await past.desk.close(enquiry.conversation, by: enquiry.visitor, as: .visitor)
    }

    private func id() -> CommandID {
        guard let id = CommandID(UUID().uuidString.lowercased()) else { preconditionFailure("a UUID is a command's id") }
        return id
    }
}

extension DemoShop {
    static let replies = [
        ("hello", "Hello {visitor.name}, {agent.name} of {site.name} here. What are you looking for?"),
        ("delivery", "Parcels leave every working day at noon and take two to three days. To the islands it is one more."),
        ("return", "You may send it back within 30 days. Put the note that came with it into the parcel, and we pay the way back."),
        ("gift", "We wrap it in **blue** or *green* paper and add a card with your words. Which do you like?"),
        ("moment", "One moment, {visitor.name}, I am looking it up."),
        ("bye", "You are welcome, {visitor.name}. Enjoy the book!"),
    ]
    static let wrapUps = ["Answered", "Ordered", "Sent back", "Voucher given"]

    static let stories: [Story] = [
        Story(
            name: "Cleo", email: "cleo@example.org", minutesAgo: 1,
            first: "Hello! My parcel was due on Tuesday and has not come. Could you look?"),
        Story(name: "Marisol", minutesAgo: 2, queue: "Maps and travel", first: "Do you have walking maps of the Azores, 1:25 000?"),
        Story(
            name: "Жанна", minutesAgo: 3, language: .russian, first: "Здравствуйте! Есть ли у вас «Мастер и Маргарита» с комментариями?"),
        Story(
            name: "Tom Bell", email: "tom.bell@example.org", minutesAgo: 9,
            first: "Can I change the address of an order from this morning?",
            lines: [
                (24, .dan, "Of course, Tom. Which address should it be?"), (40, .visitor, "12 Mill Lane, please. I have moved."),
                (30, .note, "Moved house: the old address is still on the invoice."),
                (45, .dan, "Changed. It leaves tomorrow with the first post."),
            ], tags: ["address"]),
        Story(
            name: "Ingrid", email: "ingrid@example.org", minutesAgo: 75,
            first: "Will the second volume of the tide tables come back into print?",
            lines: [
                (30, .dan, "The publisher says in spring. Shall I put one aside for you?"),
                (80, .visitor, "Yes please! I write when I am back."),
            ], tags: ["reserved"], isSnoozed: true),
        Story(
            name: "Amira", minutesAgo: 5, language: .arabic, first: "مرحبا، هل تغلفون الكتب كهدايا؟",
            lines: [
                (50, .eve, "Hello Amira! Yes, we do, in **blue** or *green* paper. Which do you like?"), (38, .visitor, "الأزرق من فضلك"),
            ]),
        Story(
            name: "Luc", email: "luc@example.org", minutesAgo: 16, queue: "Maps and travel", language: .french,
            first: "Bonjour, l’atlas des phares est-il encore disponible ?",
            lines: [
                (35, .dan, "Bonjour Luc, il nous en reste deux. Je vous en réserve un ?"), (60, .visitor, "Oui, merci ! Je passe samedi."),
                (25, .dan, "C’est noté, à samedi !"),
            ]),
        Story(
            name: "Priya", minutesAgo: 200, first: "Which of the two dictionaries is better for a beginner?",
            lines: [
                (30, .eve, "The smaller one: it has pictures and example sentences."), (50, .visitor, "Then I take that one. Thank you!"),
                (20, .eve, "You are welcome. Enjoy it!"),
            ], isClosed: true, wrapUp: "Ordered"),
        Story(
            name: "Jonas", minutesAgo: 1500, first: "My voucher is not accepted.",
            lines: [
                (70, .dan, "Sorry about that. It was for the spring sale, but I have put the same amount on your order."),
                (60, .visitor, "That is kind, thank you."),
            ], isClosed: true, tags: ["voucher"], wrapUp: "Voucher given"),
        Story(
            name: "Nadia", minutesAgo: 1620, first: "Do you buy second-hand books?",
            lines: [(90, .eve, "We do, on Thursdays, at the desk on the ground floor."), (30, .visitor, "Perfect.")], isClosed: true,
            wrapUp: "Answered"),
        Story(
            name: "Olu", minutesAgo: 2990, queue: "Maps and travel", first: "Is the map of the Hebrides waterproof?",
            lines: [(40, .dan, "Yes, that edition is printed on plastic."), (25, .visitor, "Great, ordered.")], isClosed: true,
            wrapUp: "Ordered"),
    ]
}
