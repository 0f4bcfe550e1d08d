package import Storage
import Synchronization
package import Vocabulary

/// What a listener does once the message is certain.
package typealias AfterCommit = @Sendable () async -> Void

/// A domain to the right that keeps something beside what is said, such as who waits for an answer.
package protocol ConversationListener: Sendable {
    /// Somebody said something. **In the same transaction**: what is thrown takes the message back too.
    ///
    /// - Parameter sequence: where in the conversation it stands.
    /// - Returns: what looks at the answers, so that everything is asked for before anybody waits; it gives what is to be done after
    ///   the commit.
    func said(
        in conversation: Conversation, by participant: Participant, sequence: Int, at now: Timestamp, in transaction: Transaction
    ) throws -> Later<AfterCommit>

    /// Somebody begins to hand over a file. **In the transaction that takes it**: what is thrown refuses it.
    func attaching(in conversation: Conversation, by participant: Participant, in transaction: Transaction) throws

    /// Everything that was said is being removed. **In the same transaction**: remove what the domain keeps of it.
    func erasedWords(of conversation: Conversation, in transaction: Transaction) throws
}

extension ConversationListener {
    package func attaching(in conversation: Conversation, by participant: Participant, in transaction: Transaction) throws {}
    package func erasedWords(of conversation: Conversation, in transaction: Transaction) throws {}
}

/// Who listens; filled once, when the server is put together.
package final class ConversationListeners: Sendable {
    private let listeners = Mutex<[any ConversationListener]>([])

    package func add(_ listener: any ConversationListener) {
        listeners.withLock { $0.append(listener) }
    }

    var all: [any ConversationListener] { listeners.withLock { $0 } }
}
