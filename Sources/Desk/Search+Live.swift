package import Conversations
import Foundation
import Storage
package import Vocabulary
package import Web

/// Something that was found. **Staff gets the words of conversations they have opened alone**: opening is what is written down and
/// shown to the visitor (C54).
package struct FoundMessage: Encodable, Sendable {
    package let conversation: ConversationID
    package let sequence: Int
    package let at: Timestamp
    /// Whether the asker is in the conversation.
    package let isOpen: Bool
    /// In whose line the enquiry stands, and how; nil of a conversation between members.
    package var queueName: String?
    package var state: Enquiry.State?
    /// Whose conversation it is.
    package var visitor: String?
    /// Who said it.
    package var name: String?
    package var text: String?
}

package struct FoundMessages: Encodable, Sendable {
    package let found: [FoundMessage]
    /// Handed back for what was found further back; nil when that is all.
    package let after: String?
}

extension Desk {
    private struct SearchWish: Decodable {
        let text: String
        let after: String?
    }

    package var searchHandlers: [LiveHandler] {
        [
            LiveHandler("conversation.search", .conversants, isRemembered: false) { command in
                let wish: SearchWish = try command.decode()
                return try await search(wish.text, for: command.sender.principal, after: wish.after.flatMap { Int64($0) })
            }
        ]
    }

    /// Looks for messages: staff where they may open the enquiry, everybody else in their own conversations.
    package func search(_ text: String, for principal: Principal, after: Int64? = nil) async throws -> FoundMessages {
        guard let person = principal.person else { throw Problem.signInRequired }
        guard text.unicodeScalars.count <= 200 else { throw Problem.searchEmpty }
        let hits = try await conversations.search(text, visible: visible(to: principal, as: person), after: after)
        let surroundings = try await ground.database.read { transaction in
            let queues = Dictionary(uniqueKeysWithValues: try transaction.queues().map { ($0.id, $0.name) })
            return try hits.hits.map { hit in
                let enquiry = try transaction.enquiry(hit.conversation)
                // A program gets no words here: reading a message is what is written down, each time (C54).
                let isOpen = try !principal.isProgram && transaction.participant(person, in: hit.conversation) != nil
                let visitor = try enquiry.flatMap { try transaction.participant($0.visitor, in: hit.conversation) }
                return Surroundings(isOpen: isOpen, state: enquiry?.state, queue: enquiry.flatMap { queues[$0.queue] }, visitor: visitor)
            }
        }
        var found: [FoundMessage] = []
        for (hit, about) in zip(hits.hits, surroundings) {
            var message = FoundMessage(
                conversation: hit.conversation, sequence: hit.sequence, at: hit.at, isOpen: about.isOpen, queueName: about.queue,
                state: about.state)
            if about.isOpen, let said = try await conversations.message(hit.sequence, in: hit.conversation) {
                (message.name, message.text) = (said.name, said.text)
                if let visitor = about.visitor {
                    message.visitor = try await ground.keys.openText(visitor.name, of: visitor.person, as: Participant.nameColumn)
                }
            }
            found.append(message)
        }
        return FoundMessages(found: found, after: hits.after.map { String($0) })
    }

    /// What is said of a message beside its words.
    private struct Surroundings: Sendable {
        let isOpen: Bool
        let state: Enquiry.State?
        let queue: String?
        let visitor: Participant?
    }

    private func visible(to principal: Principal, as person: PersonID) -> SQL {
        let own = Conversations.visible(to: person)
        let everyEnquiry: SQL =
            "(EXISTS (SELECT 1 FROM enquiry WHERE enquiry.conversation_id = found.conversation_id) AND \(part: Self.mayBeFound))"
        if principal.isProgram { return everyEnquiry }
        guard case .member(let member) = principal, member.isStrong else { return own }
        if !member.roles.isDisjoint(with: Self.supervisors) { return "(\(part: own) OR \(part: everyEnquiry))" }
        guard member.roles.contains(.agent) else { return own }
        return """
            (\(part: own) OR (\(part: Self.mayBeFound) AND EXISTS (SELECT 1 FROM enquiry WHERE enquiry.conversation_id = found.conversation_id
                AND (enquiry.agent_id = \(person)
                    OR EXISTS (SELECT 1 FROM enquiry_invitation
                        WHERE enquiry_invitation.conversation_id = found.conversation_id AND enquiry_invitation.person_id = \(person))
                    OR enquiry.queue_id IN (SELECT queue_id FROM queue_agent WHERE queue_agent.person_id = \(person))))))
            """
    }

    /// That a word stands in what nobody of the team may read any more is not told either (VEL-23).
    private static var mayBeFound: SQL {
        """
        NOT EXISTS (SELECT 1 FROM visitor_consent WHERE visitor_consent.conversation_id = found.conversation_id
            AND visitor_consent.withdrawn_at IS NOT NULL)
        """
    }
}

extension Principal {
    fileprivate var isProgram: Bool {
        if case .program(let program) = self { return program.scopes.contains(APIToken.Scope.readConversations.rawValue) }
        return false
    }
}
