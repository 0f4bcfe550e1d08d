import Accounts
import Conversations
import Storage
import Vocabulary
import Web

extension Desk {
    /// Whether somebody with these roles may open the enquiry: whose it is, whoever was invited, agents of its queue, and every supervisor.
    func mayOpen(_ enquiry: Enquiry, _ person: PersonID, _ roles: Set<Role>, in transaction: Transaction) throws -> Bool {
        guard try transaction.mayBeRead(enquiry.conversation) else { return false }
        if !roles.isDisjoint(with: [.supervisor, .administrator, .owner]) { return true }
        guard roles.contains(.agent) else { return false }
        return try enquiry.agent == person || transaction.queues(of: person).contains { $0.id == enquiry.queue }
            || transaction.isInvited(person, to: enquiry.conversation)
    }

    /// Everybody in whose lists the enquiry stands.
    func audience(of enquiry: Enquiry, in transaction: Transaction) throws -> Set<PersonID> {
        var audience = Set(try transaction.agents(of: enquiry.queue).map(\.person))
        for place in try transaction.participants(of: enquiry.conversation) where place.leftAt == nil && place.part.isStaff {
            audience.insert(place.person)
        }
        if let agent = enquiry.agent { audience.insert(agent) }
        for row in try transaction.run("SELECT person_id FROM enquiry_invitation WHERE conversation_id = \(enquiry.conversation)") {
            audience.insert(try row["person_id"])
        }
        for role in [Role.supervisor, .administrator, .owner] { audience.formUnion(try transaction.people(with: role)) }
        return audience
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
        let told = try? await ground.database.read { transaction in
            try ids.map { id in (id, try transaction.enquiry(id).map { try audience(of: $0, in: transaction) } ?? []) }
        }
        for (id, staff) in told ?? [] {
            let people = staff.union(others)
            if !people.isEmpty { ground.live.send(EnquiryChanged(conversation: id), to: Array(people)) }
        }
    }
}
