import Conversations
import Foundation
import Storage
package import Vocabulary
package import Web

extension Desk {
    private struct EnquiryWish: Decodable {
        let conversation: ConversationID
    }

    private struct TransferWish: Decodable {
        let conversation: ConversationID
        let queue: ID<Queue>?
        let person: PersonID?
    }

    private struct ColleagueWish: Decodable {
        let conversation: ConversationID
        let person: PersonID
    }

    private struct SnoozeWish: Decodable {
        let conversation: ConversationID
        let until: Timestamp?
    }

    private struct TagWish: Decodable {
        let conversation: ConversationID
        let tag: String
        let isOn: Bool
    }

    private struct WrapUpWish: Decodable {
        let conversation: ConversationID
        let wrapUp: ID<WrapUp>
    }

    private struct FieldWish: Decodable {
        let conversation: ConversationID
        let field: ID<CardField>
        let value: String?
    }

    private struct MergeWish: Decodable {
        let conversation: ConversationID
        let into: ConversationID
    }

    /// What a member of the team does with an enquiry, other than talking.
    package var careHandlers: [LiveHandler] {
        [
            handler("enquiry.card") { (wish: EnquiryWish, member) in try await card(of: wish.conversation, for: member) },
            step("enquiry.leave") { (wish: EnquiryWish, member) in try await leave(wish.conversation, as: member) },
            step("enquiry.transfer") { (wish: TransferWish, member) in
                switch (wish.queue, wish.person) {
                case (let queue?, nil): try await transfer(wish.conversation, to: .queue(queue), by: member)
                case (nil, let person?): try await transfer(wish.conversation, to: .person(person), by: member)
                default: throw Problem.malformed
                }
            },
            step("enquiry.invite") { (wish: ColleagueWish, member) in
                try await invite(wish.person, to: wish.conversation, by: member)
            },
            step("enquiry.mention") { (wish: ColleagueWish, member) in
                try await invite(wish.person, to: wish.conversation, by: member, because: .enquiryMentioned)
            },
            step("enquiry.snooze") { (wish: SnoozeWish, member) in
                try await snooze(wish.conversation, until: wish.until, by: member)
            },
            step("enquiry.rouse") { (wish: EnquiryWish, member) in try await rouse(wish.conversation, by: member) },
            step("enquiry.tag") { (wish: TagWish, member) in try await tag(wish.conversation, wish.tag, isOn: wish.isOn, by: member) },
            step("enquiry.wrapUp") { (wish: WrapUpWish, member) in
                try await wrapUp(wish.conversation, as: wish.wrapUp, by: member)
            },
            step("enquiry.merge") { (wish: MergeWish, member) in try await merge(wish.conversation, into: wish.into, by: member) },
            step("enquiry.fill") { (wish: FieldWish, member) in
                try await fill(wish.field, of: wish.conversation, with: wish.value, by: member)
            },
            step("enquiry.block") { (wish: EnquiryWish, member) in try await block(wish.conversation, by: member) },
        ]
    }

    private func handler<Wish: Decodable & Sendable>(
        _ type: String, _ handle: @escaping @Sendable (Wish, Principal.Member) async throws -> (any Encodable & Sendable)?
    ) -> LiveHandler {
        LiveHandler(type, .roles(Self.staff), isRemembered: false) { command in
            try await handle(try command.decode(Wish.self), try command.sender.member)
        }
    }

    /// A command that changes something: the same id is answered from memory.
    private func step<Wish: Decodable & Sendable>(
        _ type: String, _ handle: @escaping @Sendable (Wish, Principal.Member) async throws -> Void
    ) -> LiveHandler {
        LiveHandler(type, .roles(Self.staff)) { command in
            try await handle(try command.decode(Wish.self), try command.sender.member)
            return nil
        }
    }
}
