import Desk
import Foundation
import TestKit
import Testing
import Vocabulary
import Web

@testable import Conversations

/// A team that speaks several languages helps itself: what is to be translated is marked, and the translation stands with the message.
@Suite(.timeLimit(.minutes(3))) struct TranslationTests {
    private struct Note: Decodable {
        struct Mark: Decodable {
            let about: Int
            let kind: String
        }

        let text: String
        let mark: Mark?
        let isWithdrawn: Bool?
    }

    private struct Said: Decodable {
        let sequence: Int
    }

    @Test("A translation is asked for and given, seen by colleagues alone, and gone with the words it is of", arguments: Engine.all)
    func asked(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let (dan, eve) = (try await shop.page(of: shop.agents[0]), try await shop.page(of: shop.agents[1]))
        let cleo = try await shop.visitor("Où est ma commande ?")
        let (stream, team) = ("conversation/\(cleo.conversation)", "team/\(cleo.conversation)")
        let page = try await shop.page(of: cleo, from: [stream: 0])
        _ = try await dan.asked("enquiry.take", cleo.wish)
        let more = try await page.asked("message.send", cleo.saying("C'est pressé.")).body(Said.self).sequence
        func mark(_ kind: String, about: Int, _ text: String) -> String {
            cleo.saying(text) + #","mark":{"about":\#(about),"kind":"\#(kind)"}"#
        }
        _ = try await dan.asked("note.add", mark("translationWanted", about: more, ""))
        for wrong in [mark("translation", about: more, ""), mark("translation", about: 9999, "Urgent."), cleo.saying("")] {
            #expect(try await dan.answered("note.add", wrong).type == "refused")
        }
        _ = try await eve.asked("enquiry.open", cleo.wish)
        _ = try await eve.asked("listen", #""stream":"\#(team)","after":0"#)
        let wish = try await eve.next { $0.kind == "note.added" }.body(Note.self)
        #expect(wish.text.isEmpty && wish.mark?.kind == "translationWanted" && wish.mark?.about == more)
        _ = try await eve.asked("note.add", mark("translation", about: more, "It is urgent."))
        let translation = try await eve.next { $0.kind == "note.added" }.body(Note.self)
        #expect(translation.text == "It is urgent." && translation.mark?.kind == "translation")

        _ = try await page.asked("message.edit", #"\#(cleo.wish),"message":\#(more),"text":"Ce n'est pas pressé.""#)
        let again = try await shop.page(of: shop.agents[1])
        _ = try await again.asked("listen", #""stream":"\#(team)","after":0"#)
        for _ in 0..<2 {
            let left = try await again.next { $0.kind == "note.added" }
            #expect(
                try left.body(Note.self).isWithdrawn == true && !left.text.contains("urgent"), "the old words are gone, also in English")
        }
        #expect(!page.waiting.contains { $0.text.contains("translation") || $0.text.contains("urgent") }, "a note is for the team alone")
        try await shop.house.stop()
    }

    @Test("An edit that comes between looking for its translations and writing is looked at again, so no translation survives it")
    func lookedAtAgain() async throws {
        let shop = try await Shop.open()
        let cleo = try await shop.visitor("Où est ma commande ?")
        let page = try await shop.page(of: cleo)
        let id = try #require(ConversationID(cleo.conversation))
        let looks = Tally()
        let last = try await shop.house.house.conversations.undisturbed(by: [StreamID(Conversations.stream, about: id)]) {
            looks.add()
            if looks.count == 1 { _ = try await page.asked("message.send", cleo.saying("C'est pressé.")) }
            return looks.count
        } write: { found, _ in
            found
        }
        #expect(last == 2)
        try await shop.house.stop()
    }
}
