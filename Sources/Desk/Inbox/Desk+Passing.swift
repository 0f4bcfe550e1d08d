package import Accounts
package import Conversations
import Foundation
import Storage
package import Vocabulary
package import Web

/// Names of the events that say what the team does with an enquiry. They stand in the stream `team`, so the visitor does not hear them.
package enum EnquiryEvent {
    /// Body: `EnquiryStep`.
    package static let transferred = "enquiry.transferred"
    package static let invited = "enquiry.invited"
    package static let snoozed = "enquiry.snoozed"
    package static let roused = "enquiry.roused"
    package static let wrappedUp = "enquiry.wrappedUp"
    /// In both: the visitor of the one that ended is told too, in `conversation`.
    package static let merged = "enquiry.merged"
    /// `to` is the name of the field of the card.
    package static let fieldChanged = "enquiry.fieldChanged"
    package static let blocked = "enquiry.blocked"
}

/// Something a member of the team did.
package struct EnquiryStep: Codable, Sendable {
    package let person: PersonID
    package let name: String
    /// To whom or where, or what was chosen.
    package var to: String?
    package var conversation: ConversationID?
    package var until: Timestamp?
}

/// Somebody of the team who does something: a colleague, or a program.
package protocol TeamMember: Sendable {
    var person: PersonID { get }
    /// The name that the team sees.
    var called: String { get }
}

extension Principal.Member: TeamMember {
    package var called: String { name.value }
}

struct Doer: TeamMember {
    let person: PersonID
    let called: String
}

extension Problem {
    /// Somebody who answers no visitors was chosen.
    package static let notAnAgent = Problem(.unprocessableContent, "problem.notAnAgent")
}

extension Desk {
    /// Where an enquiry is passed on to.
    package enum Destination: Sendable {
        case queue(ID<Queue>)
        case person(PersonID)
    }

    /// A member of staff, or a program, in a conversation they take part in. Throws `notFound` for everybody else.
    func hand(of member: some TeamMember, in id: ConversationID) async throws -> (place: Participant, conversation: Conversation) {
        try await hand(of: member.person, in: id)
    }

    /// The same of somebody, or of a program.
    func hand(of person: PersonID, in id: ConversationID) async throws -> (place: Participant, conversation: Conversation) {
        let (place, conversation) = try await conversations.place(of: person, in: id)
        guard place.part.isStaff else { throw Problem.notFound }
        return (place, conversation)
    }

    func prepare(_ kind: String, _ step: EnquiryStep, in conversation: Conversation) async throws -> PreparedEvent {
        try await conversations.prepareEvent(kind, step, in: conversation, stream: Conversations.teamStream)
    }

    /// Passes an enquiry on. **The place of whoever passes it on ends**, and so does that of everybody who may not open it any more.
    package func transfer(_ id: ConversationID, to destination: Destination, by member: some TeamMember) async throws {
        let (_, conversation) = try await hand(of: member.person, in: id)
        let now = ground.clock.now
        let (target, receiver, before, present) = try await ground.database.read {
            transaction -> (String?, PersonID?, Enquiry?, [Participant]) in
            let enquiry = try transaction.enquiry(id)
            let present = try transaction.participants(of: id).filter { $0.leftAt == nil && $0.part.isStaff }
            switch destination {
            case .queue(let queue): return (try transaction.queue(queue)?.name, nil, enquiry, present)
            case .person(let person):
                guard try mayAnswer(person, in: transaction), person != member.person else { throw Problem.notAnAgent }
                return ("", person, enquiry, present)
            }
        }
        guard before != nil, var name = target else { throw Problem.notFound }
        if let receiver { name = try await people.colleagueNames([receiver])[receiver] ?? "" }
        let step = EnquiryStep(person: member.person, name: member.called, to: name)
        let event = try await prepare(EnquiryEvent.transferred, step, in: conversation)
        let notice = try await receiver.asyncMap { try await self.notice(.enquiryTransferred, of: id, by: member.person, to: $0) }
        var leavings: [Conversations.Leaving] = []
        // Bots stay: a program leaves by itself.
        for place in present where place.part != .bot && place.person != receiver {
            leavings.append(try await conversations.prepareLeaving(of: place, from: conversation))
        }
        let leaving = leavings
        let (gone, told) = try await ground.database.write { transaction -> ([PersonID], Set<PersonID>) in
            let told = try transaction.enquiry(id).map { try audience(of: $0, in: transaction) } ?? []
            let isMoved =
                switch destination {
                case .queue(let queue): try transaction.transfer(id, to: queue, at: now)
                case .person(let person): try transaction.transfer(id, to: person, at: now)
                }
            guard isMoved, let enquiry = try transaction.enquiry(id) else { throw Problem.conversationClosed }
            // Whom nobody had taken yet is taken now.
            if receiver != nil, before?.state == .waiting || before?.state == .offered { try transaction.countTaken(enquiry, at: now) }
            try transaction.tell(.enquiryTransferred, about: id, at: now)
            try ground.streams.append(event, in: transaction)
            if let notice { try ground.streams.append(notice, in: transaction) }
            try transaction.disinvite(member.person, from: id)
            try transaction.passOver(member.person, for: id)
            if case .queue = destination { try transaction.disinviteAll(from: id) }
            var gone: [PersonID] = []
            for leaving in leaving {
                let roles = try transaction.roles(of: leaving.person)
                let stays = try leaving.person != member.person && mayOpen(enquiry, leaving.person, roles, in: transaction)
                if !stays, try conversations.leave(leaving, in: transaction) { gone.append(leaving.person) }
            }
            return (gone, told)
        }
        conversations.cutOff(gone, from: id)
        conversations.wake(id)
        if let receiver { ground.live.wake(StreamID("notices", of: receiver)) }
        await changed(id, and: told)
    }

