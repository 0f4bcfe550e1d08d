import Desk
import Foundation
import Storage
import TestKit
import Testing
import Vocabulary
import Web

/// What a team does with a conversation, and who is in it afterwards.
@Suite(.timeLimit(.minutes(3))) struct InboxCareTests {
    private struct Named: Decodable {
        let name: String?
        let to: String?
        let text: String?
    }

    @Test("who passes a conversation on is out of it, and the next one has all of it", arguments: Engine.all)
    func aTransferEndsThePlaceOfWhoeverPassesItOn(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let (dan, eve) = (try await shop.page(of: shop.agents[0]), try await shop.page(of: shop.agents[1]))
        let cleo = try await shop.visitor("Where is my order?")
        let (stream, team) = ("conversation/\(cleo.conversation)", "team/\(cleo.conversation)")
        let page = try await shop.page(of: cleo, from: [stream: 0])
        _ = try await dan.asked("enquiry.take", cleo.wish)
        _ = try await dan.asked("listen", #""stream":"\#(stream)""#)
        _ = try await dan.asked("listen", #""stream":"\#(team)""#)
        _ = try await dan.asked("note.add", cleo.saying("She called before."))
        _ = try await dan.asked("enquiry.transfer", #"\#(cleo.wish),"person":"\#(shop.agents[1].id)""#)
        var lost: Set<String?> = []
        for _ in 0..<2 { lost.insert(try await dan.next("unheard").stream) }
        #expect(lost == [stream, team])
        #expect(try await dan.answered("message.send", cleo.saying("Wait")).type == "refused")
        #expect(try await page.next { $0.kind == "participant.left" }.body(Named.self).name == "Dan", "the visitor sees who left")
        #expect(try await eve.next { $0.kind == "enquiry.transferred" }.stream == "notices")
        let view = try await eve.asked("enquiry.open", cleo.wish)
        #expect(view.text.contains("Where is my order?"))
        #expect(view.text.contains(#""part":"agent""#))
        _ = try await eve.asked("listen", #""stream":"\#(team)","after":0"#)
        #expect(try await eve.next { $0.kind == "note.added" }.body(Named.self).text == "She called before.")
        #expect(try await eve.next { $0.kind == "enquiry.transferred" && $0.stream == team }.body(Named.self).to == "Eve")
        _ = try await eve.asked("message.send", cleo.saying("I have it now."))
        #expect(try await page.next { $0.kind == "message.sent" && $0.text.contains("I have it now") }.body(Named.self).name == "Eve")
        #expect(!page.waiting.contains { $0.text.contains("She called before") }, "a note is for the team alone")
        try await shop.house.stop()
    }

    @Test("who is not, or no longer, of the queue cannot open what is in it", arguments: Engine.all)
    func onlyTheQueueOpens(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine, agents: ["Dan", "Eve", "Finn"])
        let (dan, eve) = (try await shop.page(of: shop.agents[0]), try await shop.page(of: shop.agents[1]))
        let data = shop.house.house.stores.data
        let other = Queue(id: .init(at: SystemClock().now), name: "Billing")
        let (finn, orders) = (shop.agents[2].person, shop.queue.id)
        try await data.write { transaction in
            try transaction.add(other, at: SystemClock().now)
            try transaction.run("UPDATE queue_agent SET queue_id = \(other.id) WHERE person_id = \(finn)")
        }
        let billing = try await shop.page(of: shop.agents[2])
        let cleo = try await shop.visitor("Where is my order?")
        for command in ["enquiry.open", "enquiry.take", "enquiry.card"] {
            #expect(try await billing.answered(command, cleo.wish).type == "refused", "\(command)")
        }
        #expect(!(try await billing.asked("desk.line", cleo.wish)).text.contains("queueName"))
        #expect(!(try await billing.asked("desk.inbox", #""view":"waiting""#)).text.contains(cleo.conversation))
        _ = try await dan.asked("enquiry.take", cleo.wish)
        _ = try await eve.asked("enquiry.open", cleo.wish)
        _ = try await dan.asked("enquiry.transfer", #"\#(cleo.wish),"queue":"\#(other.id)""#)
        for page in [dan, eve] {
            #expect(try await page.answered("conversation.open", cleo.wish).type == "refused", "the place ended")
            #expect(try await page.answered("enquiry.open", cleo.wish).type == "refused", "and there is no way back")
        }
        _ = try await billing.asked("enquiry.take", cleo.wish)
        try await data.write { try $0.run("DELETE FROM queue_agent WHERE queue_id = \(orders)") }
        let noor = try await shop.visitor("Another one")
        #expect(try await dan.answered("enquiry.open", noor.wish).type == "refused")
        try await shop.house.stop()
    }

    @Test("whoever is invited or named in a note is told, and may come in", arguments: Engine.all)
    func colleaguesAreAskedIn(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let (dan, eve) = (try await shop.page(of: shop.agents[0]), try await shop.page(of: shop.agents[1]))
        let (eveID, orders) = (shop.agents[1].person, shop.queue.id)
        try await shop.house.house.stores.data.write {
            try $0.run("DELETE FROM queue_agent WHERE person_id = \(eveID) AND queue_id = \(orders)")
        }
        let cleo = try await shop.visitor()
        _ = try await dan.asked("enquiry.take", cleo.wish)
        #expect(try await eve.answered("enquiry.open", cleo.wish).type == "refused")
        _ = try await dan.asked("enquiry.mention", #"\#(cleo.wish),"person":"\#(shop.agents[1].id)""#)
        #expect(try await eve.next { $0.kind == "enquiry.mentioned" }.text.contains(cleo.conversation))
        let mine = try await eve.asked("desk.inbox", #""view":"mine""#).body(InboxTests.Page.self)
        #expect(mine.lines.map(\.isInvited) == [true])
        _ = try await eve.asked("enquiry.open", cleo.wish)
        _ = try await eve.asked("message.send", cleo.saying("I can help too."))
        _ = try await dan.asked("enquiry.close", cleo.wish)
        #expect(try await eve.answered("enquiry.open", cleo.wish).type == "refused", "the invitation ends with the conversation")
        try await shop.house.stop()
    }

    @Test("of a merged conversation it is said where it goes on; what was said stays", arguments: Engine.all)
    func mergingSaysWhereItGoesOn(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let dan = try await shop.page(of: shop.agents[0])
        let (first, second) = (try await shop.visitor("One"), try await shop.visitor("Two"))
        for caller in [first, second] { _ = try await dan.asked("enquiry.take", caller.wish) }
        let page = try await shop.page(of: first, from: ["conversation/\(first.conversation)": 0])
        _ = try await dan.asked("enquiry.merge", #"\#(first.wish),"into":"\#(second.conversation)""#)
        #expect(try await page.next { $0.kind == "enquiry.merged" }.text.contains(second.conversation))
        _ = try await page.next { $0.kind == "conversation.closed" }
        #expect(try await dan.asked("enquiry.card", first.wish).text.contains(#""mergedInto":"\#(second.conversation)""#))
        #expect(try await page.answered("message.send", first.saying("Hello?")).problem?.type.contains("conversationClosed") == true)
        try await shop.house.stop()
    }

    @Test("a blocked visitor's token opens nothing, and nothing of their browser is kept", arguments: Engine.all)
    func blockingEndsTheToken(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let dan = try await shop.page(of: shop.agents[0])
        let cleo = try await shop.visitor("Rude words")
        let page = try await shop.page(of: cleo)
        _ = try await dan.asked("enquiry.take", cleo.wish)
        _ = try await dan.asked("enquiry.block", cleo.wish)
        #expect(try await page.closeCode() == 4001)
        await #expect(throws: (any Error).self) { _ = try await shop.page(of: cleo) }
        #expect(try await dan.reaches("closed", cleo))
        try await shop.house.stop()
    }

    @Test("tags, wrap-ups and saved replies are the team's own words", arguments: Engine.all)
    func theTeamsOwnWords(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let dan = try await shop.page(of: shop.agents[0])
        let data = shop.house.house.stores.data
        let solved = WrapUp(id: .init(at: SystemClock().now), name: "Solved")
        let hello = SavedReply(id: .init(at: SystemClock().now), shortcut: "hello", text: "Hello {visitor.name}!")
        try await data.write { transaction in
            try transaction.add(solved)
            try transaction.put(hello)
        }
        let cleo = try await shop.visitor()
        #expect(try await dan.answered("enquiry.tag", #"\#(cleo.wish),"tag":"late","isOn":true"#).type == "refused", "only who takes part")
        _ = try await dan.asked("enquiry.take", cleo.wish)
        _ = try await dan.asked("enquiry.tag", #"\#(cleo.wish),"tag":" Late ","isOn":true"#)
        _ = try await dan.asked("enquiry.wrapUp", #"\#(cleo.wish),"wrapUp":"\#(solved.id)""#)
        let line = try await dan.asked("desk.line", cleo.wish).body(InboxTests.LineAnswer.self).line
        #expect(line?.tags == ["late"])
        let overview = try await dan.asked("desk.overview").text
        #expect(overview.contains("Hello {visitor.name}!") && overview.contains("Solved") && overview.contains(#""late""#))
        let card = try await dan.asked("enquiry.card", cleo.wish).text
        #expect(card.contains(#""wrapUp":"Solved""#))
        #expect(card.contains(#""kind":"enquiry.wrappedUp""#) && card.contains(#""kind":"opened""#), "and when, by whom")
        try await shop.house.stop()
    }

    @Test(
        "C54: staff keep their place ten minutes after the end, then they must open it again, which is written down", arguments: Engine.all)
    func whatHasEndedIsReadByOpeningIt(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let dan = try await shop.page(of: shop.agents[0])
        let cleo = try await shop.visitor()
        let (desk, data) = (shop.house.house.desk, shop.house.house.stores.data)
        _ = try await dan.asked("enquiry.take", cleo.wish)
        _ = try await dan.asked("enquiry.close", cleo.wish)
        try await desk.endPlacesInClosed()
        _ = try await dan.asked("conversation.open", cleo.wish)
        let elevenMinutes = Int64(11 * 60 * 1000)
        try await data.write { try $0.run("UPDATE conversation SET closed_at = closed_at - \(elevenMinutes)") }
        try await desk.endPlacesInClosed()
        #expect(try await dan.answered("conversation.open", cleo.wish).type == "refused")
        _ = try await dan.asked("enquiry.open", cleo.wish)
        let reads = try await data.read { try $0.rows("SELECT id FROM staff_read").count }
        #expect(reads == 2)
        try await shop.house.stop()
    }

    @Test("who is taken out of a queue hears nothing further of what is in it", arguments: Engine.all)
    func leavingAQueueEndsItsPlaces(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let (dan, eve) = (try await shop.page(of: shop.agents[0]), try await shop.page(of: shop.agents[1]))
        let cleo = try await shop.visitor()
        let (orders, eveID) = (shop.queue.id, shop.agents[1].person)
        _ = try await dan.asked("enquiry.take", cleo.wish)
        _ = try await eve.asked("enquiry.open", cleo.wish)
        _ = try await eve.asked("listen", #""stream":"conversation/\#(cleo.conversation)""#)
        try await shop.house.house.stores.data.write {
            try $0.run("DELETE FROM queue_agent WHERE person_id = \(eveID) AND queue_id = \(orders)")
        }
        try await shop.house.house.desk.endPlaces(of: eveID)
        #expect(try await eve.next("unheard").stream == "conversation/\(cleo.conversation)")
        #expect(try await eve.answered("conversation.open", cleo.wish).type == "refused")
        try await shop.house.stop()
    }

    @Test("who loses their role is out of every conversation at once, and their open pages with them", arguments: Engine.all)
    func losingARoleEndsItsPlaces(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let (eve, cleo) = (try await shop.page(of: shop.agents[1]), try await shop.visitor())
        let (accounts, eveID) = (shop.house.house.accounts, shop.agents[1].person)
        _ = try await eve.asked("enquiry.open", cleo.wish)
        let owner = Principal.Member(person: shop.agents[0].person, session: "test", roles: [.owner, .member], name: Redacted("Hugo"))
        try await accounts.appoint(eveID, as: .member, by: owner)
        #expect(try await eve.next("goodbye").type == "goodbye")
        let later = try await shop.page(of: shop.agents[1])
        #expect(try await later.answered("conversation.open", cleo.wish).type == "refused")
        #expect(try await later.answered("enquiry.open", cleo.wish).type == "refused")
        let left = try await shop.house.house.stores.data.read { try $0.places(of: eveID).count }
        #expect(left == 0)
        try await shop.house.stop()
    }

    @Test("earlier conversations are shown of whoever the shop vouched for, and of nobody else", arguments: Engine.all)
    func onlyTheKnownHaveAPast(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let dan = try await shop.page(of: shop.agents[0])
        let known = Visitor.Card(name: "Cleo", email: "cleo@example.org", subject: "customer-17")
        let unknown = Visitor.Card(name: "Cleo", email: "cleo@example.org")
        let first = try await shop.ask("One", card: known)
        let second = try await shop.ask("Two", card: known)
        let third = try await shop.ask("Three", card: unknown)
        for id in [second, third] { _ = try await dan.asked("enquiry.open", #""conversation":"\#(id)""#) }
        let card = try await dan.asked("enquiry.card", #""conversation":"\#(second)""#).text
        #expect(card.contains(first) && !card.contains(third))
        let stranger = try await dan.asked("enquiry.card", #""conversation":"\#(third)""#).text
        #expect(!stranger.contains(first) && !stranger.contains(second), "a name and an address prove nothing")
        try await shop.house.stop()
    }
}
