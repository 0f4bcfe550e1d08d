import Accounts
import Foundation
import HTTPTypes
import TestKit
import Testing
import Vocabulary
import Web

@testable import Server

/// A house with somebody in each role of the matrix, and something of theirs behind each parameter.
struct Cast: Sendable {
    let house: TestHouse
    /// Whose things stand behind the parameters.
    let ben: TestBrowser
    private let clock: ManualClock
    private let browsers: [AuthorisationMatrix.Role: TestBrowser]
    /// What stands for `{name}` and `{name:choice}`.
    private let parameters: [String: String]

    init(on engine: Engine, _ change: (inout Settings) -> Void = { _ in }) async throws {
        let clock = ManualClock()
        var settings = try await TestHouse.settings(on: engine)
        change(&settings)
        let house = try await TestHouse(settings, clock: clock)
        let hugo = try await Resident.own(house)
        try await hugo.enrolSecondFactor(at: clock.now.milliseconds / 1000)
        var people: [String: Resident] = [:]
        for name in ["Ana", "Ben", "Dan", "Eve", "Finn", "Gita"] {
            clock.advance(by: .minutes(1))
            people[name] = try await Resident.register(name, in: house, sees: name == "Ben" ? "contacts" : "members")
        }
        let (ana, ben, dan) = (try #require(people["Ana"]), try #require(people["Ben"]), try #require(people["Dan"]))
        let (eve, finn, gita) = (try #require(people["Eve"]), try #require(people["Finn"]), try #require(people["Gita"]))
        for (person, role) in [(eve, "administrator"), (gita, "privacy-officer")] {
            #expect(try await hugo.browser.post("/administration/members/\(person.id)/role", [("role", role)]).status == 303)
        }
        for person in [eve, gita] { try await person.enrolSecondFactor(at: clock.now.milliseconds / 1000) }
        try await ana.befriend(ben)
        #expect(try await ben.browser.upload(NoisePicture.png(), named: "ben.png").status == 303)
        let contactsOnly = ProfileField.allCases.map { ("visibility-\($0)", "contacts") }
        #expect(try await ben.browser.post("/settings/privacy", contactsOnly + [("proof", Resident.password)]).status == 303)
        let join = try await ana.guestLink()
        let cleo = TestBrowser(house)
        let call = try #require(try await cleo.post(join, [("name", "Cleo")]).location)
        let link = try #require(try await ana.browser.get("/guest-links").text.text(after: "/guest-links/", before: "/revoke"))
        let meeting = try #require(
            try await ana.browser.post("/meetings", [("name", "Rehearsal"), ("lifetime", "720"), ("lobby", "on")]).location)
        let session = try #require(try await ben.browser.get("/settings/devices").text.text(after: "/settings/devices/", before: "/revoke"))
        let picture = try #require(try await ben.browser.get("/settings/profile").text.text(after: "/picture/", before: "\""))
        let invited = try await hugo.browser.post("/administration/invitations", [("email", "")]).text
        let invitation = try #require(invited.text(after: "/administration/invitations/", before: "/revoke"))
        let letter = try #require(try await hugo.browser.get("/administration/outbox").text.text(after: "/outbox/", before: "/"))
        let home = try await dan.browser.post("/contacts/ask", [("email", "nobody@example.org")]).location ?? "/"
        let request = try #require(try await dan.browser.get(home).text.text(after: "/contacts/asked/", before: "/withdraw"))
        let entered = try await hugo.browser.post("/desk/administration/sites", [("name", "Harbour Books"), ("origin", "")]).location
        let site = try #require(entered?.split(separator: "/").last)
        let sitePage = try await hugo.browser.get("/desk/administration/sites/\(site)").text
        let key = try #require(sitePage.text(after: "href=\"/widget/", before: "\""))
        let queue = try #require(
            try await hugo.browser.get("/desk/administration/queues").text.text(after: "/desk/administration/queues/", before: "\""))
        let asset = try #require(try await cleo.get("/").text.text(after: "href=\"/assets/", before: "/"))
        self.house = house
        self.clock = clock
        self.ben = ben.browser
        browsers = [
            .nobody: TestBrowser(house), .guest: cleo, .member: ana.browser, .withoutContacts: finn.browser, .administrator: eve.browser,
            .privacyOfficer: gita.browser, .owner: hugo.browser,
        ]
        parameters = [
            "person": ben.id, "person:dan": dan.id, "call": String(call.dropFirst("/calls/".count)),
            "secret": String(join.dropFirst("/join/".count)),
            "link": link, "meeting": String(meeting.dropFirst("/meetings/".count)), "session": session, "picture": picture,
            "invitation": invitation, "letter": letter, "request": request,
            "fingerprint": asset, "site": String(site), "queue": queue, "key": key,
            "token": BearerTokenText.unknown, "passkey": ben.id, "attachment": ben.id, "sequence": "1",
            "enquiry": ben.id, "visitor": ben.id, "token:api": ben.id, "webhook": ben.id, "delivery": ben.id, "rule": "0000000000000000",
            "date": "2026-11-26",
        ]
    }

    /// Sends this as a page or script of ours would, but for these headers. Time passes, so that nobody is told to wait.
    func send(
        _ method: HTTPRequest.Method, _ path: String, form: String = "", _ headers: HTTPFields? = nil, as role: AuthorisationMatrix.Role
    ) async throws -> TestBrowser.Answer {
        clock.advance(by: .seconds(10))
        let browser = try #require(browsers[role])
        let reads = [.get, .head, .options].contains(method)
        var fields = headers ?? [.accept: "text/html", .origin: house.origin, TestBrowser.fetchSite: "same-origin"]
        if !reads { fields[.contentType] = "application/x-www-form-urlencoded" }
        return try await browser.send(method, filled(path), fields, body: Array(form.utf8))
    }

    private func filled(_ path: String) -> String {
        path.replacing(/{([a-z:]+)}/) { parameters[String($0.1)] ?? "no-such-parameter" }.replacing("**", with: "design/tokens.css")
    }
}

enum BearerTokenText {
    /// Well-formed, and given to nobody.
    static let unknown = "00000000000000000000000000"
}
