import Desk
import Foundation
import HTTPTypes
import TestKit
import Vocabulary
import Web

extension Shop.Caller {
    /// The members of a command about this conversation.
    var wish: String { #""conversation":"\#(conversation)""# }

    func saying(_ text: String) -> String { #"\#(wish),"text":"\#(text)""# }

    /// What the visitor's page sends along.
    var bearer: HTTPFields { [.authorization: "Bearer \(token)", .contentType: "application/json"] }
}

/// What a visitor is shown of their own conversation.
struct OwnEnquiry: Decodable {
    struct Waiting: Decodable {
        let position: Int
        let minutes: Int?
    }
    struct Reader: Decodable {
        let name: String
        let part: String
    }
    let conversation: String
    let state: String
    let waiting: Waiting?
    let readers: [Reader]
    let rating: Int?
    let keptUntil: Int?
}

extension Shop {
    func own(_ caller: Caller) async throws -> OwnEnquiry {
        try await TestBrowser(house).send(.get, "/enquiry", caller.bearer).json()
    }

    func post(_ path: String, _ json: String, as caller: Caller) async throws -> TestBrowser.Answer {
        try await TestBrowser(house).send(.post, path, caller.bearer, body: Array(json.utf8))
    }

    /// Somebody asks, without the cost of a request.
    func ask(_ text: String, card: Visitor.Card = .init()) async throws -> String {
        guard let id = CommandID(UUID().uuidString.lowercased()) else { throw Surprise("no id") }
        return try await house.house.desk.begin(.init(card: card, text: text, id: id), at: site).enquiry.conversation.description
    }
}

extension FakeBrowser {
    /// Sends a command and gives its answer, the ack or the refusal.
    func answered(_ type: String, _ members: String = "") async throws -> LiveMessage {
        let id = UUID().uuidString.lowercased()
        command(type, id: id, members)
        return try await next { $0.id == id && ["ack", "refused"].contains($0.type) }
    }

    /// Sends a command that must be carried out.
    func asked(_ type: String, _ members: String = "") async throws -> LiveMessage {
        let answer = try await answered(type, members)
        guard answer.type == "ack" else { throw Surprise("\(type) was refused: \(answer.text)") }
        return answer
    }

    /// Whether the line of this conversation comes to this state, as far as this page is told of changes.
    func reaches(_ state: String, _ caller: Shop.Caller) async throws -> Bool {
        while true {
            let line = try await asked("desk.line", caller.wish).body(InboxTests.LineAnswer.self).line
            if line?.state == state { return true }
            _ = try await next("enquiry.changed", within: .seconds(20))
        }
    }
}

/// The server did not do what every test relies on.
struct Surprise: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
