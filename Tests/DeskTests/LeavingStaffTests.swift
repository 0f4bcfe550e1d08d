import Conversations
import Foundation
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Desk

/// Somebody stops answering visitors from one moment to the next. Nobody waits for them, and they read nothing more.
@Suite(.timeLimit(.minutes(3))) struct LeavingStaffTests {
    enum Way: CaseIterable {
        case suspended, roleLost
    }

    private static let cases = Way.allCases.flatMap { way in Engine.all.map { (way, $0) } }

    /// A shop that gives out by itself, and whose own patience is longer than this test's.
    private static func shop(on engine: Engine) async throws -> Shop {
        let shop = try await Shop.open(on: engine)
        var rules = QueueRules.automatic
        (rules.offerSeconds, rules.reassignSeconds) = (600, nil)
        try await shop.house.house.stores.data.write { [rules] in try $0.put(rules, for: shop.queue.id) }
        return shop
    }

    /// The page of the first who comes, once everybody knows that they are there.
    private static func page(of agent: Lodger, in shop: Shop) async throws -> FakeBrowser {
        let page = try await shop.page(of: agent)
        try await Eventually.holds { try await shop.house.house.desk.isStaffed(shop.queue.id) }
        return page
    }

    private static func enquiry(_ caller: Shop.Caller, in shop: Shop) async throws -> Enquiry {
        let id = try #require(ConversationID(caller.conversation))
        return try #require(try await shop.house.house.stores.data.read { try $0.enquiry(id) })
    }

    private static func places(of person: PersonID, in shop: Shop) async throws -> Int {
        try await shop.house.house.stores.data.read { try $0.places(of: person).count }
    }

    @Test(
        "Complaint 7: who is suspended or loses their role is out of every conversation, and all they had is offered to somebody else at once",
        arguments: cases)
    func goesOn(_ way: Way, on engine: Engine) async throws {
        let shop = try await Self.shop(on: engine)
        let (dan, eve) = (shop.agents[0], shop.agents[1])
        // Only Eve is there.
        let evesPage = try await Self.page(of: eve, in: shop)
        let (taken, offered) = (try await shop.visitor("One"), try await shop.visitor("Two"))
        for _ in 0..<2 { _ = try await evesPage.next("offer.made") }
        _ = try await evesPage.asked("offer.accept", taken.wish)
        let cleo = try await shop.page(of: taken, from: ["conversation/\(taken.conversation)": 0])
        let dansPage = try await shop.page(of: dan)

        let hugo = Principal.Member(person: dan.person, session: "test", roles: [.owner, .member], name: Redacted("Hugo"))
        let accounts = shop.house.house.accounts
        switch way {
        case .suspended: try await accounts.suspend(eve.person, by: hugo)
        case .roleLost: try await accounts.appoint(eve.person, as: .member, by: hugo)
        }
        var ids: Set<String> = []
        for _ in 0..<2 { ids.insert(try await dansPage.next("offer.made", within: .seconds(20)).decode(Offer.self).conversation) }
        #expect(ids == [taken.conversation, offered.conversation])
        _ = try await cleo.next { $0.kind == "participant.left" && $0.text.contains("Eve") }
        #expect(try await Self.places(of: eve.person, in: shop) == 0)
        _ = try await dansPage.asked("offer.accept", taken.wish)
        #expect(try await Self.enquiry(taken, in: shop).agent == dan.person)
        let answer = try await dansPage.answered("enquiry.transfer", #"\#(taken.wish),"person":"\#(eve.id)""#)
        #expect(answer.problem?.type.contains("notAnAgent") == true, "nothing is given to them")
        #expect(try await !dansPage.asked("desk.overview").text.contains(eve.id))
        switch way {
        case .suspended: #expect(try await evesPage.closeCode() == 4001)
        case .roleLost:
            _ = try await evesPage.next("goodbye")
            let later = try await shop.page(of: eve)
            #expect(try await later.answered("conversation.open", taken.wish).type == "refused")
        }
        try await shop.house.stop()
    }

    private struct Offer: Decodable {
        let conversation: String
    }

    @Test(
        "Complaint 7: what a server left behind that was killed in between, or somebody whose account is gone, is found",
        arguments: Engine.all
    )
    func leftBehind(on engine: Engine) async throws {
        let shop = try await Self.shop(on: engine)
        let (data, desk) = (shop.house.house.stores.data, shop.house.house.desk)
        let (dan, eve) = (shop.agents[0], shop.agents[1])
        let page = try await Self.page(of: eve, in: shop)
        let (suspended, deleted) = (try await shop.visitor("One"), try await shop.visitor("Two"))
        _ = try await page.asked("enquiry.open", suspended.wish)
        for (caller, agent) in [(suspended, eve), (deleted, dan)] {
            let id = try #require(ConversationID(caller.conversation))
            try await data.write { transaction in
                try transaction.run("UPDATE enquiry SET state = 'active', agent_id = \(agent.person) WHERE conversation_id = \(id)")
            }
        }
        try await desk.putBackLeftBehind()
        for caller in [suspended, deleted] { #expect(try await Self.enquiry(caller, in: shop).state == .active, "they are there") }
        try await data.write { transaction in
            try transaction.run("UPDATE account SET state = 'suspended' WHERE person_id = \(eve.person)")
            try transaction.run("DELETE FROM account WHERE person_id = \(dan.person)")
            try transaction.run("DELETE FROM profile WHERE person_id = \(dan.person)")
        }
        try await desk.putBackLeftBehind()
        for caller in [suspended, deleted] {
            let enquiry = try await Self.enquiry(caller, in: shop)
            #expect(enquiry.state == .waiting && enquiry.agent == nil)
        }
        #expect(try await Self.places(of: eve.person, in: shop) == 0)
        try await shop.house.stop()
    }

    @Test("what somebody put aside is nobody's when its time comes", arguments: Engine.all)
    func snoozed(on engine: Engine) async throws {
        let shop = try await Self.shop(on: engine)
        let (dan, eve) = (shop.agents[0], shop.agents[1])
        let page = try await Self.page(of: eve, in: shop)
        let cleo = try await shop.visitor()
        _ = try await page.next("offer.made")
        _ = try await page.asked("offer.accept", cleo.wish)
        _ = try await page.asked("enquiry.snooze", cleo.wish)
        let hugo = Principal.Member(person: dan.person, session: "test", roles: [.owner, .member], name: Redacted("Hugo"))
        try await shop.house.house.accounts.suspend(eve.person, by: hugo)
        let aside = try await Self.enquiry(cleo, in: shop)
        #expect(aside.state == .snoozed && aside.agent == nil)
        let visitor = try await shop.page(of: cleo)
        let dansPage = try await shop.page(of: dan)
        _ = try await visitor.asked("message.send", cleo.saying("Are you there?"))
        _ = try await dansPage.next("offer.made", within: .seconds(20))
        try await shop.house.stop()
    }
}
