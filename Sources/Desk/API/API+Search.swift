import Conversations
import Vocabulary
import Web

/// What a program looks for. In the body and not in the address, which others write into their logs.
struct SearchShape: APIShape {
    let text: String
    let cursor: String?

    static var limits: [String: APISchema] {
        ["text": .text(longest: 200, shortest: 1), "cursor": .text(longest: 20, shortest: 1, pattern: "^-?[0-9]{1,19}$")]
    }
}

/// Where it was said. The words are read with `listMessages`, which is written down.
struct FoundShape: APIShape {
    let enquiry: ConversationID
    let sequence: Int
    let at: Timestamp
    let state: Enquiry.State
}

extension Desk {
    var searchOperations: [APIOperation] {
        [
            .change(
                .post, "/search", "search", .readConversations,
                "Finds where all of these words, or words that begin so, were said, latest first: enquiry and sequence, not the words."
            ) { (call, wish: SearchShape) -> APIPage<FoundShape> in
                let all = try await search(wish.text, for: call.context.principal, after: wish.cursor.flatMap { Int64($0) })
                let places = all.found.compactMap { message in
                    message.state.map { FoundShape(enquiry: message.conversation, sequence: message.sequence, at: message.at, state: $0) }
                }
                return APIPage(items: places, next: all.after)
            }
            .with(example: ["text": "parcel tracking"])
        ]
    }
}
