import Desk
import Foundation
import Storage
import TestKit
import Testing
import Vocabulary

/// The team's inbox over the live link of a whole Sotto: what stands in the lists, and for whom.
@Suite(.timeLimit(.minutes(3))) struct InboxTests {
    struct Line: Decodable, Equatable {
        let conversation: String
        let state: String
        let isMine: Bool
        let isInvited: Bool
        let name: String?
        let text: String?
        let unread: Int?
        let tags: [String]
    }

    struct Page: Decodable {
        let lines: [Line]
        let next: String?
        let counts: [String: Int]
    }

    struct LineAnswer: Decodable {
        let line: Line?
    }

    @Test("C54: a list shows nothing that a visitor typed to whoever does not take part", arguments: Engine.all)
    func aListTellsNobodyWhatTheyMayNotRead(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let (dan, eve) = (try await shop.page(of: shop.agents[0]), try await shop.page(of: shop.agents[1]))
        let cleo = try await shop.visitor("My secret order", name: "Cleo Marsh")
        for page in [dan, eve] {
            let text = try await page.asked("desk.inbox", #""view":"waiting""#).text
            #expect(text.contains(cleo.conversation))
            #expect(!text.contains("secret") && !text.contains("Marsh"))
        }
        _ = try await dan.asked("enquiry.take", cleo.wish)
        let mine = try await dan.asked("desk.inbox", #""view":"mine""#).body(Page.self)
        #expect(mine.lines.map(\.text) == ["My secret order"])
        #expect(mine.lines.map(\.name) == ["Cleo Marsh"])
        #expect(mine.lines.map(\.unread) == [1])
        #expect(mine.counts == ["mine": 1, "waiting": 0])
        let open = try await eve.asked("desk.inbox", #""view":"open""#)
        #expect(open.text.contains(cleo.conversation))
        #expect(!open.text.contains("secret") && !open.text.contains("Marsh"))
        _ = try await dan.asked("enquiry.close", cleo.wish)
        let closed = try await dan.asked("desk.inbox", #""view":"closed""#)
        #expect(closed.text.contains(cleo.conversation))
        #expect(!closed.text.contains("secret"), "what has ended is read by opening it, which is written down")
        try await shop.house.stop()
    }

    @Test("Complaint 2: every change is told, and the one line it is about can be asked for", arguments: Engine.all)
    func everyChangeIsTold(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let (dan, eve) = (try await shop.page(of: shop.agents[0]), try await shop.page(of: shop.agents[1]))
        let cleo = try await shop.visitor()
        _ = try await eve.next("enquiry.changed")
        #expect(try await eve.reaches("waiting", cleo))
        for (command, expected) in [("enquiry.take", "active"), ("enquiry.snooze", "snoozed"), ("enquiry.rouse", "active")] {
            _ = try await dan.asked(command, cleo.wish)
            #expect(try await eve.reaches(expected, cleo), "\(command)")
        }
        _ = try await dan.asked("enquiry.snooze", cleo.wish)
        #expect(try await eve.reaches("snoozed", cleo))
        let page = try await shop.page(of: cleo)
        _ = try await page.asked("message.send", cleo.saying("I found it!"))
        #expect(try await eve.reaches("active", cleo), "what was put aside comes back when the visitor writes")
        _ = try await dan.asked("enquiry.close", cleo.wish)
        #expect(try await eve.reaches("closed", cleo))
        try await shop.house.stop()
    }

    @Test("a page of fifty, then the rest, each once", arguments: Engine.all)
    func listsComeInPages(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        var all: Set<String> = []
        for number in 0..<60 { all.insert(try await shop.ask("Question \(number)")) }
        let dan = try await shop.page(of: shop.agents[0])
        for view in ["waiting", "open"] {
            var found: [String] = []
            var after = ""
            repeat {
                let page = try await dan.asked("desk.inbox", #""view":"\#(view)"\#(after)"#).body(Page.self)
                #expect(page.lines.count <= 50)
                found += page.lines.map(\.conversation)
                after = page.next.map { #","after":"\#($0)""# } ?? ""
            } while !after.isEmpty
            #expect(found.count == 60)
            #expect(Set(found) == all)
        }
        try await shop.house.stop()
    }

    @Test("C54: a log that fails refuses the read, and nothing was sent", arguments: Engine.all)
    func aFailingLogRefusesTheRead(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let dan = try await shop.page(of: shop.agents[0])
        let cleo = try await shop.visitor("My secret order")
        let data = shop.house.house.stores.data
        try await data.write { try $0.run("ALTER TABLE staff_read RENAME TO staff_read_gone") }
        for command in ["enquiry.open", "enquiry.take"] {
            dan.command(command, cleo.wish)
            let answer = try await dan.next { ["ack", "refused"].contains($0.type) }
            #expect(answer.type == "refused")
            #expect(!answer.text.contains("secret"))
        }
        dan.command("listen", #""stream":"conversation/\#(cleo.conversation)","after":0"#)
        #expect(try await dan.next { ["ack", "refused"].contains($0.type) }.type == "refused")
        dan.command("enquiry.card", cleo.wish)
        #expect(try await dan.next { ["ack", "refused"].contains($0.type) }.type == "refused")
        let line = try await dan.asked("desk.line", cleo.wish)
        #expect(!line.text.contains("secret"))
        try await data.write { try $0.run("ALTER TABLE staff_read_gone RENAME TO staff_read") }
        dan.command("enquiry.open", cleo.wish)
        #expect(try await dan.next { ["ack", "refused"].contains($0.type) }.text.contains("secret"))
        let reads = try await data.read { try $0.rows("SELECT part FROM staff_read").map { try $0.get("part", as: String.self) } }
        #expect(reads == ["observer"])
        try await shop.house.stop()
    }
}
