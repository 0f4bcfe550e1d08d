import Foundation
import Server
import TestKit
import Testing
import Vocabulary

/// The live link of a whole Sotto: its pages, its people, its own TLS.
@Suite(.timeLimit(.minutes(3))) struct HouseTests {
    private static func enter(_ house: TestHouse, _ lodger: Lodger, from positions: [String: Int] = [:]) async throws -> FakeBrowser {
        let browser = try await FakeBrowser.open(address(house, lodger))
        try await browser.greet(positions)
        return browser
    }

    private static func address(_ house: TestHouse, _ lodger: Lodger) -> FakeBrowser.Address {
        var address = FakeBrowser.Address(port: house.port, session: lodger.session)
        address.origin = house.origin
        return address
    }

    /// The number in `<html data-notices>`.
    private static func position(_ page: String) -> Int? {
        page.firstMatch(of: /<html[^>]* data-notices="(\d+)"/).flatMap { Int($0.1) }
    }

    @Test(arguments: Engine.all) func nothingIsMissedBetweenAPageAndItsLink(on engine: Engine) async throws {
        let settings = try await TestHouse.settings(on: engine)
        let people = try await Lodgers.move(into: settings, ["Ana", "Ben", "Dan"], contacts: [(1, 2)])
        let (ana, ben, dan) = (people[0], people[1], people[2])
        let house = try await TestHouse(settings)
        for path in ["/", "/notices", "/settings/profile"] {
            let page = try await TestBrowser(house, as: ana).get(path)
            #expect(page.status == 200)
            #expect(Self.position(page.text) == 1)
        }
        #expect(Self.position(try await TestBrowser(house).get("/").text) == nil)
        let position = try #require(Self.position(try await TestBrowser(house, as: ana).get("/").text))
        _ = try await house.house.people.ask(ana.person, by: ben.person, introduction: nil)
        let page = try await Self.enter(house, ana, from: ["notices": position])
        #expect(try await page.nextDurable().kind == "contact.asked")
        let later = try await TestBrowser(house, as: ana).get("/notices").text
        #expect(Self.position(later) == 2)
        #expect(later.contains(#"data-notices="count">2</span>"#))
        #expect(Self.position(try await TestBrowser(house, as: dan).get("/").text) == 2)
        try await house.stop()
    }

    @Test func whoeverChoseToBeInvisibleFindsItSoOnEveryPage() async throws {
        let settings = try await TestHouse.settings()
        let people = try await Lodgers.move(into: settings, ["Ana", "Ben"], contacts: [(0, 1)])
        let house = try await TestHouse(settings)
        let ben = try await Self.enter(house, people[1])
        let ana = try await Self.enter(house, people[0])
        _ = try await ben.next { $0.type == "presence" && $0.person == people[0].id && $0.state == "online" }
        ana.command("presence.set", #""state":"invisible""#)
        _ = try await ana.next("ack")
        let own = try await TestBrowser(house, as: people[0]).get("/").text
        #expect(own.contains(#"data-presence-choice="invisible""#))
        _ = try await ben.next { $0.type == "presence" && $0.person == people[0].id && $0.state == "offline" }
        // Another page of Ana's, while she is here and after she was gone.
        for _ in 0..<2 {
            let other = try await Self.enter(house, people[0])
            #expect(try await other.next("presence.overview").text.contains(#""own":"invisible""#))
            other.close()
        }
        let benAgain = try await Self.enter(house, people[1])
        #expect(try await !benAgain.next("presence.overview").text.contains(people[0].id))
        #expect(!ben.waiting.contains { $0.type == "presence" && $0.person == people[0].id })
        try await house.stop()
    }

    @Test func whoeverBecomesAContactIsSeenAtOnceAndABlockHidesAtOnce() async throws {
        let settings = try await TestHouse.settings()
        let people = try await Lodgers.move(into: settings, ["Ana", "Ben"], contacts: [])
        let house = try await TestHouse(settings)
        let (ana, ben) = (try await Self.enter(house, people[0]), try await Self.enter(house, people[1]))
        for page in [ana, ben] {
            #expect(try await page.next("presence.overview").text.contains(#""people":{}"#))
        }
        let contacts = house.house.people
        _ = try await contacts.ask(people[1].person, by: people[0].person, introduction: nil)
        try await contacts.accept(people[0].person, by: people[1].person)
        #expect(try await ana.next { $0.type == "presence" && $0.person == people[1].id }.state == "online")
        #expect(try await ben.next { $0.type == "presence" && $0.person == people[0].id }.state == "online")
        try await contacts.block(people[0].person, by: people[1].person)
        #expect(try await ana.next { $0.type == "presence" && $0.person == people[1].id }.state == "offline")
        #expect(try await ben.next { $0.type == "presence" && $0.person == people[0].id }.state == "offline")
        // What the blocked one does from now on is nobody's business.
        ana.command("presence.set", #""state":"busy""#)
        _ = try await ana.next("ack")
        ben.command("ping")
        _ = try await ben.next("ack")
        #expect(await house.house.link.presence(of: [people[0].person]) == [people[0].person: .busy])
        try await house.stop()
    }

    @Test func theLinkIsServedOverTheServersOwnTLS() async throws {
        var settings = try await TestHouse.settings()
        let people = try await Lodgers.move(into: settings, ["Ana", "Ben"], contacts: [(0, 1)])
        settings.set(\.tlsSelfSigned, to: true)
        let house = try await TestHouse(settings)
        var address = Self.address(house, people[0])
        #expect(address.origin == "https://localhost:\(house.port)")
        address.certificate = try String(contentsOfFile: settings.dataDirectory + "/tls/certificate.pem", encoding: .utf8)
        let ana = try await FakeBrowser.open(address)
        // More than one TLS record each way.
        ana.resume(["notices": 0])
        _ = try await ana.next("welcome")
        for kind in ["signIn.new", "contact.accepted"] { #expect(try await ana.nextDurable().kind == kind) }
        ana.command("ping", #""padding":"\#(String(repeating: "x", count: 60_000))""#)
        _ = try await ana.next("ack")
        try await house.stop()
        #expect(try await ana.next("goodbye").advice == "reconnect")
        #expect(try await ana.closeCode() == 1001)
        // Without TLS there is nothing on this port.
        address.certificate = nil
        await #expect(throws: (any Error).self) { _ = try await FakeBrowser.open(address) }
    }

    @Test func addressesAreTakenFromATrustedProxyAndNobodyElse() async throws {
        var settings = try await TestHouse.settings()
        let people = try await Lodgers.move(into: settings, ["Ana"], contacts: [])
        settings.set(\.socketsPerAddress, to: 1)
        func status(_ house: TestHouse, from client: String) async throws -> (Int, FakeBrowser?) {
            var address = Self.address(house, people[0])
            address.headers = [("X-Forwarded-For", client), ("X-Forwarded-Proto", "https")]
            do {
                let browser = try await FakeBrowser.open(address)
                try await browser.greet()
                return (101, browser)
            } catch let refused as FakeBrowser.Refused {
                return (refused.status, nil)
            }
        }
        let open = try await TestHouse(settings)
        let (first, kept) = try await status(open, from: "198.51.100.1")
        #expect(first == 101 && kept != nil)
        // Mallory names another address each time, and stays the one who she is.
        #expect(try await status(open, from: "198.51.100.2").0 == 429)
        try await open.stop()
        settings.set(\.trustedProxies, to: ["127.0.0.1"])
        let behind = try await TestHouse(settings)
        let visits = [try await status(behind, from: "198.51.100.1"), try await status(behind, from: "198.51.100.2")]
        #expect(visits.map(\.0) == [101, 101])
        #expect(try await status(behind, from: "198.51.100.2").0 == 429)
        try await behind.stop()
    }
}
