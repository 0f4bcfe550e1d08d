import Conversations
import Foundation
package import Vocabulary
package import Web

extension Desk {
    /// Everybody who works at the desk.
    package static let staff: Set<Role> = [.agent, .supervisor, .administrator, .owner]

    private struct EnquiryWish: Decodable {
        let conversation: ConversationID
    }

    package var liveHandlers: [LiveHandler] {
        [
            LiveHandler("enquiry.open", .roles(Self.staff), isRemembered: false) { command in
                let wish: EnquiryWish = try command.decode()
                try await open(wish.conversation, as: try command.sender.member)
                return try await conversations.view(of: wish.conversation, for: command.sender.person)
            },
            LiveHandler("enquiry.take", .roles(Self.staff)) { command in
                let wish: EnquiryWish = try command.decode()
                try await open(wish.conversation, as: try command.sender.member, takes: true)
                return nil
            },
            LiveHandler("enquiry.close", .conversants) { command in
                let wish: EnquiryWish = try command.decode()
                let (place, _) = try await conversations.place(of: command.sender.person, in: wish.conversation)
                guard place.part == .visitor || place.part.isStaff else { throw Problem.forbidden }
                try await close(wish.conversation, by: command.sender.person, as: place.part)
                return nil
            },
        ] + routingHandlers + supervisorHandlers + inboxHandlers + careHandlers + hereHandlers + callOfferHandlers
    }
}

extension LiveSender {
    /// The signed-in member. Only for commands whose access guarantees one.
    package var member: Principal.Member {
        get throws(Problem) {
            guard case .member(let member) = principal else { throw .signInRequired }
            return member
        }
    }
}
