@testable import Conversations
import Storage
import TestKit
import Testing
import Vocabulary

/// Words come into the search index later than their messages, and nobody sees a difference.
@Suite(.timeLimit(.minutes(5))) struct MessageIndexerTests {
    private static let words = ["kettle", "kettledrum", "parcel", "bleue", "late", "refund"]

    @Test(
        "What is found does not depend on when words come into the index, through additions, changes and erasures",
        arguments: Engine.all, [1, 2, 3] as [UInt64])
    func sameAnswers(on engine: Engine, seed: UInt64) async throws {
        let shop = try await Shop.open(on: engine)
        let id = try await shop.begun().id
        let (conversations, database) = (shop.conversations, shop.database)
        let start = SystemClock().now
        var chance = Seeded(seed)
        var said: [Int: Set<String>] = [:]
        for step in 1...120 {
            switch Int.random(in: 0..<10, using: &chance) {
            case 0: _ = try await conversations.indexer.merge(least: 1)
            case 1 where !said.isEmpty:
                let gone = said.keys.sorted().randomElement(using: &chance) ?? 0
                said[gone] = nil
                try await database.write { try $0.eraseIndex(of: id, sequence: gone) }
            case 2 where !said.isEmpty:
                let changed = said.keys.sorted().randomElement(using: &chance) ?? 0
                let words = Self.some(&chance)
                said[changed] = words
                try await database.write { transaction in
                    try transaction.eraseIndex(of: id, sequence: changed)
                    try transaction.index(
                        conversations.indexed(words.joined(separator: " ")), of: changed, in: id, at: start + .milliseconds(changed))()
                }
            default:
                let words = Self.some(&chance)
                said[100 + step] = words
                try await database.write {
                    try $0.index(
                        conversations.indexed(words.joined(separator: " ")), of: 100 + step, in: id, at: start + .milliseconds(100 + step))()
                }
            }
            guard step.isMultiple(of: 5) else { continue }
            let wanted = Self.some(&chance)
            let expected = said.filter { _, words in wanted.allSatisfy { want in words.contains { $0.hasPrefix(want.prefix(8)) } } }
            let found = try await Self.everything(wanted.joined(separator: " "), in: conversations)
            #expect(found == expected.keys.sorted(by: >), "step \(step) of seed \(seed): \(wanted)")
        }
        try await Self.expectNoOrphans(in: database)
        try await shop.house.stop()
    }

    @Test("A message that is taken back while its words come into the index leaves none of them there", arguments: Engine.all)
    func erasedMeanwhile(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let id = try await shop.begun().id
        let (conversations, database) = (shop.conversations, shop.database)
        let now = SystemClock().now
        // More words than come in at a time.
        let others = (0..<16).map { "word\($0)after\($0)" }.joined(separator: " ")
        for round in 0..<20 {
            let sequences = 1000 + round * 10..<1010 + round * 10
            try await database.write { transaction in
                for sequence in sequences {
                    try transaction.index(conversations.indexed("zebra kettle \(others)"), of: sequence, in: id, at: now)()
                }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await conversations.indexer.merge(least: 1) }
                group.addTask { _ = try await conversations.indexer.merge(least: 1) }
                for sequence in sequences { group.addTask { try await database.write { try $0.eraseIndex(of: id, sequence: sequence) } } }
                try await group.waitForAll()
            }
        }
        _ = try await conversations.indexer.merge(least: 1)
        #expect(try await Self.everything("zebra", in: conversations).isEmpty)
        try await Self.expectNoOrphans(in: database)
        try await shop.house.stop()
    }

    @Test("What a merge that failed half-way had brought in is found once, and the next one brings the rest")
    func failedHalfWay() async throws {
        // On PostgreSQL all comes in with one transaction.
        let shop = try await Shop.open(on: .sqlite)
        let id = try await shop.begun().id
        let (conversations, database) = (shop.conversations, shop.database)
        let now = SystemClock().now
        let others = (0..<40).map { "word\($0)after" }.joined(separator: " ")
        try await database.write { transaction in
            for sequence in 1000..<1010 {
                try transaction.index(conversations.indexed("zebra \(others)"), of: sequence, in: id, at: now)()
            }
            try transaction.run(
                """
                CREATE TRIGGER full_disk BEFORE INSERT ON message_token WHEN NEW.token > 0
                BEGIN SELECT RAISE(FAIL, 'no space left'); END
                """)
        }
        await #expect(throws: StorageError.self) { _ = try await conversations.indexer.merge(least: 1) }
        @Sendable func words() async throws -> Int {
            try await database.read { try $0.first("SELECT count(*) AS n FROM message_token")?.get("n") ?? 0 }
        }
        #expect(try await words() > 0, "some had come in")
        for word in 0..<40 { #expect(try await Self.everything("word\(word)after", in: conversations).sorted() == Array(1000..<1010)) }
        try await database.write { try $0.run("DROP TRIGGER full_disk") }
        #expect(try await conversations.indexer.merge(least: 1) == 11)
        for word in 0..<40 { #expect(try await Self.everything("word\(word)after", in: conversations).sorted() == Array(1000..<1010)) }
        #expect(try await conversations.indexer.merge(least: 1) == 0)
        try await shop.house.stop()
    }

    @Test("Enough messages bring their words into the index, and fewer wait", arguments: Engine.all)
    func batches(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let id = try await shop.begun().id
        let (conversations, database) = (shop.conversations, shop.database)
        let now = SystemClock().now
        @Sendable func waiting() async throws -> Int {
            try await database.read { try $0.first("SELECT count(*) AS n FROM message_unindexed")?.get("n") ?? 0 }
        }
        try await database.write { transaction in
            for sequence in 1000..<1000 + MessageIndexer.batch {
                try transaction.index(conversations.indexed("zebra"), of: sequence, in: id, at: now)()
            }
        }
        conversations.indexer.said(MessageIndexer.batch)
        try await Eventually.holds { try await waiting() < MessageIndexer.batch }
        #expect(try await waiting() == 1, "the first message waits for the next batch")
        #expect(try await conversations.indexer.merge() == 0)
        #expect(try await Self.everything("hello", in: conversations).count == 1)
        #expect(try await Self.everything("zebra", in: conversations).count == MessageIndexer.batch)
        try await shop.house.stop()
    }

    @Test("C58: a conversation that is erased takes its words along, those in the index and those that wait", arguments: Engine.all)
    func erased(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let cleo = try await shop.visitor("zebra")
        let ivy = try await shop.visitor("zebra kettle", name: "Ivy")
        let (conversations, database) = (shop.conversations, shop.database)
        #expect(try await conversations.indexer.merge(least: 1) == 2)
        _ = try await shop.visitor("parcel", name: "Ben")
        for gone in [cleo.conversation, ivy.conversation] {
            let id = try #require(ConversationID(gone))
            try await database.write { try conversations.erase(id, in: $0) }
        }
        try await Self.expectNoOrphans(in: database)
        #expect(try await database.read { try $0.exists("SELECT 1 FROM message_token") } == false)
        #expect(try await Self.everything("parcel", in: conversations).count == 1)
        try await shop.house.stop()
    }

    private static func some(_ chance: inout Seeded) -> Set<String> {
        Set((0..<Int.random(in: 1...3, using: &chance)).map { _ in words[Int.random(in: 0..<words.count, using: &chance)] })
    }

    /// All pages one after the other.
    private static func everything(_ text: String, in conversations: Conversations) async throws -> [Int] {
        var found: [Int] = []
        var after: Int64?
        repeat {
            let page = try await conversations.search(text, visible: "1 = 1", after: after)
            found += page.hits.map(\.sequence)
            after = page.after
        } while after != nil
        return found
    }

    private static func expectNoOrphans(in database: Database) async throws {
        let orphans: SQL = "SELECT count(*) AS n FROM message_token WHERE message NOT IN (SELECT id FROM message_index)"
        #expect(try await database.read { try $0.first(orphans)?.get("n", as: Int.self) } == 0)
    }
}
