import Conversations
import Synchronization

/// Tells the staff of what is said, which happens all the time: at once, and what is said while it tells, together a moment later.
///
/// So a message costs the desk a small part of a look at the database, however many talk.
final class InboxNews: Sendable {
    /// Between two looks: nobody sees a list change sooner, and a desk where much is said is looked up twenty times a second.
    private static let pause = Duration.milliseconds(50)

    private struct State {
        var marked: Set<ConversationID> = []
        var isTelling = false
    }

    private let state = Mutex(State())

    /// Something was said in the conversation.
    func mark(_ id: ConversationID, in desk: Desk) {
        let mustStart = state.withLock { state in
            state.marked.insert(id)
            defer { state.isTelling = true }
            return !state.isTelling
        }
        if mustStart { Task { await tell(for: desk) } }
    }

    private func tell(for desk: Desk) async {
        while let ids = take() {
            await desk.tellChanged(ids)
            // What changes meanwhile is looked up once, afterwards.
            try? await Task.sleep(for: Self.pause)
        }
    }

    private func take() -> Set<ConversationID>? {
        state.withLock { state in
            guard !state.marked.isEmpty else {
                state.isTelling = false
                return nil
            }
            defer { state.marked = [] }
            return state.marked
        }
    }
}