    /// Asks a colleague to help: they may open it, whatever their queues are, and are told so.
    package func invite(
        _ colleague: PersonID, to id: ConversationID, by member: some TeamMember, because kind: Notice.Kind = .enquiryInvited
    ) async throws {
        let (_, conversation) = try await hand(of: member, in: id)
        // Asked first: for somebody unknown there is no key with which to seal a notice.
        guard try await ground.database.read({ try mayAnswer(colleague, in: $0) }) else { throw Problem.notAnAgent }
        let name = try await people.colleagueNames([colleague])[colleague] ?? ""
        let step = EnquiryStep(person: member.person, name: member.called, to: name)
        let event = try await prepare(EnquiryEvent.invited, step, in: conversation)
        let notice = try await notice(kind, of: id, by: member.person, to: colleague)
        let now = ground.clock.now
        try await ground.database.write { transaction in
            // First, as whoever ends it takes back all invitations.
            guard try transaction.touch(id, at: now)() != nil else { throw Problem.conversationClosed }
            guard try mayAnswer(colleague, in: transaction) else { throw Problem.notAnAgent }
            if try !transaction.isInvited(colleague, to: id) { try ground.streams.append(event, in: transaction) }
            try transaction.invite(colleague, to: id)
            try ground.streams.append(notice, in: transaction)
        }
        conversations.wake(id)
        ground.live.wake(StreamID("notices", of: colleague))
        await changed(id)
    }

    /// A member of staff goes. Whose it was leaves it to the others of the queue, unless it has ended.
    package func leave(_ id: ConversationID, as member: Principal.Member) async throws {
        let (place, conversation) = try await hand(of: member, in: id)
        let leaving = try await conversations.prepareLeaving(of: place, from: conversation)
        let now = ground.clock.now
        let told = try await ground.database.write { transaction -> Set<PersonID> in
            guard let enquiry = try transaction.enquiry(id) else { throw Problem.notFound }
            let told = try audience(of: enquiry, in: transaction)
            if enquiry.agent == member.person, enquiry.state != .closed {
                _ = try transaction.transfer(id, to: enquiry.queue, at: now)
                try transaction.tell(.enquiryReleased, about: id, at: now)
                try transaction.passOver(member.person, for: id)
            }
            try transaction.disinvite(member.person, from: id)
            try conversations.leave(leaving, in: transaction)
            return told
        }
        conversations.cutOff([member.person], from: id)
        conversations.wake(id)
        await changed(id, and: told)
    }

    private func notice(_ kind: Notice.Kind, of id: ConversationID, by person: PersonID, to reader: PersonID) async throws -> PreparedEvent
    {
        struct Body: Encodable, Sendable {
            let person: PersonID
            let conversation: ConversationID
        }
        return try await ground.streams.prepare(
            kind.rawValue, Body(person: person, conversation: id), in: StreamID("notices", of: reader), for: reader)
    }
}

extension Optional where Wrapped: Sendable {
    /// `map` for what has to be waited for.
    fileprivate func asyncMap<Result>(_ transform: (Wrapped) async throws -> Result) async rethrows -> Result? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
