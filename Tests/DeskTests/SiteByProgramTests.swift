import Foundation
import Storage
import TestKit
import Testing

@testable import Desk

/// What a site shows its visitors, set up by a program.
@Suite(.timeLimit(.minutes(3))) struct SiteByProgramTests {
    @Test("a program says what a site asks and how it offers help, and the widget follows", arguments: Engine.all)
    func lists(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let planner = try await shop.program("Planner", [.readSites, .writeSites])
        let path = "/sites/\(shop.site.id)"
        let questions = #"""
            {"questions":[{"key":"name","kind":"line","isRequired":true},
              {"key":"Order number","kind":"line","label":{"en":"Order number","fr":"Numéro de commande"}},
              {"key":"topic","kind":"choice","options":[{"en":"Delivery"},{"en":"Billing"}],"queues":{"Billing":"\#(shop.queue.id)"}}]}
            """#
        let put = try await planner.send(.put, path + "/questions", questions)
        let got = try await planner.get(path + "/questions")
        #expect(put.status == 200 && got.text == put.text)
        #expect(try await planner.send(.put, path + "/questions", got.text).status == 200, "what was read can be sent")
        #expect(try await TestBrowser(shop.house).get("/widget/\(shop.site.key)").text.contains("Order number"), "the widget asks it")
        let kept = try await shop.house.house.stores.data.read { try $0.supportSite(shop.site.id) }?.settings.questions
        #expect(kept?.map(\.key) == ["name", "Order number", "topic"] && kept?.last?.queues == ["Billing": shop.queue.id])
        for (why, refused) in [
            ("no label", #"{"key":"Size","kind":"line"}"#),
            ("one thing to choose from", #"{"key":"topic","kind":"choice","options":[{"en":"Delivery"}]}"#),
            ("two that are kept alike", #"{"key":"topic","kind":"choice","options":[{"en":"A"},{"en":"A"}]}"#),
            ("not every language", #"{"key":"topic","kind":"choice","options":[{"en":"A","fr":"A"},{"en":"B"}]}"#),
            ("a language nobody speaks here", #"{"key":"Size","kind":"line","label":{"tlh":"qIn"}}"#),
            ("no such queue", #"{"key":"topic","kind":"choice","options":[{"en":"A"},{"en":"B"}],"queues":{"A":"\#(shop.site.id)"}}"#),
            ("a choice of names", #"{"key":"name","kind":"choice","options":[{"en":"A"},{"en":"B"}]}"#),
            ("twice", #"{"key":"email","kind":"line"},{"key":"email","kind":"line"}"#),
        ] {
            let answer = try await planner.send(.put, path + "/questions", #"{"questions":[\#(refused)]}"#)
            #expect(answer.status == 422, "\(why)")
        }
        #expect(try await planner.get(path + "/questions").text == got.text, "nothing of it was kept")

        let invitations = #"{"invitations":[{"words":{"en":"Can we help?"},"path":"/cart*","seconds":30},{"words":{"en":"Hello"}}]}"#
        #expect(try await planner.send(.put, path + "/invitations", invitations).text.contains(#""needsAgent":true"#))
        for refused in [
            #"{"words":{}}"#, #"{"words":{"en":"Hi"},"path":"cart"}"#, #"{"words":{"en":"Hi"},"pages":0}"#,
            #"{"words":{"en":"Hi"}},{"words":{"en":"Hi"}}"#,
        ] {
            #expect(try await planner.send(.put, path + "/invitations", #"{"invitations":[\#(refused)]}"#).status == 422, "\(refused)")
        }
        #expect(try await planner.send(.put, path + "/invitations", #"{"invitations":[]}"#).status == 200)
        #expect(try await planner.get("/sites/\(shop.queue.id)/invitations").status == 404)
        try await shop.house.stop()
    }

    @Test("C27: a program changes what visitors agree to, and that is a new version of it", arguments: Engine.all)
    func consent(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let planner = try await shop.program("Planner", [.readSites, .writeSites])
        let path = "/sites/\(shop.site.id)"
        let wish = #"{"name":"Harbour Books","queue":"\#(shop.queue.id)","settings":{"consent":{"en":"You may read about my health."}}}"#
        #expect(try await planner.send(.put, path, wish).status == 200)
        #expect(try await planner.get(path).text.contains("about my health"))
        let settings = try await shop.house.house.stores.data.read { try $0.supportSite(shop.site.id) }?.settings
        #expect(settings?.noticeVersion == 2 && settings?.asksConsent == true)
        #expect(try await planner.send(.put, path, wish).status == 200)
        #expect(
            try await shop.house.house.stores.data.read { try $0.supportSite(shop.site.id) }?.settings.noticeVersion == 2, "the same words")
        try await shop.house.stop()
    }
}
