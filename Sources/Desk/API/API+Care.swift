import Conversations
import Storage
import Vocabulary
import Web

/// Until when an enquiry is put aside; absent: until the visitor writes.
struct SnoozeShape: APIShape {
    let until: Timestamp?
}

/// The enquiry in which another one goes on.
struct MergeShape: APIShape {
    let into: ConversationID
}

/// How an enquiry ended, in one of the team's words.
struct OutcomeShape: APIShape {
    let wrapUp: ID<WrapUp>
}

extension Desk {
    /// What the team does with an enquiry, other than talking and passing it on.
    var careOperations: [APIOperation] {
        [
            .change(
                .post, "/enquiries/{enquiry}/invite", "inviteAgent", .writeConversations,
                "Asks somebody who answers to help in an enquiry: they are told, and may open it."
            ) { (call, wish: AssignWish) in
                try await care(call) { try await invite(wish.agent, to: $0, by: $1) }
            },
            .change(
                .post, "/enquiries/{enquiry}/snooze", "snoozeEnquiry", .writeConversations,
                "Puts an enquiry aside until a time, or until the visitor writes, whichever comes first."
            ) { (call, wish: SnoozeShape) in
                try await care(call) { try await snooze($0, until: wish.until, by: $1) }
            },
            .renew("/enquiries/{enquiry}/rouse", "rouseEnquiry", .writeConversations, "Brings an enquiry back that was put aside.") {
                try await care($0) { try await rouse($0, by: $1) }
            },
            .change(
                .put, "/enquiries/{enquiry}/wrap-up", "wrapUpEnquiry", .writeConversations, "Says in one of the team's words how it ended."
            ) { (call, wish: OutcomeShape) in
                try await care(call) { try await wrapUp($0, as: wish.wrapUp, by: $1) }
            },
            .change(
                .post, "/enquiries/{enquiry}/merge", "mergeEnquiry", .writeConversations,
                "Ends an enquiry and says in it where it goes on. What was said stays where it is."
            ) { (call, wish: MergeShape) in
                try await read(wish.into, by: call)
                return try await care(call) { try await merge($0, into: wish.into, by: $1) }
            },
            .renew(
                "/enquiries/{enquiry}/block", "blockVisitor", .writeConversations,
                "Ends an enquiry for good: its visitor can open it no more."
            ) {
                try await care($0) { try await block($0, by: $1) }
            },
        ]
    }

    /// Does something with an enquiry, which is written down as a look at it before, and says where it stands after.
    private func care(_ call: APICall, _ act: (ConversationID, Doer) async throws -> Void) async throws -> EnquiryShape {
        let id: ConversationID = try call.parameter("enquiry")
        try await read(id, by: call)
        try await act(id, try await doer(of: call))
        return EnquiryShape(try await enquiry(id))
    }

    /// Who asks, with the name that the team sees.
    func doer(of call: APICall) async throws -> Doer {
        switch call.context.principal {
        case .member(let member): Doer(person: member.person, called: member.called)
        default: Doer(person: call.person, called: try await ground.database.read { try $0.token(of: call.person) }?.name ?? "")
        }
    }
}
