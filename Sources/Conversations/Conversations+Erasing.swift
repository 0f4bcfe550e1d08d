package import Storage
package import Web

extension Conversations {
    /// Deletes a conversation and everything said in it, in the caller's transaction. Whoever keeps something beside it refers to it
    /// with `ON DELETE CASCADE`. **The keeper's key is to be destroyed afterwards**, which makes the copies in backups unreadable.
    package func erase(_ id: ConversationID, in transaction: Transaction) throws {
        try transaction.erase(StreamID(Self.stream, about: id))
        try transaction.erase(StreamID(Self.teamStream, about: id))
        // The words refer to their messages by number alone, and would stay.
        try transaction.eraseIndex(of: id)
        try transaction.run("DELETE FROM conversation WHERE id = \(id)")
    }
}
