import Accounts
import Conversations
import Storage
import Vocabulary
import Web

extension Desk {
    /// Whether somebody with these roles may open the enquiry: whose it is, whoever was invited, agents of its queue, and every supervisor.
    func mayOpen(_ enquiry: Enquiry, _ person: PersonID, _ roles: Set<Role>, in transaction: Transaction) throws -> Bool {
        guard try transaction.mayBeRead(enquiry.conversation) else { return false }
        if !roles.isDisjoint(with: Self.supervisors) { return true }
        guard roles.contains(.agent) else { return false }
        return try enquiry.agent == person || transaction.queues(of: person).contains { $0.id == enquiry.queue }
            || transaction.isInvited(person, to: enquiry.conversation)
    }

    /// Everybody in whose lists the enquiry stands.
    func audience(of enquiry: Enquiry, in transaction: Transaction) throws -> Set<PersonID> {
        try audiences(of: [enquiry], in: transaction)[enquiry.conversation] ?? []
    }

    /// Everybody in whose lists each of these enquiries stands: the agents of its queue, whoever of the staff is in it or was invited,
    /// and all who watch over the desk.
    private func audiences(of enquiries: [Enquiry], in transaction: Transaction) throws -> [ConversationID: Set<PersonID>] {
        let ids = enquiries.map(\.conversation)
        var ofQueues: [ID<Queue>: Set<PersonID>] = [:]
        for row in try transaction.rows(
            "SELECT queue_id, person_id FROM queue_agent WHERE queue_id IN \(list: Set(enquiries.map(\.queue)))")
        {
            ofQueues[try row["queue_id"], default: []].insert(try row["person_id"])
        }
        var audiences: [ConversationID: Set<PersonID>] = [:]
        let watchers = try transaction.people(withAnyOf: Self.supervisors)
        for enquiry in enquiries {
            var audience = ofQueues[enquiry.queue, default: []].union(watchers)
            if let agent = enquiry.agent { audience.insert(agent) }
            audiences[enquiry.conversation] = audience
        }
        for (id, person) in try transaction.staff(in: ids) { audiences[id]?.insert(person) }
        for row in try transaction.rows(
            "SELECT conversation_id, person_id FROM enquiry_invitation WHERE conversation_id IN \(list: ids)")
        {
            audiences[try row["conversation_id"]]?.insert(try row["person_id"])
        }
        return audiences
    }

    /// Something about the enquiry changed: what waits is given out, webhooks are told, and everybody in whose lists it stands hears of it.
    ///
    /// - Parameter others: in whose lists it stood before.
    func changed(_ id: ConversationID, and others: Set<PersonID> = []) async {
        dispatcher.wake()
        programDesk.courier.ring()
        await tellChanged([id], and: others)
    }

    /// Tells everybody in whose lists the enquiries stand that something about them changed: their pages ask again for those lines.
    func tellChanged(_ ids: Set<ConversationID>, and others: Set<PersonID> = []) async {
        var rest = Array(ids)[...]
        while !rest.isEmpty {
            let some = Array(rest.prefix(Self.toldTogether))
            rest = rest.dropFirst(some.count)
            let told = try? await ground.database.read { transaction in
                try audiences(of: try transaction.enquiries(some), in: transaction)
            }
            for id in some {
                let people = (told?[id] ?? []).union(others)
                if !people.isEmpty { ground.live.send(EnquiryChanged(conversation: id), to: Array(people)) }
            }
        }
    }

    /// Enquiries that one look at the database tells of.
    private static let toldTogether = 64
}
