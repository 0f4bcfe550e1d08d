import Foundation
import TestKit
import Testing

/// A visitor asks, a team answers: over HTTP and the live link of a whole Sotto.
@Suite(.timeLimit(.minutes(3))) struct EnquiryTests {
    private struct Body: Decodable {
        let text: String?
        let name: String
    }

    @Test("C13: a visitor asks, an agent reads, takes and answers, and each hears the other", arguments: Engine.all)
    func aVisitorAsksAndIsAnswered(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let dan = try await shop.page(of: shop.agents[0])
        let cleo = try await shop.visitor("Where is my order?")
        _ = try await dan.next("enquiry.changed")
        let stream = "conversation/\(cleo.conversation)"
        dan.command("listen", #""stream":"\#(stream)""#)
        #expect(try await dan.next("refused").problem?.type.contains("notFound") == true, "who is not in it hears nothing")
        dan.command("enquiry.open", #""conversation":"\#(cleo.conversation)""#)
        let view = try await dan.next("ack").text
        #expect(view.contains("Where is my order?"))
        dan.command("listen", #""stream":"\#(stream)","after":0"#)
        #expect(try await dan.next { $0.kind == "message.sent" }.body(Body.self).text == "Where is my order?")

        let page = try await shop.page(of: cleo, from: [stream: 0])
        #expect(try await page.next { $0.kind == "staff.read" }.body(Body.self).name == "Dan", "C54: she sees who reads")
        dan.command("enquiry.take", #""conversation":"\#(cleo.conversation)""#)
        #expect(try await page.next { $0.kind == "participant.joined" && $0.sequence ?? 0 > 1 }.body(Body.self).name == "Dan")
        dan.command("message.send", #""conversation":"\#(cleo.conversation)","text":"On its way.""#)
        #expect(try await page.next { $0.kind == "message.sent" && $0.text.contains("agent") }.body(Body.self).text == "On its way.")
        page.command("message.send", #""conversation":"\#(cleo.conversation)","text":"Thank you!""#)
        #expect(try await dan.next { $0.kind == "message.sent" && $0.text.contains("Thank") }.body(Body.self).name == "Cleo")

        let eve = try await shop.page(of: shop.agents[1])
        eve.command("enquiry.take", #""conversation":"\#(cleo.conversation)""#)
        #expect(try await eve.next("refused").problem?.type.contains("enquiryTaken") == true)
        dan.command("enquiry.close", #""conversation":"\#(cleo.conversation)""#)
        _ = try await page.next { $0.kind == "conversation.closed" }
        page.command("message.send", #""conversation":"\#(cleo.conversation)","text":"One more thing""#)
        #expect(try await page.next("refused").problem?.type.contains("conversationClosed") == true)
        try await shop.house.stop()
    }
}
