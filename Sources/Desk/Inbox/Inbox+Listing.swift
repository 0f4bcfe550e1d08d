import Accounts
package import Conversations
import Foundation
import Storage
package import Vocabulary
package import Web

extension Desk {
    /// One page of a list.
    package func inbox(_ view: Inbox.View, after text: String? = nil, for member: Principal.Member) async throws -> Inbox.Page {
        let cursor = try text.map { text in
            guard let cursor = Inbox.Cursor(text) else { throw Problem.malformed }
            return cursor
        }
        let (found, counts) = try await ground.database.read { transaction in
            let queues = try reach(of: member, in: transaction)
            let mine = try transaction.enquiries(of: member.person)
            let counts = Inbox.Counts(mine: mine.count, waiting: try transaction.waitingCount(in: queues))
            let limit = Inbox.page + 1
            func latest(_ states: [Enquiry.State]) throws -> [Enquiry] {
                try queues.flatMap { queue in
                    try states.flatMap { try transaction.enquiries(in: queue, $0, after: cursor, limit: limit) }
                }
            }
            let found =
                switch view {
                case .mine: cursor == nil ? mine : []
                case .waiting: try queues.flatMap { try transaction.waiting(in: $0, after: cursor, limit: limit) }
                case .open: try latest([.waiting, .offered, .active])
                case .snoozed: try latest([.snoozed])
                case .closed: try latest([.closed])
                }
            return (found.sorted { $0.isAbove($1, in: view) }, counts)
        }
        // What somebody has in hand is one page, however long.
        let shown = view == .mine ? found : Array(found.prefix(Inbox.page))
        let next = shown.count < found.count ? shown.last.map { $0.cursor(in: view).description } : nil
        return Inbox.Page(lines: try await lines(shown, for: member), next: next, counts: counts)
    }

    /// One line; nil when it is not for this member of staff.
    package func line(_ id: ConversationID, for member: Principal.Member) async throws -> Inbox.Line? {
        let enquiry = try await ground.database.read { transaction -> Enquiry? in
            guard let enquiry = try transaction.enquiry(id), try mayOpen(enquiry, member, in: transaction) else { return nil }
            return enquiry
        }
        guard let enquiry else { return nil }
        return try await lines([enquiry], for: member).first
    }

    /// The queues whose enquiries this member of staff sees.
    func reach(of member: Principal.Member, in transaction: Transaction) throws -> [ID<Queue>] {
        if !member.roles.isDisjoint(with: Self.supervisors) { return try transaction.queues().map(\.id) }
        return try transaction.queues(of: member.person).map(\.id)
    }

    /// What the lists need to know beside the enquiries themselves.
    private struct Surroundings: Sendable {
        var queues: [ID<Queue>: String] = [:]
        var sites: [ID<SupportSite>: String] = [:]
        var tags: [ConversationID: [String]] = [:]
        var snoozes: [ConversationID: Timestamp] = [:]
        var invitations: Set<ConversationID> = []
        var vouched: Set<PersonID> = []
        /// Of the reader.
        var places: [ConversationID: Participant] = [:]
        /// Of the visitors whose conversation the reader takes part in.
        var visitors: [ConversationID: Participant] = [:]
        var standings: [ConversationID: StreamStanding] = [:]
    }

    private func lines(_ enquiries: [Enquiry], for member: Principal.Member) async throws -> [Inbox.Line] {
        guard !enquiries.isEmpty else { return [] }
        let about = try await ground.database.read { try surroundings(of: enquiries, for: member.person, in: $0) }
        let agents = try await people.colleagueNames(enquiries.compactMap(\.agent))
        let told = enquiries.filter { about.places[$0.conversation] != nil }
        let names = try await ground.keys.openTexts(
            told.compactMap { enquiry in about.visitors[enquiry.conversation].map { (enquiry.visitor, $0.name) } },
            as: Participant.nameColumn)
        let named = Dictionary(
            uniqueKeysWithValues: zip(told.filter { about.visitors[$0.conversation] != nil }.map(\.conversation), names))
        let spoken = told.compactMap { enquiry in about.standings[enquiry.conversation]?.latest.map { (enquiry.conversation, $0) } }
        let bodies = try await ground.streams.bodies(of: spoken.map(\.1))
        let said = Dictionary(
            uniqueKeysWithValues: zip(spoken, bodies).compactMap { pair, body in
                body.flatMap { try? JSONDecoder().decode(Message.self, from: Data($0.utf8)) }.map { (pair.0, $0) }
            })
        return enquiries.map { enquiry in
            let id = enquiry.conversation
            var line = Inbox.Line(
                conversation: id, state: enquiry.state, channel: enquiry.channel, queue: enquiry.queue,
                queueName: about.queues[enquiry.queue] ?? "", siteName: about.sites[enquiry.site] ?? "", language: enquiry.language,
                priority: enquiry.priority, arrivedAt: enquiry.arrivedAt, waitingSince: enquiry.waitingSince,
                answeredAt: enquiry.answeredAt, closedAt: enquiry.closedAt, lastAt: enquiry.lastAt, awaitsTeam: enquiry.awaitsTeam,
                agent: enquiry.agent.map { .init(person: $0, name: agents[$0] ?? "") }, isMine: enquiry.agent == member.person,
                isInvited: about.invitations.contains(id), part: about.places[id]?.part, isVouched: about.vouched.contains(enquiry.visitor),
                snoozedUntil: about.snoozes[id], tags: about.tags[id] ?? [])
            guard about.places[id] != nil else { return line }
            line.name = (named[id] ?? nil) ?? ""
            line.unread = about.standings[id]?.unseen ?? 0
            if let message = said[id] {
                line.text = String(message.text.prefix(Inbox.excerpt))
                line.textPart = message.part
            }
            return line
        }
    }

    private func surroundings(of enquiries: [Enquiry], for reader: PersonID, in transaction: Transaction) throws -> Surroundings {
        var about = Surroundings()
        let ids = enquiries.map(\.conversation)
        for queue in try transaction.queues() { about.queues[queue.id] = queue.name }
        about.sites = try transaction.siteNames()
        about.tags = try transaction.tags(of: ids)
        about.invitations = try transaction.invitations(of: reader)
        about.vouched = try transaction.vouched(among: enquiries.map(\.visitor))
        about.snoozes = try transaction.snoozes(of: ids)
        // A closed conversation is read by opening it, which is written down.
        let open = enquiries.filter { $0.state != .closed }
        for place in try transaction.places(of: [reader], in: open.map(\.conversation)) where place.part.isStaff {
            about.places[place.conversation] = place
        }
        let told = open.filter { about.places[$0.conversation] != nil }
        for visitor in try transaction.places(of: told.map(\.visitor), in: told.map(\.conversation)) {
            about.visitors[visitor.conversation] = visitor
        }
        for enquiry in told {
            about.standings[enquiry.conversation] = try ground.streams.standing(
                of: StreamID(Conversations.stream, about: enquiry.conversation), kind: ConversationEvent.messageSent,
                after: about.places[enquiry.conversation]?.read ?? 0, in: transaction)
        }
        return about
    }
}
