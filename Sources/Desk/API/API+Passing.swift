import Conversations
import HTTPTypes
import Storage
import Vocabulary
import Web

/// To whom an enquiry is given.
struct AssignWish: APIShape {
    let agent: PersonID
}

/// Where an enquiry is passed on to.
struct PassOnWish: APIShape {
    let queue: ID<Queue>
}

/// The team's words on an enquiry, all of them.
struct TagsShape: APIShape {
    let tags: [String]

    static var limits: [String: APISchema] { ["tags": .list(.text(longest: Desk.longestWord, shortest: 1), longest: 20)] }
}

/// What is left of a visitor who was erased: a receipt, which is kept nowhere.
struct ErasureShape: APIShape {
    let receipt: String
    let at: Timestamp
    let messages: Int
}

extension Desk {
    var passingOperations: [APIOperation] {
        [
            .change(
                .post, "/enquiries/{enquiry}/assign", "assignEnquiry", .writeConversations,
                "Gives an enquiry to somebody who answers, whether it waits or is somebody's."
            ) { (call, wish: AssignWish) in try await pass(to: .person(wish.agent), by: call) },
            .change(
                .post, "/enquiries/{enquiry}/transfer", "transferEnquiry", .writeConversations,
                "Passes an enquiry on to a queue, where it waits for the first who is free."
            ) { (call, wish: PassOnWish) in try await pass(to: .queue(wish.queue), by: call) },
            .change(
                .put, "/enquiries/{enquiry}/tags", "tagEnquiry", .writeConversations,
                "Puts these of the team's words on an enquiry, in place of those it had. They are kept in small letters."
            ) { (call, wish: TagsShape) in
                let id: ConversationID = try call.parameter("enquiry")
                try await read(id, by: call)
                let tags = Set(try wish.tags.map { word throws(Problem) in try Self.tag(word) })
                try await ground.database.write { transaction in
                    for tag in try transaction.tags(of: [id])[id] ?? [] where !tags.contains(tag) {
                        try transaction.tag(id, tag, isOn: false)
                    }
                    for tag in tags { try transaction.tag(id, tag, isOn: true) }
                }
                await changed(id)
                return TagsShape(tags: tags.sorted())
            },
            .change(
                .delete, "/visitors/{visitor}", "eraseVisitor", .eraseVisitors,
                "Ends a visitor's conversation and erases everything about them, in backups too. It cannot be undone.", or: Self.runners
            ) { call in
                let receipt = try await forget(try call.parameter("visitor"))
                return ErasureShape(receipt: receipt.receipt, at: receipt.at, messages: receipt.messages)
            },
        ]
    }

    private func pass(to destination: Destination, by call: APICall) async throws -> EnquiryShape {
        let id: ConversationID = try call.parameter("enquiry")
        try await read(id, by: call)
        try await transfer(id, to: destination, by: try await doer(of: call))
        return EnquiryShape(try await enquiry(id))
    }
}
