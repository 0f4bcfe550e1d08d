import Foundation
import TestKit
import Testing

/// An agent offers a visitor a call: one click, always through the relay.
@Suite(.timeLimit(.minutes(2))) struct CallOfferTests {
    private struct Invitation: Decodable {
        let url: String?
    }

    /// A conversation that Dan has taken, with both pages at it.
    private func talk(in shop: Shop) async throws -> (id: String, cleo: FakeBrowser, dan: FakeBrowser) {
        let caller = try await shop.visitor()
        let dan = try await shop.page(of: shop.agents[0])
        let id = #""conversation":"\#(caller.conversation)""#
        dan.command("enquiry.take", id)
        _ = try await dan.next("ack")
        let stream = "conversation/\(caller.conversation)"
        return (id, try await shop.page(of: caller, from: [stream: 0]), dan)
    }

    private func withRelay(_ engine: Engine = .sqlite) async throws -> Shop {
        try await Shop.open(on: engine, agents: ["Dan"]) { settings in
            settings.set(\.turnURLs, to: ["turn:127.0.0.1:3478"])
            settings.set(\.turnSecret, to: "three quiet herons and a relay")
        }
    }

    @Test("C13: a visitor takes the offer once, and rings the agent through the relay", arguments: Engine.all)
    func accepted(on engine: Engine) async throws {
        let shop = try await withRelay(engine)
        let (id, cleo, dan) = try await talk(in: shop)
        cleo.command("call.offer", id)
        #expect(try await cleo.next("refused").type == "refused", "agents offer, visitors take")
        dan.command("call.offer", id)
        _ = try await dan.next("ack")
        let offer = try #require(try await cleo.next { $0.kind == "call.offered" }.sequence)
        cleo.command("call.answerOffer", #"\#(id),"offer":\#(offer),"accepts":true"#)
        let url = try #require(try await cleo.next("ack").body(Invitation.self).url)
        cleo.command("call.answerOffer", #"\#(id),"offer":\#(offer),"accepts":true"#)
        #expect(try await cleo.next("refused").problem?.type.contains("callOfferGone") == true, "one offer, one call")
        let path = try #require(URL(string: url)?.path)
        let guest = TestBrowser(shop.house)
        let call = try #require(try await guest.post(path, [("name", "Cleo")]).location)
        #expect(try await dan.next("call.ringing").text.contains(String(call.dropFirst("/calls/".count))))
        let isRelayed = try await shop.house.house.stores.data.read { transaction in
            try transaction.first("SELECT relay_only FROM call")?.get("relay_only", as: Bool.self)
        }
        #expect(isRelayed == true, "no address is revealed")
        #expect(try await guest.stranger.get(path).status == 410, "the link was for one")
        try await shop.house.stop()
    }

    @Test func aVisitorWhoWouldRatherWriteIsNotCalled() async throws {
        let shop = try await withRelay()
        let (id, cleo, dan) = try await talk(in: shop)
        dan.command("call.offer", id)
        let offer = try #require(try await cleo.next { $0.kind == "call.offered" }.sequence)
        cleo.command("call.answerOffer", #"\#(id),"offer":\#(offer),"accepts":false"#)
        #expect(try await cleo.next("ack").body(Invitation.self).url == nil)
        _ = try await cleo.next { $0.kind == "call.declined" }
        try await shop.house.stop()
    }

    @Test func withoutARelayNoCallIsOfferedThatWouldShowAnAddress() async throws {
        let shop = try await Shop.open(agents: ["Dan"])
        let (id, _, dan) = try await talk(in: shop)
        dan.command("call.offer", id)
        #expect(try await dan.next("refused").problem?.type.contains("noRelay") == true)
        try await shop.house.stop()
    }
}
