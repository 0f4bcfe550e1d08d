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
        let (conversations, database, desk) = (shop.conversations, shop.database, shop.house.house.desk)
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
                    try await desk.close(id, by: nil, as: nil)
                    return false
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            let left = try await database.read { transaction in
                (
                    try transaction.rows(
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

    @Test("who left, closed or changed a conversation is not taken for who they were", arguments: Engine.all)
    func nothingIsAllowedByMemory(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let (conversations, database) = (shop.conversations, shop.database)
        let (id, person) = try await shop.begun()
        func say(_ text: String) async throws -> Int {
            try await conversations.say(text, id: try #require(CommandID(UUID().uuidString.lowercased())), in: id, by: person).sequence
        }
        let first = try await say("as I am")
        let before = try #require(await conversations.message(first, in: id))

        // Called otherwise.
        let keeper = try #require(await database.read { try $0.conversation(id) }).keeper
        let name = try await conversations.ground.keys.seal("Renamed", for: keeper, as: Participant.nameColumn)
        let now = conversations.ground.clock.now
        try await database.write { try $0.join(id, person, as: before.part, name: name, at: now) }
        let renamed = try #require(await conversations.message(try await say("as I am now"), in: id))
        #expect((before.name != "Renamed", renamed.name) == (true, "Renamed"))

        // Made to read along.
        try await database.write { try $0.join(id, person, as: .observer, name: name, at: now) }
        await #expect(throws: Problem.forbidden) { try await say("as one who reads along") }
        try await database.write { try $0.join(id, person, as: before.part, name: name, at: now) }
        _ = try await say("as one who speaks")

        // Another rule for card numbers.
        try await database.write { try $0.run("UPDATE conversation SET guard = 'refuse' WHERE id = \(id)") }
        await #expect(throws: Problem.messageSensitive) { try await say("4111 1111 1111 1111") }
        try await database.write { try $0.run("UPDATE conversation SET guard = 'mask' WHERE id = \(id)") }
        #expect(try #require(await conversations.message(try await say("4111 1111 1111 1111"), in: id)).masked != nil)

        // Closed, opened, left.
        try await database.write { _ = try $0.setState(of: id, to: .closed, at: now) }
        await #expect(throws: Problem.conversationClosed) { try await say("into what is closed") }
        try await database.write { _ = try $0.setState(of: id, to: .open, at: now) }
        _ = try await say("into what is open again")
        try await database.write { _ = try $0.leave(id, person, at: now) }
        await #expect(throws: Problem.notFound) { try await say("from outside") }
        try await shop.house.stop()
    }
}
