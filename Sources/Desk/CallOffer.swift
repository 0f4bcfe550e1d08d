import Calls
package import Conversations
import Foundation
import Storage
package import Vocabulary
package import Web

/// An agent's offer to go on by voice or video, which the visitor takes or not.
///
/// **A visitor's call always goes through the relay**: neither side learns the other's network address.
package struct CallOffer: Codable, Sendable {
    /// Names of its events in the conversation.
    static let offered = "call.offered"
    static let accepted = "call.accepted"
    static let declined = "call.declined"
    /// An offer nobody answered for this long is no longer meant.
    static let patience = Duration.minutes(5)

    /// Who offered it, or answered.
    package let person: PersonID
    package let part: Participant.Part
    package let name: String
    /// The sequence of the offer that an answer is about.
    package var offer: Int?
}

/// What the visitor's page gets for a yes.
package struct CallInvitation: Encodable, Sendable {
    /// Where the call is joined, for one person, for an hour; behind its `#`, which no server sees, the name under which they write, so
    /// that they are not asked for it again. Absent for a no.
    package let url: String?
}

extension Problem {
    /// Without a relay a call would show the visitor's network address.
    package static let noRelay = Problem(.conflict, "problem.noRelay")
    package static let callOfferGone = Problem(.gone, "problem.callOfferGone")
}

extension Desk {
    /// An agent offers a call in a conversation of theirs.
    func offerCall(in id: ConversationID, by person: PersonID) async throws {
        guard calls.hasRelay else { throw Problem.noRelay }
        let (place, conversation) = try await conversations.place(of: person, in: id)
        guard place.part == .agent, conversation.state == .open else { throw Problem.forbidden }
        try await tell(CallOffer.offered, by: place, in: conversation)
    }

    /// The visitor's answer. A yes makes a link for this one call, which rings the agent who offered it.
    func answerCall(_ offer: Int, in id: ConversationID, by person: PersonID, accepts: Bool) async throws -> CallInvitation {
        let (place, conversation) = try await conversations.place(of: person, in: id)
        guard place.part == .visitor, conversation.state == .open else { throw Problem.forbidden }
        let stream = StreamID(Conversations.stream, about: id)
        let latest = try await ground.streams.latest(stream, before: nil, limit: Conversations.page)
        guard let event = latest.first(where: { $0.sequence == offer && $0.kind == CallOffer.offered }),
            ground.clock.now - event.at < CallOffer.patience,
            !(try await isAnswered(offer, among: latest, in: stream, of: conversation))
        else { throw Problem.callOfferGone }
        let body = try JSONDecoder().decode(
            CallOffer.self, from: try await ground.streams.open(event, in: stream, for: conversation.keeper))
        guard accepts else {
            try await tell(CallOffer.declined, by: place, in: conversation, about: offer)
            return CallInvitation(url: nil)
        }
        guard calls.hasRelay else { throw Problem.noRelay }
        let made = try await calls.makeLink(.init(hours: 1, isForOne: true, hasLobby: false, isRelayOnly: true), for: body.person)
        try await tell(CallOffer.accepted, by: place, in: conversation, about: offer)
        let name = try await ground.keys.openText(place.name, of: conversation.keeper, as: Participant.nameColumn)
        var address = URLComponents()
        address.queryItems = [URLQueryItem(name: "as", value: name)]
        // A plus sign behind the # would be read as a space.
        let behind = (address.percentEncodedQuery ?? "").replacing("+", with: "%2B")
        return CallInvitation(url: "\(ground.site.origin)/join/\(made.secret)#\(behind)")
    }

    private func isAnswered(
        _ offer: Int, among events: [StreamEvent], in stream: StreamID, of conversation: Conversation
    ) async throws -> Bool {
        for event in events where [CallOffer.accepted, CallOffer.declined].contains(event.kind) && event.sequence > offer {
            let json = try await ground.streams.open(event, in: stream, for: conversation.keeper)
            if try JSONDecoder().decode(CallOffer.self, from: json).offer == offer { return true }
        }
        return false
    }

    private func tell(_ kind: String, by place: Participant, in conversation: Conversation, about offer: Int? = nil) async throws {
        let name = try await ground.keys.openText(place.name, of: conversation.keeper, as: Participant.nameColumn)
        let body = CallOffer(person: place.person, part: place.part, name: name, offer: offer)
        let event = try await conversations.prepareEvent(kind, body, in: conversation)
        let now = ground.clock.now
        try await ground.database.write { transaction in
            guard try transaction.touch(conversation.id, at: now)() != nil else { throw Problem.conversationClosed }
            try ground.streams.append(event, in: transaction)
        }
        conversations.wake(conversation.id)
    }

    private struct OfferWish: Decodable {
        let conversation: ConversationID
    }

    private struct AnswerWish: Decodable {
        let conversation: ConversationID
        let offer: Int
        let accepts: Bool
    }

    var callOfferHandlers: [LiveHandler] {
        [
            LiveHandler("call.offer", .roles(Self.staff)) { command in
                let wish: OfferWish = try command.decode()
                try await offerCall(in: wish.conversation, by: command.sender.person)
                return nil
            },
            LiveHandler("call.answerOffer", .visitors) { command in
                let wish: AnswerWish = try command.decode()
                return try await answerCall(wish.offer, in: wish.conversation, by: command.sender.person, accepts: wish.accepts)
            },
        ]
    }
}
