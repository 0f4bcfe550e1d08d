import Storage
import Synchronization
import Vocabulary
import Web

/// What is left of the room that this server gives to files.
///
/// How much is used is looked up again now and then, outside of every transaction that writes, and what arrives here meanwhile is added.
/// So each piece is counted as it comes, and none makes the database add up all there is. **Nobody is refused before it was looked up
/// again.** With several nodes the limit is passed by what the others take within a moment.
final class AttachmentRoom: Sendable {
    /// How long what was looked up is believed.
    static let believed = Duration.seconds(10)

    private struct Used {
        var bytes: Int
        let lookedUp: Timestamp
    }

    private let used = Mutex<Used?>(nil)

    /// Throws `noRoom` when so many more bytes do not fit into what this part of the people may use.
    func check(_ bytes: Int, for part: Participant.Part, in database: Database, at now: Timestamp) async throws {
        let most = part.isStaff ? Attachment.mostInHouse : Attachment.mostOfVisitors
        if let known = used.withLock(\.self), (known.lookedUp...(known.lookedUp + Self.believed)).contains(now), known.bytes + bytes <= most
        {
            return
        }
        let found = try await database.read { try $0.attachedEverywhere() }
        used.withLock { $0 = Used(bytes: found, lookedUp: now) }
        guard found + bytes <= most else { throw Problem.noRoom }
    }

    /// So many bytes have arrived.
    func took(_ bytes: Int) {
        used.withLock { $0?.bytes += bytes }
    }
}
