import Foundation
import HTTPTypes
import TestKit
import Testing

/// Asking, answering and keeping away, as people do it in their browsers.
@Suite(.timeLimit(.minutes(5))) struct ContactTests {
    @Test("Two people become contacts and part again", arguments: Engine.all)
    func askedAcceptedRemoved(on engine: Engine) async throws {
        try await TestHouse.run(on: engine) { house in
            let (ana, ben) = (try await Resident("Ana", in: house), try await Resident("Ben", in: house))
            #expect(try await ana.asks(ben).location == "/people/\(ben.id)")
            #expect(try await ana.home().contains("/people/\(ben.id)/remove"), "Ana sees what she asked and may take it back")
            #expect(try await ben.home().contains("/people/\(ana.id)/accept"))
            try await ben.does("accept", to: ana)
            for (one, other) in [(ana, ben), (ben, ana)] {
                #expect(try await one.home().contains("/people/\(other.id)/call"))
                #expect(try await !one.home().contains("/people/\(other.id)/accept"))
            }
            try await ana.does("remove", to: ben)
            for (one, other) in [(ana, ben), (ben, ana)] { #expect(try await !one.home().contains("/people/\(other.id)/call")) }
        }
    }

    @Test("Whoever asks back has accepted", arguments: Engine.all)
    func askingBack(on engine: Engine) async throws {
        try await TestHouse.run(on: engine) { house in
            let (ana, ben) = (try await Resident("Ana", in: house), try await Resident("Ben", in: house))
            _ = try await ana.asks(ben)
            _ = try await ben.asks(ana)
            #expect(try await ana.home().contains("/people/\(ben.id)/call"))
        }
    }

    @Test("C12: to decline makes no sound: the asker goes on seeing that they asked", arguments: Engine.all)
    func declined(on engine: Engine) async throws {
        try await TestHouse.run(on: engine) { house in
            let (ana, ben) = (try await Resident("Ana", in: house), try await Resident("Ben", in: house))
            _ = try await ana.asks(ben)
            let (before, page) = (try await ana.home(), try await ana.page(of: ben))
            try await ben.does("decline", to: ana)
            #expect(try await ana.home() == before)
            #expect(try await ana.page(of: ben) == page)
            #expect(try await !ben.home().contains("/people/\(ana.id)/accept"))
            _ = try await ana.asks(ben)
            #expect(try await !ben.home().contains("/people/\(ana.id)/accept"), "asking again does not ring twice")
        }
    }

    @Test("C12: a block is total: the blocker is nowhere, and nothing comes through", arguments: Engine.all)
    func blocked(on engine: Engine) async throws {
        try await TestHouse.run(on: engine) { house in
            let (ana, mallory) = (try await Resident("Ana", in: house), try await Resident("Mallory", in: house))
            _ = try await mallory.asks(ana)
            try await ana.does("accept", to: mallory)
            try await ana.does("block", to: mallory)
            #expect(try await mallory.browser.get("/people/\(ana.id)").status == 404)
            #expect(try await mallory.browser.get("/people/\(ana.id)/card").status == 404)
            #expect(try await mallory.browser.get("/people/\(ana.id)/call").status >= 400)
            #expect(try await !mallory.home().contains(ana.id))
            #expect(try await !mallory.browser.get("/directory?q=Ana").text.contains(ana.id))
            _ = try await mallory.asks(ana)
            _ = try await mallory.browser.post("/contacts/ask", [("email", ana.email)])
            #expect(try await !ana.home().contains("/people/\(mallory.id)/accept"))
            #expect(try await !ana.browser.get("/notices").text.contains("/people/\(mallory.id)/accept"))
        }
    }

    nonisolated(unsafe) private static let withdrawal = /\/contacts\/asked\/[0-9a-z-]+\/withdraw/

    /// What one sees after asking an address, with the address itself and what is new each time taken out.
    private func traces(of address: String, in page: String) -> String {
        page.replacing(address, with: "ADDRESS").replacing(Self.withdrawal, with: "").replacing(/<time[^>]*>[^<]*<\/time>/, with: "")
    }

    @Test("ZAZ-14: no page tells whether an address that was asked has an account", arguments: Engine.all)
    func askingByAddress(on engine: Engine) async throws {
        try await TestHouse.run(on: engine) { house in
            let (ana, ben) = (try await Resident("Ana", in: house), try await Resident("Ben", in: house))
            let nobody = "nobody-\(UUID().uuidString.prefix(8))@example.org"
            let missed = try await ana.browser.post("/contacts/ask", [("email", nobody)])
            let notThere = try await ana.home()
            let withdraw = try #require(notThere.firstMatch(of: Self.withdrawal))
            _ = try await ana.browser.post(String(withdraw.output), [])
            let found = try await ana.browser.post("/contacts/ask", [("email", ben.email)])
            let there = try await ana.home()
            #expect(found.status == missed.status && found.location == missed.location)
            #expect(there.contains(ben.email) && notThere.contains(nobody), "she sees what she asked")
            #expect(traces(of: ben.email, in: there) == traces(of: nobody, in: notThere))

            let listed = try await ana.browser.get("/directory?q=Ben").text
            #expect(listed.contains("/people/\(ben.id)/ask"), "the directory does not know whom she asked")
            #expect(try await ana.page(of: ben).contains("/people/\(ben.id)/ask"))
            #expect(try await ben.home().contains("/people/\(ana.id)/accept"), "Ben was asked")
        }
    }

    @Test("What was asked by address is settled by the answer, or taken back on both sides", arguments: Engine.all)
    func answeringByAddress(on engine: Engine) async throws {
        try await TestHouse.run(on: engine) { house in
            let (ana, ben, eve) = (
                try await Resident("Ana", in: house), try await Resident("Ben", in: house), try await Resident("Eve", in: house)
            )
            for asker in [ana, eve] { _ = try await asker.browser.post("/contacts/ask", [("email", ben.email.uppercased())]) }
            try await ben.does("accept", to: ana)
            #expect(try await ana.home().contains("/people/\(ben.id)/call"))
            #expect(try await !ana.home().contains(ben.email.uppercased()))

            let withdraw = try #require(try await eve.home().firstMatch(of: Self.withdrawal))
            #expect(try await ana.browser.post(String(withdraw.output), []).status == 303)
            #expect(try await ben.home().contains("/people/\(eve.id)/accept"), "nobody takes back what another asked")
            _ = try await eve.browser.post(String(withdraw.output), [])
            #expect(try await !eve.home().contains(ben.email.uppercased()))
            #expect(try await !ben.home().contains("/people/\(eve.id)/accept"))
        }
    }
}

extension Resident {
    /// Signs up so that members find and see them.
    fileprivate init(_ name: String, in house: TestHouse) async throws {
        self = try await Self.register(name, in: house, more: [("listed", "yes")])
    }

    fileprivate func home() async throws -> String { try await browser.get("/").text }

    fileprivate func page(of other: Resident) async throws -> String { try await browser.get("/people/\(other.id)").text }

    fileprivate func asks(_ other: Resident) async throws -> TestBrowser.Answer {
        try await browser.post("/people/\(other.id)/ask", [("introduction", "")])
    }

    fileprivate func does(_ verb: String, to other: Resident) async throws {
        #expect(try await browser.post("/people/\(other.id)/\(verb)", []).status == 303)
    }
}
