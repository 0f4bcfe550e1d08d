import Logging
package import ServiceLifecycle
package import Storage
import Synchronization

/// Puts the words of messages into the search index, those of many messages at once and in the order of the index.
///
/// A message's words lie far apart in the index: written with each message they were half of everything that it wrote. So a message is
/// only marked with its own transaction (`message_unindexed`), and search looks through the few that are marked.
package final class MessageIndexer: Service {
    /// Messages whose words go into the index in one transaction. Search looks through fewer than that for each node, and those that
    /// are said meanwhile.
    package static let batch = 256

    private let database: Database
    private let logger: Logger
    /// Messages said since the last ring. Full at the start, so that the first message also brings on what an earlier run left.
    private let said = Atomic(batch)
    private let rings: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    init(_ database: Database, logger: Logger) {
        self.database = database
        self.logger = logger
        (rings, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Call it after the commit of messages that were marked.
    package func said(_ messages: Int = 1) {
        guard said.add(messages, ordering: .relaxed).newValue >= Self.batch else { return }
        said.store(0, ordering: .relaxed)
        bell.yield()
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in self.rings {
                do {
                    while try await self.merge() > 0, !Task.isCancelled {}
                } catch {
                    // What waits is found all the same; the next messages ring again.
                    self.logger.warning("words wait to come into the search index", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    /// Puts the words of the oldest marked messages into the index, when there are at least `least`. Gives how many messages they were.
    @discardableResult
    package func merge(least: Int = batch) async throws -> Int {
        try await database.write(isolation: .readCommitted) { try $0.mergeUnindexed(least: least, most: Self.batch) }
    }
}

extension Transaction {
    /// **Takes the marks first**: whoever erases one of these messages waits for us then, and finds its words in the index.
    fileprivate func mergeUnindexed(least: Int, most: Int) throws -> Int {
        let waiting = try rows("SELECT message FROM message_unindexed ORDER BY message LIMIT \(most)")
        guard waiting.count >= max(least, 1) else { return 0 }
        let marks = try waiting.map { try $0.get("message", as: Int64.self) }
        let taken = try rows("DELETE FROM message_unindexed WHERE message IN \(list: marks) RETURNING message")
            .map { try $0.get("message", as: Int64.self) }
        guard !taken.isEmpty else { return 0 }
        let rows = try rows("SELECT id, tokens FROM message_index WHERE id IN \(list: taken)")
        try add(
            try rows.flatMap { row -> [MessageToken] in
                let number: Int64 = try row["id"]
                return MessageToken.unpacked(try row["tokens"]).map { MessageToken(token: $0, message: number) }
            })
        return taken.count
    }

    /// Words into the index, in its order.
    package func add(_ tokens: [MessageToken]) throws {
        var rest = tokens.sorted()[...]
        while !rest.isEmpty {
            // By powers of two, so that a few prepared statements do for every count.
            let count = min(1 << (Int.bitWidth - 1 - rest.count.leadingZeroBitCount), 1024)
            let rows = rest.prefix(count).map { [$0.token.sqlValue, $0.message.sqlValue] }
            try run("INSERT INTO message_token (token, message) VALUES \(rows: rows) ON CONFLICT DO NOTHING")
            rest = rest.dropFirst(count)
        }
    }
}

/// That a message has a word.
package struct MessageToken: Comparable {
    package let token: Int64
    package let message: Int64

    package init(token: Int64, message: Int64) {
        (self.token, self.message) = (token, message)
    }

    package static func < (one: Self, other: Self) -> Bool { (one.token, one.message) < (other.token, other.message) }

    /// The words of one message as `message_index` keeps them.
    static func packed(_ tokens: [Int64]) -> [UInt8] {
        tokens.flatMap { token in withUnsafeBytes(of: token.bigEndian, Array.init) }
    }

    static func unpacked(_ bytes: [UInt8]) -> [Int64] {
        stride(from: 0, to: bytes.count - 7, by: 8).map { start in bytes[start..<start + 8].reduce(Int64(0)) { $0 << 8 | Int64($1) } }
    }
}
