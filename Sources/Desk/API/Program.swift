package import Conversations
import Storage
package import Vocabulary
package import Web

extension Desk {
    /// A program comes into a conversation, always labelled as one. **In the same transaction it is written down and told to the visitor
    /// that it reads** (C54), as with staff.
    @discardableResult
    package func open(_ id: ConversationID, as program: Principal.Program) async throws -> Enquiry {
        let now = ground.clock.now
        let found = try await ground.database.read { transaction -> (Enquiry, Conversation, Bool, APIToken)? in
            guard let enquiry = try transaction.enquiry(id), let conversation = try transaction.conversation(id),
                let token = try transaction.token(of: program.person), try transaction.mayBeRead(id)
            else { return nil }
            // Where a conversation without transcript has ended, nobody is there to be told, and times are all there is to read.
            let isErased = try transaction.visitor(enquiry.visitor)?.isErased == true
            return (enquiry, conversation, try !isErased && transaction.participant(program.person, in: id) == nil, token)
        }
        guard let (enquiry, conversation, comes, token) = found else { throw Problem.notFound }
        let admission =
            comes
            ? try await conversations.prepareAdmission(
                of: program.person, to: conversation, as: .bot, named: token.name, kind: ConversationEvent.staffRead) : nil
        let read = StaffRead(
            id: .init(at: now), visitor: enquiry.visitor, conversation: id, person: program.person, part: Participant.Part.bot.rawValue,
            at: now)
        try await ground.database.write { transaction in
            guard try transaction.enquiry(id) != nil, try transaction.mayBeRead(id) else { throw Problem.notFound }
            try transaction.add(read)
            if let admission { try conversations.admit(admission, in: transaction) }
        }
        if comes { conversations.wake(id) }
        return enquiry
    }
}
