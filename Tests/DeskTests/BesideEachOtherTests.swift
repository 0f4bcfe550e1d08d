import Conversations
import Dispatch
import Foundation
import Server
import Storage
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

@testable import Desk

/// What a team does at the same moment on PostgreSQL, where transactions run beside each other.
@Suite(.timeLimit(.minutes(3)), .enabled(if: Engine.all.contains(.postgres))) struct BesideEachOtherTests {
    private func member(_ lodger: Lodger) -> Principal.Member {
        Principal.Member(person: lodger.person, session: "test", roles: [.agent, .member], name: Redacted("Dan"))
    }

    /// Runs `body` while a transaction is under way, which ends afterwards.
    ///
    /// - Returns: how often the transaction was run.
    private func during(
        _ isolation: Isolation, in database: Database, _ transaction: @escaping @Sendable (Transaction) throws -> Void,
        afterwards: @escaping @Sendable (Transaction) throws -> Void = { _ in }, _ body: () async throws -> Void
    ) async throws -> Int {
        let (begun, hasBegun) = AsyncStream<Void>.makeStream()
        let mayEnd = DispatchSemaphore(value: 0)
        async let runs = database.write(isolation: isolation) { [runs = Counted()] held -> Int in
            runs.add()
            try transaction(held)
            hasBegun.finish()
            mayEnd.wait()
            // For the next run, if there is one: nobody is left to wait for then.
            mayEnd.signal()
            try afterwards(held)
            return runs.number
        }
        for await _ in begun {}
        do {
            try await body()
        } catch {
            mayEnd.signal()
            _ = try? await runs
            throw error
        }
        mayEnd.signal()
        return try await runs
    }

    @Test("Who asks, takes or ends something collides with nothing that is given out meanwhile")
    func givenOutMeanwhile() async throws {
        let shop = try await Shop.open(on: .postgres)
        let desk = shop.house.house.desk
        let dan = member(shop.agents[0])
        let (taken, ended, offered) = (try await shop.begun().id, try await shop.begun().id, try await shop.begun().id)
        _ = try await desk.open(ended, as: dan, takes: true)
        // They let an offer pass before: whoever gives out and whoever takes both have to do with that.
        try await shop.database.write {
            try $0.put(QueueRules.automatic, for: shop.queue.id)
            try $0.put(Abilities(), of: dan.person)
            try $0.run("UPDATE agent_routing SET missed = 0, gone_at = 1 WHERE person_id = \(dan.person)")
        }
        let runs = try await during(.serializable, in: shop.database) { transaction in
            try transaction.takeRoutingTurn()
            _ = try Router.look(in: transaction, at: SystemClock().now)
        } afterwards: { transaction in
            let now = SystemClock().now
            let (router, _) = try Router.look(in: transaction, at: now)
            try transaction.carryOut(
                [.offer(offered, .init(agent: dan.person, until: now + .seconds(20)))], of: router, at: now)
        } _: {
            _ = try await desk.open(taken, as: dan, takes: true)
            try await desk.close(ended, by: dan.person, as: .agent)
            _ = try await desk.begin(.init(text: "Hello", id: try #require(CommandID(UUID().uuidString.lowercased()))), at: shop.site)
        }
        #expect(runs == 1, "what is given out had to be run again")
        try await shop.house.stop()
    }

    @Test("Nobody stays invited to what ends in the same moment") func invitedAtTheEnd() async throws {
        let shop = try await Shop.open(on: .postgres)
        let desk = shop.house.house.desk
        let (dan, eve) = (member(shop.agents[0]), shop.agents[1].person)
        let id = try await shop.begun().id
        _ = try await desk.open(id, as: dan, takes: true)
        let closing = try await shop.conversations.prepareClosing(of: id, by: dan.person, as: .agent)
        let conversations = shop.conversations
        // Ended as `Desk.close` does, and not committed yet.
        let invited = Task<Task<Void, any Error>, any Error> {
            var inviting: Task<Void, any Error>?
            _ = try await during(.readCommitted, in: shop.database) { transaction in
                _ = try conversations.close(closing, in: transaction)
                _ = try transaction.closeEnquiry(id, at: closing.at)
                try transaction.disinviteAll(from: id)
            } _: {
                let task = Task { try await desk.invite(eve, to: id, by: dan) }
                inviting = task
                let isOver = Counted()
                Task {
                    _ = await task.result
                    isOver.add()
                }
                // Somebody waits for a row, or does not and is done.
                try await Eventually.holds {
                    if isOver.number > 0 { return true }
                    return try await shop.database.read {
                        try $0.exists("SELECT 1 AS one FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')")
                    }
                }
            }
            return try #require(inviting)
        }
        await #expect(throws: Problem.conversationClosed) { try await invited.value.value }
        #expect(try await shop.database.read { try !$0.isInvited(eve, to: id) })
        try await shop.house.stop()
    }
}

/// How often something happened.
private final class Counted: Sendable {
    private let count = Mutex(0)
    var number: Int { count.withLock { $0 } }
    func add() { count.withLock { $0 += 1 } }
}
