import Conversations
import Foundation
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Desk

/// Mails to visitors: few, and without a word of what was written.
@Suite(.timeLimit(.minutes(4))) struct VisitorMailTests {
    @Test("VOC-31: mails to a visitor carry a private link and not a word of what was written", arguments: Engine.all)
    func mails(on engine: Engine) async throws {
        let clock = ManualClock(SystemClock().now)
        let shop = try await Shop.open(on: engine, clock: clock)
        let house = shop.house.house
        let json =
            #"{"id":"\#(UUID().uuidString.lowercased())","text":"About the blue heron","card":{"name":"Cleo","email":"cleo@example.org"}}"#
        let cleo: Shop.Caller = try await TestBrowser(shop.house).post("/widget/\(shop.site.key)/enquiries", json: json).json()
        let dan = try await shop.page(of: shop.agents[0])
        dan.command("enquiry.take", #""conversation":"\#(cleo.conversation)""#)
        _ = try await dan.next("ack")
        dan.command("message.send", #""conversation":"\#(cleo.conversation)","text":"The heron is on its way""#)
        _ = try await dan.next("ack")
        try await house.desk.tellAnswers()
        #expect(
            try await shop.count("mail_letter WHERE template = 'mail.enquiryAnswered'") == 0, "there is time to see it in the chat")
        clock.advance(by: .minutes(3))
        for _ in 0..<3 { try await house.desk.tellAnswers() }
        #expect(try await shop.count("mail_letter WHERE template = 'mail.enquiryAnswered'") == 1, "one mail for what was not seen")
        let letters = try await house.mail.waiting()
        let letter = try #require(letters.first { $0.template == Desk.answeredLetter.name })
        let opened = try #require(try await house.mail.open(letter.id))
        let words = "\(opened.subject.value) \(opened.body.value)"
        #expect(!words.contains("heron") && !words.contains("Cleo"))
        let token = try #require(words.firstMatch(of: /\/widget\/[0-9a-z]{16}\/return#([0-9a-z]{32})/)).output.1
        let own = try await TestBrowser(shop.house).send(.get, "/enquiry", [.authorization: "Bearer \(token)"])
        #expect(own.text.contains(cleo.conversation), "the link opens the conversation")

        dan.command("message.send", #""conversation":"\#(cleo.conversation)","text":"And it arrived""#)
        _ = try await dan.next("ack")
        clock.advance(by: .minutes(3))
        try await house.desk.tellAnswers()
        #expect(
            try await shop.count("mail_letter WHERE template = 'mail.enquiryAnswered'") == 2,
            "news after the first mail are told again")
        try await shop.house.stop()
    }

    @Test("answers that nobody can be written of keep no mail from the others, and what is no answer sends none", arguments: Engine.all)
    func dueAnswers(on engine: Engine) async throws {
        let clock = ManualClock(SystemClock().now)
        let shop = try await Shop.open(on: engine, capacity: 20, clock: clock)
        let (desk, dan) = (shop.house.house.desk, try await shop.page(of: shop.agents[0]))
        func answered(_ name: String, at address: String?) async throws -> Shop.Caller {
            let card = address.map { #"{"name":"\#(name)","email":"\#($0)"}"# } ?? #"{"name":"\#(name)"}"#
            let json = #"{"id":"\#(UUID().uuidString.lowercased())","text":"Hello","card":\#(card)}"#
            let caller: Shop.Caller = try await TestBrowser(shop.house).post("/widget/\(shop.site.key)/enquiries", json: json).json()
            _ = try await dan.asked("enquiry.take", caller.wish)
            _ = try await dan.asked("message.send", #"\#(caller.wish),"text":"It is here""#)
            clock.advance(by: .seconds(1))
            return caller
        }
        func mails() async throws -> Int { try await shop.count("mail_letter WHERE template = 'mail.enquiryAnswered'") }
        _ = try await answered("Nobody", at: nil)
        let reader = try await answered("Reader", at: "reader@example.org")
        let read = try #require(ConversationID(reader.conversation))
        let person = try #require(try await shop.database.read { try $0.enquiry(read) }).visitor
        try await shop.conversations.seen(read, by: person, delivered: 10, read: 10)
        _ = try await answered("Away", at: "away@example.org")
        clock.advance(by: .minutes(3))
        // One at a time, as if there were more than are read together.
        try await desk.tellAnswers(inBatchesOf: 1)
        #expect(try await mails() == 1, "to whoever has not read it")
        _ = try await dan.asked("enquiry.close", reader.wish)
        clock.advance(by: .minutes(1))
        try await desk.tellAnswers()
        #expect(try await mails() == 1, "that it ended is no answer")
        try await shop.house.stop()
    }

    @Test("nobody has somebody mailed to again and again: few links go to one address, and few of one visitor", arguments: Engine.all)
    func fewLinks(on engine: Engine) async throws {
        let clock = ManualClock(SystemClock().now)
        let shop = try await Shop.open(on: engine, clock: clock)
        let (one, other) = (try await shop.visitor(), try await shop.visitor())
        func ask(_ caller: Shop.Caller, _ address: String) async throws -> Int {
            try await shop.post("/enquiry/transcript", #"{"email":"\#(address)"}"#, as: caller).status
        }
        for _ in 0..<3 { #expect(try await ask(one, "victim@example.org") == 204) }
        #expect(try await ask(one, "victim@example.org") == 429)
        #expect(try await ask(other, "Victim@example.org") == 429, "whichever conversation it is about")
        #expect(try await ask(one, "another@example.org") == 429, "whichever address it is")
        #expect(try await ask(other, "another@example.org") == 204)
        #expect(try await shop.count("mail_letter WHERE template = 'mail.enquiryLink'") == 4)
        clock.advance(by: .minutes(61))
        #expect(try await ask(one, "victim@example.org") == 204)
        #expect(try await ask(one, "victim@example.org") == 429, "then one after an hour, and the next after two")
        try await shop.house.stop()
    }
}
