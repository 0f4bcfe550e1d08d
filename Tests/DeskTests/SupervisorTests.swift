import Accounts
import Conversations
import Foundation
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Desk

/// Those who look after the agents: they see, read along, advise and take over, and the visitor sees that they do.
@Suite(.timeLimit(.minutes(3))) struct SupervisorTests {
    /// Dan answers, Finn looks after him, Gita sees figures alone.
    private func shop(on engine: Engine = .sqlite) async throws -> (shop: Shop, dan: Lodger, finn: Lodger, gita: Lodger) {
        let shop = try await Shop.open(on: engine, agents: ["Dan", "Finn", "Gita"])
        let (dan, finn, gita) = (shop.agents[0], shop.agents[1], shop.agents[2])
        try await shop.house.house.stores.data.write { transaction in
            for (lodger, role) in [(finn, "supervisor"), (gita, "viewer")] {
                try transaction.run("UPDATE account_role SET role = \(role) WHERE person_id = \(lodger.person)")
                try transaction.run("DELETE FROM agent WHERE person_id = \(lodger.person)")
            }
        }
        return (shop, dan, finn, gita)
    }

    private func board(_ shop: Shop, as lodger: Lodger) async throws -> TestBrowser.Answer {
        try await TestBrowser(shop.house, as: lodger).get("/desk/wallboard")
    }

    @Test("C18, C54: a supervisor reads along, advises and takes over, and the visitor sees each of it", arguments: Engine.all)
    func readsAdvisesTakesOver(on engine: Engine) async throws {
        let (shop, lodgerDan, lodgerFinn, _) = try await shop(on: engine)
        let dan = try await shop.page(of: lodgerDan)
        let finn = try await shop.page(of: lodgerFinn)
        let cleo = try await shop.visitor()
        let about = #""conversation":"\#(cleo.conversation)""#
        dan.command("enquiry.take", about)
        _ = try await dan.next("ack")
        dan.command("listen", #""stream":"team/\#(cleo.conversation)","after":0"#)
        _ = try await dan.next("ack")

        finn.command("enquiry.open", about)
        _ = try await finn.next("ack")
        let visitor = try await shop.page(of: cleo, from: ["conversation/\(cleo.conversation)": 0])
        #expect(try await visitor.next { $0.kind == "staff.read" }.text.contains("Finn"), "she sees who reads along")
        finn.command("note.add", about + #","text":"Offer her a new parcel.""#)
        _ = try await finn.next("ack")
        #expect(try await dan.next { $0.kind == "note.added" }.text.contains("new parcel"))

        finn.command("enquiry.takeOver", about)
        _ = try await finn.next("ack")
        #expect(try await visitor.next { $0.kind == "participant.joined" && $0.text.contains("Finn") }.kind != nil)
        _ = try await dan.next("enquiry.takenOver")
        finn.command("message.send", about + #","text":"I am looking into it myself.""#)
        #expect(try await visitor.next { $0.kind == "message.sent" && $0.text.contains("myself") }.kind != nil)
        #expect(visitor.waiting.allSatisfy { !$0.text.contains("new parcel") }, "advice is quiet")
        let id = try #require(ConversationID(cleo.conversation))
        #expect(try await shop.house.house.stores.data.read { try $0.enquiry(id) }?.agent == lodgerFinn.person)
        dan.command("enquiry.takeOver", about)
        #expect(try await dan.next("refused").problem != nil, "an agent may not")
        try await shop.house.stop()
    }

    @Test("The wallboard is told of changes, alerts, and shows no names to those who see figures alone") func wallboard() async throws {
        let (shop, lodgerDan, lodgerFinn, lodgerGita) = try await shop()
        try await shop.house.house.stores.data.write { transaction in
            var rules = QueueRules()
            rules.alertWaiting = 1
            try transaction.put(rules, for: shop.queue.id)
        }
        let dan = try await shop.page(of: lodgerDan)
        let finn = try await shop.page(of: lodgerFinn)
        #expect(try await !board(shop, as: lodgerFinn).text.contains("Too many wait"))
        _ = try await shop.visitor()
        // Dan's coming may be told first.
        var seen = ""
        while !seen.contains("Too many wait") {
            _ = try await finn.next("wallboard.changed")
            seen = try await board(shop, as: lodgerFinn).text
        }
        #expect(seen.contains("Orders") && seen.contains(">Dan<"))
        let figures = try await board(shop, as: lodgerGita)
        #expect(figures.status == 200 && figures.text.contains("Orders"))
        #expect(!figures.text.contains(">Dan<"), "how many, not who")
        #expect(try await board(shop, as: lodgerDan).status == 403)
        dan.close()
        try await shop.house.stop()
    }

    @Test func whatIsTypedAboutHoursAndSkills() {
        let spans = BusinessHours.Span.list("9:00-12:00, 13-18:30")
        #expect(spans == [.init(540, 720), .init(780, 1110)])
        #expect(BusinessHours.Span.text(spans ?? []) == "9:00-12:00, 13:00-18:30")
        #expect(BusinessHours.Span.list("18:00-9:00") == nil)
        #expect(BusinessHours.Span.list("25:00-26:00") == nil)
        #expect(BusinessHours.Span.list("") == [])
        #expect(SkillList.read("returns 3, Billing") == ["returns": 3, "billing": 1])
    }
}
