import Conversations
import Foundation
import Storage
import TestKit
import Testing
import Vocabulary
import Web

/// What is said while something else happens to the conversation. A message waits for nothing but the conversation's own row, and that
/// must be enough.
@Suite(.timeLimit(.minutes(5))) struct AtOnceTests {
    @Test(
        "C07: what is said while a conversation without a transcript ends is refused, or gone with it", arguments: Engine.all)
    func ending(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine, keepsTranscript: false)
        let (conversations, database) = (shop.conversations, shop.database)
        for round in 0..<10 {
            let (id, person) = try await shop.begun("hello \(round)")
            let said = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        let command = try #require(CommandID(UUID().uuidString.lowercased()))
                        do {
                            try await conversations.say("kettle \(number)", id: command, in: id, by: person)
                            return true
                        } catch let problem as Problem where problem == .conversationClosed {
                            return false
                        }
                    }
                }
                group.addTask {
                    try await conversations.close(id, by: nil, as: nil)
                    return false
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            let left = try await database.read { transaction in
                (
                    try transaction.run(
                        "SELECT kind FROM stream_event WHERE owner = \(StreamID("conversation", about: id).owner) AND kind = 'message.sent'"
                    ).count,
                    try transaction.exists("SELECT 1 FROM message_index WHERE conversation_id = \(id)")
                )
            }
            #expect(left.0 == 0 && !left.1, "\(said) were said in round \(round)")
        }
        try await shop.house.stop()
    }

    @Test("Complaint 2: messages of many at once in one conversation have numbers without holes and are kept once", arguments: Engine.all)
    func together(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let (id, person) = try await shop.begun()
        let conversations = shop.conversations
        // Each is sent three times at once, as by a page that was cut off.
        let ids = try (0..<40).map { _ in try #require(CommandID(UUID().uuidString.lowercased())) }
        let sequences = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for attempt in 0..<120 {
                group.addTask {
                    (
                        attempt % 40,
                        try await conversations.say("number \(attempt % 40)", id: ids[attempt % 40], in: id, by: person).sequence
                    )
                }
            }
            return try await group.reduce(into: [Int: Set<Int>]()) { $0[$1.0, default: []].insert($1.1) }
        }
        #expect(sequences.values.allSatisfy { $0.count == 1 })
        let all = Set(sequences.values.flatMap(\.self))
        let lowest = try #require(all.min())
        #expect(all == Set(lowest..<lowest + 40))
        try await shop.house.stop()
    }
}
