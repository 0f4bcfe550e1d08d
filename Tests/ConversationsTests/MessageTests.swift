import Conversations
import Foundation
import Storage
import TestKit
import Testing
import Vocabulary
import Web

/// What is said, to whom it comes, and what stays of it: over the live link of a whole Sotto.
@Suite(.timeLimit(.minutes(3))) struct MessageTests {
    private struct Body: Decodable {
        let text: String
        let from: String
    }

    private struct Said: Decodable {
        let sequence: Int
    }

    private struct View: Decodable {
        struct Event: Decodable {
            struct Body: Decodable {
                var text: String?
                var isWithdrawn: Bool?
            }

            let sequence: Int
            let kind: String
            let body: Body
        }

        struct Person: Decodable {
            let part: String
            let delivered: Int
            let read: Int
        }

        let events: [Event]
        let people: [Person]
        let last: Int
    }

    private func id() -> String { UUID().uuidString.lowercased() }

    /// A conversation that Dan has taken: the visitor's page and his, both hearing everything from the beginning.
    private func talk(in shop: Shop) async throws -> (caller: Shop.Caller, cleo: FakeBrowser, dan: FakeBrowser, stream: String) {
        let caller = try await shop.visitor()
        let stream = "conversation/\(caller.conversation)"
        let dan = try await shop.page(of: shop.agents[0])
        dan.command("enquiry.take", #""conversation":"\#(caller.conversation)""#)
        _ = try await dan.next("ack")
        dan.command("listen", #""stream":"\#(stream)","after":0"#)
        _ = try await dan.next("ack")
        return (caller, try await shop.page(of: caller, from: [stream: 0]), dan, stream)
    }

    private func view(_ browser: FakeBrowser, _ caller: Shop.Caller) async throws -> View {
        let id = id()
        browser.command("conversation.open", id: id, #""conversation":"\#(caller.conversation)""#)
        return try await browser.next { $0.id == id }.body()
    }

    @Test("who answers visitors hears, reads and writes nothing by the password alone", arguments: Engine.all)
    func passwordAlone(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let (caller, _, dan, stream) = try await talk(in: shop)
        let browser = TestBrowser(shop.house, as: shop.agents[0])
        let off = try await browser.post("/settings/security/second-factor/off", [("proof", Resident.password)])
        #expect(off.status == 303)
        #expect(try await dan.next("goodbye").advice == "reconnect", "the page that is open is looked at again")
        let again = try await shop.page(of: shop.agents[0], from: [stream: 0])
        let wish = #""conversation":"\#(caller.conversation)""#
        for command in [
            "conversation.open", "conversation.older", "conversation.see", "conversation.type", "message.send", "message.edit",
            "message.withdraw", "note.add", "attachment.open", "conversation.search",
        ] {
            again.command(command, #"\#(wish),"text":"Psst","message":1"#)
            #expect(try await again.next("refused").problem?.type.contains("forbidden") == true, "\(command)")
        }
        for name in ["conversation", "team"] {
            again.command("listen", #""stream":"\#(name)/\#(caller.conversation)","after":0"#)
            #expect(try await again.next("refused").problem?.type.contains("notFound") == true, "\(name)")
        }
        #expect(try await browser.post("/attachments", json: #"{\#(wish),"name":"a.txt","bytes":1}"#).status == 403)
        try await shop.house.stop()
    }

    @Test(
        "a conversation that is full takes nothing more from its visitor but what takes back, and everything of the team",
        arguments: Engine.all)
    func full(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let (caller, cleo, dan, _) = try await talk(in: shop)
        func send(
            _ text: String, _ browser: FakeBrowser, _ command: String = "message.send", _ more: String = ""
        ) async throws -> LiveMessage {
            let id = id()
            browser.command(command, id: id, #""conversation":"\#(caller.conversation)","text":"\#(text)"\#(more)"#)
            return try await browser.next { $0.id == id }
        }
        try await shop.database.write { try $0.run("UPDATE stream SET last = \(Conversation.mostEvents - 1) WHERE name = 'conversation'") }
        let last = try await send("The last word", cleo).body(Said.self).sequence
        #expect(last == Conversation.mostEvents)
        #expect(try await send("One more", cleo).problem?.type.contains("conversationFull") == true)
        #expect(try await send("Changed", cleo, "message.edit", #","message":\#(last)"#).problem?.type.contains("conversationFull") == true)
        #expect(try await send("", cleo, "message.withdraw", #","message":\#(last)"#).type == "ack")
        #expect(try await send("We go on", dan).body(Said.self).sequence == last + 2, "what was refused took no number")
        try await shop.house.stop()
    }

    @Test(
        "a change looks at the changes of its own message alone, and finds those from before that was written down",
        arguments: Engine.all)
    func changes(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let (id, visitor) = try await shop.begun()
        let (conversations, streams) = (shop.conversations, shop.conversations.ground.streams)
        let stream = StreamID(Conversations.stream, about: id)
        func command() throws -> CommandID { try #require(CommandID(self.id())) }
        let one = try await conversations.say("one", id: try command(), in: id, by: visitor).sequence
        let two = try await conversations.say("two", id: try command(), in: id, by: visitor).sequence
        for text in ["a", "b", "c"] { try await conversations.change(one, to: text, id: try command(), in: id, by: visitor) }
        try await conversations.change(two, to: "d", id: try command(), in: id, by: visitor)
        let found = try await streams.events(repeating: one, kind: ConversationEvent.messageEdited, in: stream)
        #expect(found.map(\.sequence) == [two + 3], "of three changes one still says words, and the other message's is not looked at")
        try await shop.database.write { try $0.run("UPDATE stream_event SET repeats = NULL") }
        try await conversations.change(one, to: "e", id: try command(), in: id, by: visitor)
        let edits = try await streams.latest(stream, before: nil, limit: 100).filter { $0.kind == ConversationEvent.messageEdited }
        let texts = try await streams.bodies(of: edits.reversed()).map { body in
            try JSONDecoder().decode(View.Event.Body.self, from: Data((body ?? "").utf8)).text
        }
        #expect(texts == [nil, nil, nil, "d", "e"])
        try await shop.house.stop()
    }

    @Test("Complaint 13: a message that is sent again is kept and heard once", arguments: Engine.all)
    func sentAgain(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine, agents: ["Dan"])
        let (caller, cleo, dan, _) = try await talk(in: shop)
        let (first, members) = (id(), #""conversation":"\#(caller.conversation)","text":"Only once""#)
        var sequences: Set<Int> = []
        for _ in 0..<3 {
            cleo.command("message.send", id: first, members)
            sequences.insert(try await cleo.next { $0.id == first }.body(Said.self).sequence)
        }
        #expect(sequences.count == 1)
        cleo.command("message.send", #""conversation":"\#(caller.conversation)","text":"And then this""#)
        #expect(try await dan.next { $0.text.contains("Only once") }.sequence == sequences.first)
        #expect(try await dan.next { $0.text.contains("And then this") }.sequence == (sequences.first ?? 0) + 1)
        #expect(!dan.waiting.contains { $0.text.contains("Only once") })
        try await shop.house.stop()
    }

    @Test("Complaint 14: receipts only move forward", arguments: Engine.all)
    func receipts(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine, agents: ["Dan"])
        let (caller, cleo, dan, _) = try await talk(in: shop)
        let last = try await view(dan, caller).last
        for (delivered, read) in [(last, 0), (last, last), (1, 1), (last, 0), (100_000, 100_000)] {
            let id = id()
            dan.command("conversation.see", id: id, #""conversation":"\#(caller.conversation)","delivered":\#(delivered),"read":\#(read)"#)
            _ = try await dan.next { $0.id == id }
        }
        let seen = try await view(cleo, caller).people.first { $0.part == "agent" }
        #expect(seen?.delivered == last && seen?.read == last, "neither back nor ahead of what there is")
        try await shop.house.stop()
    }

    @Test("an edit leaves nothing of the old words, and a withdrawal nothing at all", arguments: Engine.all)
    func editing(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine, agents: ["Dan"])
        let (caller, cleo, dan, _) = try await talk(in: shop)
        func change(_ type: String, _ members: String) async throws -> LiveMessage {
            let id = id()
            cleo.command(type, id: id, #""conversation":"\#(caller.conversation)",\#(members)"#)
            return try await cleo.next { $0.id == id }
        }
        let said = try await change("message.send", #""text":"helo""#).body(Said.self).sequence
        #expect(try await change("message.edit", #""message":\#(said),"text":"hello""#).type == "ack")
        _ = try await dan.next { $0.kind == "message.edited" && $0.text.contains("hello") }
        #expect(
            try await view(dan, caller).events.first { $0.sequence == said }?.body.text == "hello",
            "who comes later never sees the old words")
        let others = id()
        dan.command("message.edit", id: others, #""conversation":"\#(caller.conversation)","message":\#(said),"text":"hijacked""#)
        #expect(try await dan.next { $0.id == others }.problem?.type.contains("forbidden") == true, "nobody edits another's words")
        #expect(try await change("message.withdraw", #""message":\#(said)"#).type == "ack")
        let left = try await view(dan, caller).events.first { $0.sequence == said }?.body
        #expect(left?.text == "" && left?.isWithdrawn == true)
        #expect(try await change("message.edit", #""message":\#(said),"text":"back""#).type == "refused")
        try await shop.house.stop()
    }

    @Test("C13, C54: a note is heard by the team alone, and no visitor reads another's conversation", arguments: Engine.all)
    func walls(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine, agents: ["Dan"])
        let (caller, cleo, dan, stream) = try await talk(in: shop)
        let conversation = #""conversation":"\#(caller.conversation)""#
        dan.command("listen", #""stream":"team/\#(caller.conversation)","after":0"#)
        _ = try await dan.next("ack")
        dan.command("note.add", #"\#(conversation),"text":"A difficult one""#)
        #expect(try await dan.next { $0.kind == "note.added" }.stream == "team/\(caller.conversation)")
        let mallory = try await shop.page(of: try await shop.visitor("Let me in", name: "Mallory"))
        for (page, type, members) in [
            (cleo, "listen", #""stream":"team/\#(caller.conversation)","after":0"#), (cleo, "note.add", #"\#(conversation),"text":"mine""#),
            (cleo, "enquiry.open", conversation), (cleo, "enquiry.take", conversation),
            (mallory, "listen", #""stream":"\#(stream)","after":0"#), (mallory, "message.send", #"\#(conversation),"text":"boo""#),
            (mallory, "conversation.open", conversation), (mallory, "conversation.older", #"\#(conversation),"before":9"#),
            (mallory, "conversation.see", #"\#(conversation),"delivered":1,"read":1"#),
            (mallory, "conversation.type", #"\#(conversation),"isTyping":true"#),
            (mallory, "message.edit", #"\#(conversation),"message":2,"text":"x""#),
            (mallory, "message.withdraw", #"\#(conversation),"message":2"#), (mallory, "enquiry.close", conversation),
        ] {
            let id = id()
            page.command(type, id: id, members)
            let answer = try await page.next { $0.id == id }
            // A receipt of somebody who is not there moves nothing, so it is not worth an error.
            #expect(answer.type == "refused" || type == "conversation.see", "\(type): \(answer.text)")
            #expect(!answer.text.contains("Where is my order"))
        }
        let back = try await shop.page(
            of: try await shop.visitor("Again", name: "Mallory"), from: [stream: 0, "team/\(caller.conversation)": 0])
        #expect(back.waiting.isEmpty, "what is named in the resume is checked too")
        #expect(!cleo.waiting.contains { $0.text.contains("difficult") })
        try await shop.house.stop()
    }

    @Test("Complaints 1, 2: whoever comes back gets exactly the gap of every open conversation", arguments: Engine.all)
    func gaps(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine, agents: ["Dan"], capacity: 10)
        let dan = try await shop.page(of: shop.agents[0])
        var positions: [String: Int] = [:]
        var callers: [Shop.Caller] = []
        for _ in 0..<5 {
            let caller = try await shop.visitor()
            let id = id()
            dan.command("enquiry.take", id: id, #""conversation":"\#(caller.conversation)""#)
            _ = try await dan.next { $0.id == id }
            positions["conversation/\(caller.conversation)"] = try await view(dan, caller).last
            callers.append(caller)
        }
        dan.vanish()
        for caller in callers {
            let page = try await shop.page(of: caller)
            for number in 1...4 {
                page.command("message.send", #""conversation":"\#(caller.conversation)","text":"while you were away \#(number)""#)
                _ = try await page.next("ack")
            }
        }
        let back = try await shop.page(of: shop.agents[0], from: positions)
        var heard: [String: [Int]] = [:]
        for _ in 0..<20 {
            let event = try await back.nextDurable()
            #expect(event.type == "event")
            heard[event.stream ?? "", default: []].append(event.sequence ?? 0)
        }
        for (stream, position) in positions { #expect(heard[stream] == Array(position + 1...position + 4), "\(stream)") }
        try await shop.house.stop()
    }

    @Test("Complaint 1: past the window an explicit snapshot comes, and then what follows it")
    func snapshot() async throws {
        let shop = try await Shop.open(agents: ["Dan"])
        let caller = try await shop.visitor()
        let conversation = try #require(ConversationID(caller.conversation))
        let keeper = try #require(try await shop.house.house.stores.data.read { try $0.conversation(conversation)?.keeper })
        for number in 1...1010 {
            let id = try #require(CommandID(id()))
            try await shop.house.house.conversations.say("line \(number)", id: id, in: conversation, by: keeper)
        }
        let page = try await shop.page(of: caller, from: ["conversation/\(caller.conversation)": 1])
        let snapshot = try await page.nextDurable()
        #expect(snapshot.type == "snapshot")
        let view = try snapshot.body(View.self)
        #expect(view.last == snapshot.sequence && view.events.last?.body.text == "line 1010")
        try await shop.house.stop()
    }
}
