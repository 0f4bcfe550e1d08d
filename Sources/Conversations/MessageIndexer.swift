import Logging
package import ServiceLifecycle
package import Storage
import Synchronization

/// Puts the words of messages into the search index, those of many messages at once and in the order of the index.
///
/// A message's words lie far apart in the index: written with each message they were half of everything that it wrote. So a message is
/// only marked with its own transaction (`message_unindexed`), and search looks through the few that are marked.
package final class MessageIndexer: Service {
    /// Messages whose words go into the index together. The more they are, the more words go to the same places of the index; search looks
    /// through fewer than that for each node, and those that are said meanwhile.
    package static let batch = 1024
    /// Words that go in at a time where messages would wait for more.
    static let piece = 512

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
        guard database.hasOneWriter else {
            return try await database.write(isolation: .readCommitted) { try $0.mergeUnindexed(least: least, most: Self.batch) }
        }
        guard let begun = try await database.write({ try $0.beginMerge(least: least, most: Self.batch) }) else { return 0 }
        // Looked up and sorted beside the writer, which others wait for.
        var merge = try await database.read { try $0.lookUpTokens(of: begun) }
        while !merge.tokens.isEmpty {
            let before = merge
            merge = try await database.write { try $0.goOn(with: before) }
        }
        let done = merge
        return try await database.write { try $0.end(done) }
    }
}

/// Messages whose words come into the index piece by piece, while others write in between. **Their marks stay until the end**, with this
/// merge's number: a message whose mark is not there any more was taken back, and none of its words come in after that. One that ended
/// early leaves marks that the next one takes.
///
/// A message may be taken back or changed after it was marked, also before its words are looked up: it has lost its mark then, so **each
/// piece looks at the marks again**, within the transaction that writes
/// it. Only for a database with one writer, where nobody takes one back
/// between that look and the words.
private struct Merge {
    let number: Int64
    /// Messages that are marked with the number.
    var messages: [Int64]
    /// What is not in the index yet, in its order.
    var tokens: ArraySlice<MessageToken>
}

extension Transaction {
    fileprivate func beginMerge(least: Int, most: Int) throws -> Merge? {
        let marks = try oldestMarks(most)
        guard marks.count >= max(least, 1) else { return nil }
        let number = Int64.random(in: 1 ... .max)
        try run("UPDATE message_unindexed SET merge = \(number) WHERE message IN \(list: marks)")
        return Merge(number: number, messages: marks, tokens: [])
    }

    fileprivate func lookUpTokens(of merge: Merge) throws -> Merge {
        Merge(number: merge.number, messages: merge.messages, tokens: try tokens(of: merge.messages).sorted()[...])
    }

    fileprivate func goOn(with merge: Merge) throws -> Merge {
        var merge = merge
        let marked: Int? = try first("SELECT count(*) AS n FROM message_unindexed WHERE merge = \(merge.number)")?.get("n")
        if marked != merge.messages.count {
            merge.messages = try rows("SELECT message FROM message_unindexed WHERE merge = \(merge.number)")
                .map { try $0.get("message", as: Int64.self) }
            let left = Set(merge.messages)
            merge.tokens = merge.tokens.filter { left.contains($0.message) }[...]
        }
        // What a merge that ended early brought in is there already.
        try add(merge.tokens.prefix(MessageIndexer.piece), skippingKnown: true)
        merge.tokens = merge.tokens.dropFirst(MessageIndexer.piece)
        return merge
    }

    fileprivate func end(_ merge: Merge) throws -> Int {
        try rows("DELETE FROM message_unindexed WHERE merge = \(merge.number) RETURNING message").count
    }

    /// All at once. **Takes the marks first**: whoever erases one of these messages waits for us then, and finds its words in the index.
    fileprivate func mergeUnindexed(least: Int, most: Int) throws -> Int {
        let marks = try oldestMarks(most)
        guard marks.count >= max(least, 1) else { return 0 }
        let taken = try rows("DELETE FROM message_unindexed WHERE message IN \(list: marks) RETURNING message")
            .map { try $0.get("message", as: Int64.self) }
        guard !taken.isEmpty else { return 0 }
        try add(try tokens(of: taken).sorted())
        return taken.count
    }

    private func oldestMarks(_ most: Int) throws -> [Int64] {
        try rows("SELECT message FROM message_unindexed ORDER BY message LIMIT \(most)").map { try $0.get("message", as: Int64.self) }
    }

    private func tokens(of messages: [Int64]) throws -> [MessageToken] {
        try rows("SELECT id, tokens FROM message_index WHERE id IN \(list: messages)").flatMap { row -> [MessageToken] in
            let number: Int64 = try row["id"]
            return MessageToken.unpacked(try row["tokens"]).map { MessageToken(token: $0, message: number) }
        }
    }

    /// Words into the index. They come in the index's order, in which neighbours are on one page.
    package func add(_ tokens: some Collection<MessageToken>, skippingKnown: Bool = false) throws {
        try insert(
            NumberRows(
                into: "message_token", ["token": tokens.map(\.token), "message": tokens.map(\.message)], skipsKnown: skippingKnown))
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
        bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count - 7, by: 8).map { Int64(bigEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Int64.self)) }
        }
    }
}
